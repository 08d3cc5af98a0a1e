"""The app's name, the port it answers and the charter keys it brings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilsConfig(AppConfig):
    """Councils, mandates, the charter, motions, ballots."""

    name = "councils"
    verbose_name = _("Councils")

    def ready(self) -> None:
        """Answer questions of authority; register the councils' charter keys."""
        from councils import (
            authority,
            charter_rules,
            double_majorities,
            meeting_rules,
            record_links,
            record_telling,
        )
        from councils.layers import OVERRULE
        from councils.services import consequences
        from councils.services.ruling import ruling_follow

        charter_rules.register_rules()
        meeting_rules.register_rules()
        double_majorities.register_rules()
        authority.install()
        record_links.install()
        record_telling.install()
        consequences.register(OVERRULE, ruling_follow)
