"""What is due in a council, as an agenda lists it: votes that close, undecided motions, elections, tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.charter import charter_value
from councils.costs import Rates, rates_on
from councils.due import tasks_of
from councils.models import AgendaItem, Ballot, Council, Election, Mandate, Meeting, Motion
from councils.selectors.elections import fillable, seats_behind

Kind = AgendaItem.Kind
MOTION_CHOICES = 3
LONGEST = 300


@dataclass(frozen=True)
class Due:
    """One thing that is due, and the minutes it is expected to take each person."""

    kind: str
    title: str
    minutes: float
    link: str = ""
    motion: Motion | None = None
    ballot: Ballot | None = None
    election: Election | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same item when it is listed again."""
        about = self.motion or self.ballot or self.election
        return (type(about).__name__, about.pk) if about else (self.kind, self.title[:LONGEST])


def due_in(council: Council, now: datetime) -> list[Due]:
    """Return what is due, votes that close first, then motions, elections, tasks of the plan."""
    rates = rates_on(now.date())
    found = [
        *_ballots(council, rates),
        *_motions(council, rates),
        *_elections(council, rates),
        *_to_call(council, now, rates),
    ]
    tasks = tasks_of(council, now)
    return found + [Due(Kind.TASK, task.title, rates.to_treat(task.title), link=task.link) for task in tasks]


def not_listed(meeting: Meeting, now: datetime) -> list[Due]:
    """Return what is due and not on the meeting's agenda."""
    listed = {key_of(item) for item in meeting.items.select_related("motion", "ballot", "election")}
    return [due for due in due_in(meeting.council, now) if due.key not in listed]


def key_of(item: AgendaItem) -> tuple[object, ...]:
    """Return what makes an item the same as something that is due."""
    about = item.motion or item.ballot or item.election
    return (type(about).__name__, about.pk) if about else (item.kind, item.title)


def _ballots(council: Council, rates: Rates) -> list[Due]:
    rows = with_words(Ballot.objects.filter(council=council, state=Ballot.State.OPEN))
    return [
        Due(
            Kind.BALLOT,
            ballot.question,
            rates.to_treat(text_of(ballot), ballot.choices),
            motion=ballot.motion,
            ballot=ballot,
            election=getattr(ballot, "election", None),
        )
        for ballot in rows.order_by("closes_at", "pk")
    ]


def with_words(ballots: QuerySet[Ballot]) -> QuerySet[Ballot]:
    """Return ballots with all that ``text_of`` reads, and with the number of their ``choices``."""
    related = ballots.select_related("motion", "amendment", "election")
    return related.prefetch_related("election__nominations").annotate(choices=Count("options"))


def text_of(ballot: Ballot) -> str:
    """Return the words that a voter reads: of the motion, or of those who stand."""
    if ballot.motion:
        return f"{ballot.motion.title} {ballot.motion.text}"
    if ballot.amendment:
        return f"{ballot.amendment.title} {ballot.amendment.text}"
    election = getattr(ballot, "election", None)
    standing = election.nominations.all() if election else []
    said = [one.statement for one in standing if one.withdrawn_at is None]
    return " ".join([ballot.question, *said])


def _motions(council: Council, rates: Rates) -> list[Due]:
    moved = council.motions.filter(state=Motion.State.MOVED).order_by("number")
    return [
        Due(
            Kind.MOTION,
            motion.title,
            rates.to_treat(f"{motion.title} {motion.text}", MOTION_CHOICES),
            motion=motion,
        )
        for motion in moved
    ]


def _elections(council: Council, rates: Rates) -> list[Due]:
    """Elections in which people can stand, and decided ones whose mandates have not been given."""
    ungiven = Q(state=Election.State.DECIDED, nominations__isnull=False) & ~Q(
        nominations__mandate__isnull=False
    )
    wanted = council.elections.filter(Q(state=Election.State.NOMINATING) | ungiven).distinct().order_by("pk")
    return [
        Due(Kind.ELECTION, election.title, rates.to_treat(election.title), election=election)
        for election in wanted
    ]


def _to_call(council: Council, now: datetime, rates: Rates) -> list[Due]:
    """Places that the council's roll fills, empty soon or already, for which no election is under way."""
    until = (now + timedelta(days=charter_value("meetings.look_ahead_days", on=now.date()))).date()
    under_way = Election.objects.filter(
        council=council, state__in=[Election.State.NOMINATING, Election.State.VOTING]
    )
    called = set(under_way.values_list("target_id", "role"))
    found = []
    for choice, what in fillable(council):
        kind, _colon, rest = choice.partition(":")
        if kind != "seats":
            if _role_ends(council, rest, until) and (council.pk, rest) not in called:
                found.append(_("Call an election: %(what)s") % {"what": what})
            continue
        seats = seats_behind(council, rest)
        held = Mandate.objects.filter(seat__in=seats, held__contains=until)
        empty = len(seats) - held.values("seat").distinct().count()
        if empty and (seats[0].council_id, Mandate.Role.DELEGATE) not in called:
            sentence = ngettext(
                "Call an election: %(what)s (%(number)s place)",
                "Call an election: %(what)s (%(number)s places)",
                empty,
            )
            found.append(sentence % {"what": what, "number": empty})
    return [Due(Kind.ELECTION, title[:LONGEST], rates.to_treat(title)) for title in found]


def _role_ends(council: Council, role: str, until: object) -> bool:
    """Say whether somebody served the council in that role and nobody will on that day."""
    served = Mandate.objects.filter(council=council, role=role)
    return served.exists() and not served.filter(held__contains=until).exists()
