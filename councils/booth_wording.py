"""What the voting booth says: the question, the summary, and why somebody cannot vote."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from councils.models import Ballot, Council, PaperCount, RollEntry
from councils.wording import when
from workplaces.models import Person


def why_not(ballot: Ballot, person: Person, rights: Sequence[RollEntry], now: datetime) -> str:
    """Say why a person cannot put a paper into the urn at this moment, or nothing if they can."""
    words = {"opened": when(ballot.opened_at or ballot.created_at), "closes": when(ballot.closes_at)}
    if ballot.state == Ballot.State.VOID:
        return _("This vote was declared void: %(reason)s") % {"reason": ballot.void_reason}
    if ballot.state == Ballot.State.CLOSED or now >= ballot.closes_at:
        return _("The vote closed on %(closes)s.") % words
    if ballot.state == Ballot.State.DRAFT:
        return _("The vote has not opened yet.")
    if person.is_superuser:
        return _("This account runs the site, so it is on no roll. Use your own account to vote.")
    if not rights:
        return _("You are not on the roll. It froze on %(opened)s, and %(who)s.") % {
            **words,
            "who": _who(ballot),
        }
    if all(hasattr(entry, "mark") for entry in rights):
        return _("You have voted; your paper is counted on %(closes)s.") % words
    return ""


def _who(ballot: Ballot) -> str:
    council = ballot.council
    if council.kind == Council.Kind.GENERAL:
        return _("holds everybody who belonged to a community on that day")
    if council.kind == Council.Kind.WORKPLACE:
        return _("holds who belonged to %(council)s on that day") % {"council": council.label}
    return _("holds who had a seat in %(council)s on that day") % {"council": council.label}


def question(entry: RollEntry) -> str:
    """Ask for the paper that goes with a voting right."""
    if entry.represents:
        return _("How does %(represents)s vote?") % {"represents": entry.represents}
    if "/" in entry.right:
        return _("How do you vote with paper %(unit)s?") % {"unit": entry.right.rsplit("/", 1)[1]}
    return _("How do you vote?")


def how_to(ballot: Ballot) -> str:
    """Say what a paper of this rule looks like."""
    if ballot.asks_for_one:
        return _("Choose one answer. You will see your paper once more before it goes into the urn.")
    if ballot.is_ranked:
        return _(
            "Take whom you want most first, then the next, as many as you like: a lower place never harms a higher one."
        )
    return _("Take everybody whom you would accept; the order does not matter.")


def chosen_title(ballot: Ballot, number: int) -> str:
    """Say what the paper says so far."""
    if not number:
        return _("Your paper is blank so far")
    if ballot.is_ranked:
        return _("Your paper, the first choice on top")
    return _("Your paper")


def blank_among_warning() -> str:
    """Say what a blank paper does in a vote among options."""
    return _("Your paper is blank: it counts as taking part, and asks for nothing.")


def blank_warning() -> str:
    """Say what a blank paper does."""
    return _("Your paper is blank: it counts as taking part, and for nobody.")


def box_note(ballot: Ballot) -> str:
    """Warn that a paper from the booth hides among those of the booth only, once a box was counted; else nothing."""
    if not ballot.paper_counts.filter(state=PaperCount.State.COUNTED).exists():
        return ""
    return _(
        "In this vote a box of papers was counted. What it held is told by itself at the close, so a paper from the "
        "booth hides only among those of the booth: where few vote here, others may guess it."
    )
