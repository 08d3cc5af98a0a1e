"""Who may open an account: people who were invited, unless the instance says otherwise; and the first password."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from config import environment


class Adapter(DefaultAccountAdapter):
    """Sign-up is closed unless OPEN_SIGNUP=1: a roll begins with the registrar, not with a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Say whether anybody may open an account."""
        return environment.flag("OPEN_SIGNUP")

    def get_login_stages(self) -> list[str]:
        """Return what follows the password; people without an address are not asked to confirm one."""
        usual = "allauth.account.stages.EmailVerificationStage"
        return [
            "config.stages.AddressStage" if stage == usual else stage for stage in super().get_login_stages()
        ]


class SocialAdapter(DefaultSocialAccountAdapter):
    """An identity provider signs in people who are known; it opens accounts only where sign-up is open."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Say whether a provider may open an account."""
        return environment.flag("OPEN_SIGNUP")


class ChoosePasswordForm(ResetPasswordKeyForm):
    """A password chosen by a link: the first one, or a new one for one that was forgotten."""

    def save(self) -> None:
        """Set the password. The link came by e-mail, so the address needs no second confirmation by e-mail."""
        super().save()
        if self.user.email:
            EmailAddress.objects.update_or_create(
                user=self.user, email=self.user.email, defaults={"verified": True, "primary": True}
            )
