"""Casting a secret paper: counted once, never changed, tied to nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, policies, urns
from councils.choices import Choice, choice_cleaned, wrong
from councils.models import Ballot, Mark, Option, RollEntry
from councils.services.locks import ballot_shared, roll_entry_held
from councils.votes_written import TRACKER_LENGTH, TRACKER_LETTERS
from workplaces.errors import Invalid, Refused, TooLate
from workplaces.models import Person


@dataclass(frozen=True)
class Counted:
    """What the voter takes away: the tracker under which the paper will be published, and what it says."""

    ballot: UUID
    tracker: str
    choice: tuple[str, ...] | dict[str, Any]
    is_repeated: bool


@transaction.atomic
def paper_cast(
    *, ballot: Ballot, right: str, choice: Any, tracker: str, by: Person, now: datetime
) -> Counted:
    """Use the voting right ``right`` and put one paper into the urn, in one transaction.

    ``choice`` is in the form of ``councils.choices``; ``tracker`` is what the form brought and the voter was shown.
    Nothing that is stored ties the paper to the right, not even a digest of the request; so a request sent again is
    known by its tracker: the same paper is answered as counted, anything else is refused.
    Raises Forbidden, TooLate, Invalid (no such right or tracker, not a whole choice), Refused (the right was used).
    """
    entry = RollEntry.objects.filter(ballot=ballot, right=right).first()
    if entry is None:
        raise Invalid(_("The roll of this vote has no such voting right."), fields={"right": right})
    permissions.check_can_vote(by, entry)
    mine = tracker_cleaned(tracker)
    current = ballot_shared(entry.ballot_id)
    roll_entry_held(entry.pk)
    if Mark.objects.filter(roll_entry=entry).exists():
        return _again(current, mine, choice)
    policies.check_can_put_paper(current, now)
    taken = choice_checked(current, choice)
    if urns.paper(current, mine) is not None:
        raise Refused(_("This paper's tracker is taken. Open the booth again: a new paper brings a new one."))
    urns.cast(entry, mine, taken, by, now)
    return Counted(current.public_id, mine, kept(taken), is_repeated=False)


def tracker_cleaned(text: str) -> str:
    """Return a tracker without spaces and in capitals; raises Invalid for what cannot be one."""
    plain = "".join(text.split()).replace("-", "").upper()
    if len(plain) != TRACKER_LENGTH or set(plain) - set(TRACKER_LETTERS):
        raise Invalid(
            _("Every paper needs a tracker of twenty letters and digits; open the booth again."),
            fields={"tracker": _("This is no tracker.")},
        )
    return plain


def choice_checked(ballot: Ballot, choice: Any) -> Choice:
    """Return the choice as it is stored.

    Raises Invalid for what ``choice_cleaned`` refuses, and more or less than one answer where one is asked.
    """
    rows = Option.objects.filter(ballot=ballot).order_by("number").values_list("code", "label")
    cleaned = choice_cleaned(ballot.rule, ballot.params, dict(rows), choice)
    if ballot.asks_for_one and len(cleaned) != 1:
        raise wrong(_("Choose one of the answers."))
    return cleaned


def kept(choice: Choice) -> tuple[str, ...] | dict[str, Any]:
    """Return a choice as it cannot be changed by mistake."""
    return choice if isinstance(choice, dict) else tuple(choice)


def _again(ballot: Ballot, tracker: str, choice: Any) -> Counted:
    if ballot.state == Ballot.State.VOID:
        raise TooLate(_("This vote was declared void; its papers were destroyed unread."))
    stored = urns.paper(ballot, tracker)
    if stored is None:
        raise Refused(
            _("You have voted. A secret paper cannot be changed or taken back: nobody knows which it is.")
        )
    if not _is_same(ballot, choice, stored):
        raise Refused(
            _("This paper was already counted with another choice, and cannot be changed any more.")
        )
    return Counted(ballot.public_id, tracker, kept(stored), is_repeated=True)


def _is_same(ballot: Ballot, choice: Any, stored: Choice) -> bool:
    try:
        return choice_checked(ballot, choice) == stored
    except Invalid:
        return False
