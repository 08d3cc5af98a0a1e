"""Refusals: sentences for the person who reads them, with the field they concern."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _


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


class ClockDiffers(Refused):
    """The database dates what happens by its own clock, and the application's is more than a minute off."""

    status = 503


def refusal_in(error: Exception) -> Refused | None:
    """Return the refusal that an error is, or that a reader needs in place of what the database said; else None."""
    if isinstance(error, Refused):
        return error
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None or diagnosis.constraint_name != "moment_is_now":
        return None
    return ClockDiffers(
        _(
            "Nothing was recorded: the clocks of this site's computers differ by more than a minute. Try again; "
            "if it stays so, tell whoever runs the site."
        )
    )


def passes(check: Callable[..., Any], *arguments: Any) -> bool:
    """Turn a check into its twin: True when it refuses nothing."""
    try:
        check(*arguments)
    except Refused:
        return False
    return True
