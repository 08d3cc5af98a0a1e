"""The lowest room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkplacesConfig(AppConfig):
    """People, places, products, workplaces, techniques, the public record."""

    name = "workplaces"
    verbose_name = _("Workplaces")

    def ready(self) -> None:
        """Say where the record's entries lead."""
        from workplaces import record_links

        record_links.install()
