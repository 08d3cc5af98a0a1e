"""The charter's keys on meetings and on what a procedure costs in people's time."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from councils.charter import register
from councils.charter_rules import whole

FIRST_SPEAKERS = "first"
ORDERS = (FIRST_SPEAKERS, "asked")


def one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    """Return a check for one word out of ``choices``."""

    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{value} is none of {', '.join(choices)}.")
        return str(value)

    return check


def register_rules() -> None:
    """Register what meetings read from the charter."""
    register("councils.words_a_minute", 200, whole(50, 1000),
             _("People's time is reckoned at {value} words a minute of reading."))  # fmt: skip
    register("councils.seconds_a_choice", 10, whole(1, 600),
             _("People's time is reckoned at {value} seconds for each answer or candidate to choose from."))  # fmt: skip
    register("meetings.item_minutes", 5, whole(0, 240),
             _("An item of a meeting is expected to take {value} minutes of talk besides reading."))  # fmt: skip
    register(
        "meetings.days", 3, whole(0, 90), _("A meeting is called at least {value} days before it begins.")
    )
    register("meetings.consent_days", 2, whole(0, 90),
             _("What is to pass without a vote stands on the agenda {value} days before the meeting at least."))  # fmt: skip
    register("meetings.speakers", FIRST_SPEAKERS, one_of(ORDERS),
             _("Who has not spoken yet speaks before who has (first), or all as they asked (asked): {value}."))  # fmt: skip
    register("meetings.look_ahead_days", 60, whole(0, 730),
             _("An agenda names mandates that end within {value} days, so that elections are called in time."))  # fmt: skip
