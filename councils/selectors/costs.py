"""What a council's votes and meetings cost in people's time, expected and taken, by the rates of ``councils.costs``."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from councils.costs import Rates, rates_on
from councils.models import AgendaItem, Attendance, Ballot, Council, Meeting
from councils.selectors.agenda import text_of, with_words


@dataclass(frozen=True)
class Month:
    """People's minutes of one month: of votes that closed in it, and of meetings."""

    first: date
    votes: float
    meetings: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.votes + self.meetings


def to_vote(ballot: Ballot, rates: Rates) -> float:
    """Return the minutes that reading and choosing is expected to take one voter."""
    number = ballot.choices if hasattr(ballot, "choices") else ballot.options.count()
    return rates.to_vote(text_of(ballot), number)


def people_of(ballot: Ballot) -> int:
    """Return how many votes are reckoned: those cast once it has closed, before that everybody on the roll."""
    return int(ballot.result["votes"]) if ballot.result else ballot.roll_size


def people_minutes(ballot: Ballot, rates: Rates) -> float:
    """Return what a vote costs all together, in minutes: reckoned, never measured."""
    return to_vote(ballot, rates) * people_of(ballot)


def months_of(council: Council, now: datetime) -> list[Month]:
    """Return the months in which something was spent, the latest first."""
    rates = rates_on(now.date())
    votes: dict[date, float] = defaultdict(float)
    meetings: dict[date, float] = defaultdict(float)
    for ballot in _closed(council):
        votes[_month(ballot.closed_at)] += people_minutes(ballot, rates)
    for meeting in _meetings(council):
        meetings[_month(meeting.closed_at)] += _meeting(meeting)
    latest = sorted(votes.keys() | meetings.keys(), reverse=True)
    return [Month(first, votes[first], meetings[first]) for first in latest]


def _closed(council: Council) -> QuerySet[Ballot]:
    return with_words(Ballot.objects.filter(council=council, state=Ballot.State.CLOSED))


def _meetings(council: Council) -> QuerySet[Meeting]:
    """Return the closed meetings, each with how many were ``there`` and the ``seconds`` of its items."""
    items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return council.meetings.filter(state=Meeting.State.CLOSED).annotate(
        there=Count("attendances", filter=Q(attendances__status=Attendance.Status.PRESENT)),
        seconds=Subquery(items.annotate(whole=Sum("seconds_taken")).values("whole")),
    )


def _meeting(meeting: Meeting) -> float:
    """Return a closed meeting's timed minutes, for everybody who was present."""
    return float((getattr(meeting, "seconds", None) or 0) / 60 * getattr(meeting, "there", 0))


def _month(moment: datetime | None) -> date:
    assert moment is not None  # noqa: S101  (constraints hold it for what has closed)
    return timezone.localtime(moment).date().replace(day=1)
