"""Sessions: what a browser's cookie stands for, and whose it is."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from workplaces.models.people import Person


class Session(AbstractBaseSession):
    """Django's row of a session, which names the person in a column besides: one statement finds both."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return what reads and writes these rows."""
        from importlib import import_module

        from django.conf import settings

        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store
