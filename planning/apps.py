"""The app's name and the charter keys it brings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Cycles, rounds, proposals, runs, plans."""

    name = "planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        """Register the charter keys that planning reads; give councils to what comes in."""
        from planning.federation import hosting
        from planning.rules import register_rules

        register_rules()
        hosting.install()
