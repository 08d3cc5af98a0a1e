"""The app's name."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """See the package's models."""

    name = "planning"
