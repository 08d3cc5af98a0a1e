"""The app's name."""

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    """See the package's models."""

    name = "councils"
