"""What stands between a right password and being signed in."""

from typing import Any

from allauth.account.stages import EmailVerificationStage


class AddressStage(EmailVerificationStage):
    """Asks to confirm an address, except of people who have none: a user name is all that the registrar entered."""

    def handle(self) -> tuple[Any, bool]:
        """Return a page to show instead, if any, and whether to go on."""
        if not self.login.user.email:
            return None, True
        found: tuple[Any, bool] = super().handle()
        return found
