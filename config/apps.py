"""Makes the Celery application known wherever Django is set up."""

from importlib import import_module

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Loads ``config.celery`` so that services can enqueue tasks by name."""

    name = "config"

    def ready(self) -> None:
        """Create the Celery application once per process."""
        import_module("config.celery")
