"""When votes on paper can be read. ``check_…`` raises TooLate or Refused, ``can_…`` says yes or no."""

from datetime import datetime

from django.utils.translation import gettext as _

from councils.charter import charter_value
from councils.models import Ballot, Meeting
from workplaces.errors import Refused, TooLate


def check_can_read_papers(ballot: Ballot, meeting: Meeting | None, now: datetime) -> None:
    """Papers are read in an open meeting of the council that votes, while the vote is open."""
    if ballot.state == Ballot.State.VOID:
        raise TooLate(_("This vote was declared void; no papers are counted for it."))
    if ballot.state == Ballot.State.DRAFT or (ballot.opened_at and now < ballot.opened_at):
        raise TooLate(_("The vote has not opened yet."))
    if ballot.state != Ballot.State.OPEN or now >= ballot.closes_at:
        raise TooLate(_("The vote is closed; papers that were not counted before do not count."))
    if ballot.is_by_consent:
        raise Refused(
            _(
                "Consent is given in the booth, not on paper: an objection counts with the words of who raises it."
            )
        )
    if meeting is None:
        raise Refused(
            _("Votes on paper are given in a meeting, and no meeting of %(council)s is open.")
            % {"council": ballot.council.label}
        )


def can_read_papers(ballot: Ballot, meeting: Meeting | None, now: datetime) -> bool:
    """Say whether papers can be read at this moment."""
    try:
        check_can_read_papers(ballot, meeting, now)
    except Refused:
        return False
    return True


def check_enough_papers(papers: int, on: datetime) -> None:
    """In a box with few papers they cannot hide behind one another either."""
    least = charter_value("councils.secret_least", on=on.date())
    if papers < least:
        raise Refused(
            _(
                "A secret count needs at least %(least)s papers; here are %(papers)s. "
                "With so few, the count would tell who voted how: let these people vote in the booth."
            )
            % {"least": least, "papers": papers}
        )
