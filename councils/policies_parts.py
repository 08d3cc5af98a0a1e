"""When a vote that needs a majority of parts can be secret: never, as few share a part. ``check_…`` raises Refused."""

from datetime import date

from django.utils.translation import gettext as _

from councils.double_majorities import asked_on, rule_for
from councils.models import Ballot, Motion
from workplaces.errors import Refused, passes


def check_named(motion: Motion, secrecy: str, on: date) -> None:
    """A secret paper that named its part would tell in a small part who cast it."""
    if secrecy == Ballot.Secrecy.NAMED or motion.asks:
        return
    if rule_for(asked_on(on), motion.council.kind, motion.subject_kind):
        raise Refused(
            _(
                "The charter asks for a majority of parts in this vote, so it is by name: a secret paper would have to "
                "say its part, and few share one."
            )
        )


def can_be_secret(motion: Motion, on: date) -> bool:
    """Say whether no majority of parts stands in the way of a secret vote."""
    return passes(check_named, motion, Ballot.Secrecy.SECRET, on)
