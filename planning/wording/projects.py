"""Requests that compete in words: what they come to, who was chosen and who was not, and by how much."""

from fractions import Fraction

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Motion
from councils.portfolios import Bid
from planning.models import Envelope, Grant
from planning.models.ledger import MINOR
from planning.selectors.projects import Fared
from planning.services.saying import in_full
from workplaces.presentation import figures


def title(envelope: Envelope) -> str:
    """Ask which requests are to be granted as a whole."""
    return _("Which whole requests for the envelope of %(name)s?") % {"name": envelope}


def together(number: int, total: int, held: int, currency: str) -> str:
    """Say what requests come to, beside what the envelope holds."""
    words = {
        "number": figures.number(number, get_language()),
        "total": in_full(total, currency),
        "held": in_full(held, currency),
    }
    told = ngettext(
        "%(number)s request for %(total)s; the envelope holds %(held)s.",
        "%(number)s requests for %(total)s together; the envelope holds %(held)s.",
        number,
    )
    return told % words


def why(row: Fared, motion: Motion | None, grant: Grant | None, currency: str) -> str:
    """Say how a request fared in the vote, and why."""
    if motion is None or motion.state in {Motion.State.MOVED, Motion.State.VOTING}:
        return _again(row, grant) or _("It competes in the vote: it is granted in full or not at all.")
    if motion.state == Motion.State.WITHDRAWN:
        return _("The motion was withdrawn before a vote; nothing was decided.")
    if row.bid is None:
        return _("Nothing was counted: the vote missed its quorum, so no request was granted.")
    words = {
        "cost": _sum(row.bid.cost, currency),
        "votes": figures.number(row.bid.votes, get_language()),
        "step": row.bid.step,
        "most": _sum(row.bid.most_paid or 0, currency),
        "left": _sum(row.bid.left or 0, currency),
        "missing": _sum(row.bid.missing or 0, currency),
    }
    if not row.is_chosen:
        return _not_chosen(row.bid) % words
    told = _chosen(row.bid) % words
    if grant is None and motion.state == Motion.State.CARRIED:
        told += " " + _(
            "Nothing was granted to it: when the vote closed, it no longer waited or the money was not there."
        )
    return told


def _again(row: Fared, grant: Grant | None) -> str:
    """Say of a grant whose vote is held again what holds until then."""
    if grant is None or not row.is_chosen:
        return ""
    return _("It was chosen in a vote that is held again; its grant stands until that is decided.")


def _chosen(bid: Bid) -> str:
    if bid.most_paid is None:
        return ngettext(
            "Chosen as number %(step)s: %(votes)s vote approves it, and its %(cost)s fit in the budget.",
            "Chosen as number %(step)s: %(votes)s votes approve it, and its %(cost)s fit in the budget.",
            bid.votes,
        )
    return ngettext(
        "Chosen as number %(step)s: %(votes)s vote approves it and paid its %(cost)s, at most %(most)s each.",
        "Chosen as number %(step)s: %(votes)s votes approve it and paid its %(cost)s together, at most %(most)s each.",
        bid.votes,
    )


def _not_chosen(bid: Bid) -> str:
    if bid.left is None:
        return _("Not chosen: no vote approves it.")
    if bid.is_by_shares:
        return ngettext(
            "Not chosen: the %(votes)s vote that approves it had %(left)s left of the %(cost)s that it costs; %(missing)s "
            "was missing.",
            "Not chosen: the %(votes)s votes that approve it had %(left)s left together of the %(cost)s that it costs; "
            "%(missing)s was missing.",
            bid.votes,
        )
    return ngettext(
        "Not chosen: when it came to its turn, with %(votes)s vote, %(left)s of the budget was left; %(missing)s was "
        "missing.",
        "Not chosen: when it came to its turn, with %(votes)s votes, %(left)s of the budget was left; %(missing)s was "
        "missing.",
        bid.votes,
    )


def what_would_change_it(row: Fared, *, waits: bool) -> str:
    """Say what a workplace can do about it; another vote only for a request that still waits."""
    if row.is_chosen or not waits:
        return _(
            "All requests were dealt with by the one rule of the vote; whoever finds the rule wrong appeals against it."
        )
    return _(
        "The request waits: the council can hold another vote, or share out by the dial, which gives parts. All requests "
        "were dealt with by the one rule of the vote; whoever finds the rule wrong appeals against it."
    )


def _sum(minor: Fraction | int, currency: str) -> str:
    return f"{currency}{figures.NARROW}{figures.number(float(minor) / MINOR, get_language(), digits=2)}"
