"""Refusals: sentences for the person who reads them, with the field they concern."""

from collections.abc import Mapping


class Refused(Exception):  # noqa: N818
    """What was asked is not done; ``str()`` says why and what to do, ``fields`` says where."""

    status = 409

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class Invalid(Refused):
    """What was typed cannot be taken."""

    status = 422


class Forbidden(Refused):
    """This person may not do this (who)."""

    status = 403


class TooLate(Refused):
    """This cannot be done at this time (when)."""

    status = 409
