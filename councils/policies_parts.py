"""Which votes can be secret: never one that needs a majority of parts, as few share a part; always one that elects people.

``check_…`` raises Refused.
"""

from datetime import date

from django.utils.translation import gettext as _

from councils import subjects
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


def check_in_secret(motion: Motion, secrecy: str) -> None:
    """People are elected in secret, also when a vote that was void is held anew."""
    if secrecy == Ballot.Secrecy.NAMED and subjects.always_secret(motion.subject_kind):
        raise Refused(_("This vote elects people, so it is held in secret, also when it is held anew."))


def can_be_secret(motion: Motion, on: date) -> bool:
    """Say whether no majority of parts stands in the way of a secret vote."""
    return passes(check_named, motion, Ballot.Secrecy.SECRET, on)
