"""Titles and sentences of the councils' pages, computed from the case at hand."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.choice_wording import vote_told
from councils.models import Ballot, Council, Motion, NamedVote, RollEntry
from councils.selectors.ballots import Found
from workplaces.presentation import figures


def when(moment: datetime) -> str:
    """Return day and time as people write them."""
    return formats.date_format(timezone.localtime(moment), "j M Y, H:i")


def count(number: int) -> str:
    """Return a number as the reader writes it."""
    return figures.number(number, get_language())


def motion_title(motion: Motion, ballot: Ballot | None, now: datetime) -> str:
    """Say what became of a motion, and its title."""
    words = {"council": motion.council.label, "title": motion.title}
    if motion.state == Motion.State.VOTING and ballot and ballot.closes_at > now:
        return _("%(council)s votes: %(title)s") % words
    if motion.state == Motion.State.VOTING:
        return _("Voting is over, to be counted: %(title)s") % words
    if motion.state == Motion.State.CARRIED:
        return _("Carried: %(title)s") % words
    if motion.state == Motion.State.LOST:
        return _("Lost: %(title)s") % words
    if motion.state == Motion.State.WITHDRAWN:
        return _("Withdrawn: %(title)s") % words
    if motion.state == Motion.State.OVERRULED:
        return _("Carried, then overruled: %(title)s") % words
    if ballot and ballot.result:
        return _("Referred back, to be decided anew: %(title)s") % words
    return _("Moved, not yet voted on: %(title)s") % words


def vote_question(entry: RollEntry) -> str:
    """Ask for a vote, in the name of whom it is cast."""
    if entry.ballot.is_by_consent:
        if entry.represents:
            return _("Does %(represents)s object?") % {"represents": entry.represents}
        return _("Do you object?")
    if entry.represents:
        return _("How does %(represents)s vote?") % {"represents": entry.represents}
    return _("How do you vote?")


def vote_standing(vote: NamedVote | None) -> str:
    """Say what one has voted so far."""
    if vote is None:
        return _("You have not voted yet.")
    return _("Your vote is “%(option)s”, since %(moment)s.") % {
        "option": vote_told(vote),
        "moment": when(vote.cast_at),
    }


def if_nothing(vote: NamedVote | None, closes_at: datetime) -> str:
    """Say what happens if one does nothing."""
    words = {"moment": when(closes_at)}
    if vote:
        return _("If you do nothing, it counts as it is. You can change it until %(moment)s.") % words
    return (
        _(
            "If you do nothing, the others decide: your vote counts neither as yes nor as no, "
            "and the roll-call shows that you did not vote. Open until %(moment)s."
        )
        % words
    )


def if_nothing_among(vote: NamedVote | None, closes_at: datetime) -> str:
    """Say what happens if one does nothing in a vote among options."""
    if vote:
        return if_nothing(vote, closes_at)
    told = _(
        "If you do nothing, the others choose, and the roll-call shows that you did not vote. Open until %(moment)s."
    )
    return told % {"moment": when(closes_at)}


def if_nothing_by_consent(vote: NamedVote | None, closes_at: datetime) -> str:
    """Say what happens if one does nothing where consent decides."""
    if vote:
        return if_nothing(vote, closes_at)
    told = _(
        "If you do nothing, you neither agree nor object: the others decide, and the roll-call shows that you did not "
        "answer. Open until %(moment)s."
    )
    return told % {"moment": when(closes_at)}


def consent_text(effect: str) -> str:
    """Say what an answer means where consent decides."""
    return {
        "yes": _("You can live with it, even if it is not what you would like best."),
        "abstain": _("You take part, for the quorum, and neither carry it nor stand in its way."),
        "no": _(
            "You see harm in it. Say which: one objection stops the motion, and the others answer its reason."
        ),
    }[effect]


def choice_text(effect: str) -> str:
    """Say what choosing an answer means."""
    return {
        "yes": _("You want it done as written."),
        "no": _("You want things to stay as they are."),
        "abstain": _("You take part, for the quorum, and leave the decision to the others."),
    }[effect]


def turnout(votes: int, roll: int) -> str:
    """Say how many have voted."""
    return ngettext("%(votes)s of %(roll)s vote cast", "%(votes)s of %(roll)s votes cast", roll) % {
        "votes": votes,
        "roll": roll,
    }


def turnout_hidden(roll: int) -> str:
    """Say how many can vote; how many did stays hidden until the close."""
    return ngettext(
        "%(roll)s paper can be cast; whether it was is told at the close",
        "%(roll)s papers can be cast; how many were is told at the close",
        roll,
    ) % {"roll": roll}


def receipt_title(found: Found) -> str:
    """Say what a receipt is worth."""
    words = {"option": vote_told(found.version, found.ballot), "question": found.ballot.question}
    if found.ballot.state == Ballot.State.VOID:
        return _("This vote was declared void: “%(option)s” on %(question)s") % words
    if not found.counts:
        return _("Replaced by a later vote: “%(option)s” on %(question)s") % words
    if found.ballot.state == Ballot.State.CLOSED:
        return _("Counted: “%(option)s” on %(question)s") % words
    return _("It counts: “%(option)s” on %(question)s") % words


def grouped(receipt: str) -> str:
    """Return a receipt in groups of four, as one reads it out."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))


def council_title(council: Council, open_motions: int, empty_seats: int) -> str:
    """Say what a council is busy with."""
    words = {"council": council.label, "motions": open_motions, "seats": empty_seats}
    if council.dissolved_on:
        return _("%(council)s has been dissolved") % words
    if open_motions:
        return (
            ngettext(
                "%(council)s has %(motions)s motion to decide",
                "%(council)s has %(motions)s motions to decide",
                open_motions,
            )
            % words
        )
    if empty_seats:
        return (
            ngettext(
                "%(council)s: nothing to decide, %(seats)s seat is empty",
                "%(council)s: nothing to decide, %(seats)s seats are empty",
                empty_seats,
            )
            % words
        )
    return _("%(council)s has nothing to decide at present") % words


def councils_title(numbers: Iterable[tuple[str, str, int]], shown: int, *, searched: bool) -> str:
    """Say how many councils there are, or how many were found."""
    total = sum(number for _kind, _label, number in numbers)
    if searched:
        return ngettext("%(shown)s council found", "%(shown)s councils found", shown) % {
            "shown": count(shown)
        }
    if not total:
        return _("There are no councils yet")
    return ngettext("%(total)s council decides", "%(total)s councils decide", total) % {"total": count(total)}
