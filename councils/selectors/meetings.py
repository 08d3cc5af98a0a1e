"""Meetings as pages and services see them: who may attend as what, who speaks next, what is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from councils import permissions
from councils.charter import charter_value
from councils.meeting_rules import FIRST_SPEAKERS
from councils.models import Attendance, Council, FloorRequest, Mandate, Meeting
from councils.selectors.rolls import BY_MEMBERS
from workplaces.models import Membership, Person

MEMBER = "member"
VOTING = (Mandate.Role.DELEGATE, Mandate.Role.MEMBER)
SOON, COMING = timedelta(days=60), 10


@dataclass(frozen=True)
class Worn:
    """A hat that a person can wear in a council's meeting; ``votes`` says whether a vote goes with it."""

    key: str
    label: str
    mandate: Mandate | None
    votes: bool


def hats_in(person: Person, council: Council, on: date) -> list[Worn]:
    """Return the hats that a person can wear in a meeting of the council: mandates in it, and membership."""
    if not person.is_authenticated or person.is_superuser or not person.is_active:
        return []
    held = Mandate.objects.held_on(on).filter(person=person, council=council)
    held = held.select_related(
        "council", "represents", "seat__represents_council", "seat__represents_association"
    )
    hats = [
        Worn(str(mandate.public_id), _hat(mandate), mandate, _votes(mandate, council))
        for mandate in held.order_by("seat__number", "pk")
    ]
    if permissions.is_member(person, council, on):
        hats.append(Worn(MEMBER, _("member, %(council)s") % {"council": council.label}, None, votes=True))
    return hats


def first_hat(person: Person, council: Council, on: date) -> str:
    """Return the key of a person's hat in the council, one with a vote if they have one; empty without any."""
    hats = sorted(hats_in(person, council, on), key=lambda hat: not hat.votes)
    return hats[0].key if hats else ""


def _hat(mandate: Mandate) -> str:
    stands_for = mandate.seat.represents if mandate.seat else ""
    if not stands_for:
        return mandate.label
    return f"{mandate.get_role_display()}, {stands_for}"


def _votes(mandate: Mandate, council: Council) -> bool:
    return mandate.role in VOTING and council.kind not in BY_MEMBERS


def meetings_of(council: Council) -> QuerySet[Meeting]:
    """Return a council's meetings, the latest first."""
    return council.meetings.select_related("called_by").order_by("-starts_at", "-pk")


def coming_for(person: Person, now: datetime) -> list[Meeting]:
    """Return the next meetings, open or called, of the councils in which the person has a hat.

    Each has ``expected``: the minutes that its items are expected to take together.
    """
    if person.is_superuser:
        return []
    today = now.date()
    mine = Mandate.objects.held_on(today).filter(person=person).values("council")
    belongs = Membership.objects.filter(person=person, validity__contains=today)
    places = list(belongs.values_list("workplace__id", "workplace__origin_id", "community_id"))
    works = {pk for *pair, _home in places for pk in pair if pk is not None}
    lives_here = any(home is not None for *_pair, home in places)
    everywhere = Q(council__kind=Council.Kind.GENERAL) if lives_here else Q(pk=None)
    found = Meeting.objects.filter(
        Q(council__in=mine) | Q(council__workplace__in=works) | everywhere,
        state__in=[Meeting.State.CALLED, Meeting.State.OPEN],
        starts_at__lte=now + SOON,
    )
    excused = Attendance.objects.filter(
        meeting=OuterRef("pk"), person=person, status=Attendance.Status.APOLOGIES
    )
    return list(
        found.filter(~Exists(excused)).select_related("council").order_by("starts_at", "pk").distinct()
    )


def attendance_of(meeting: Meeting) -> QuerySet[Attendance]:
    """Return who is present or sent apologies, by name."""
    return meeting.attendances.select_related("person", "mandate").order_by(
        "status", "person__name", "person_id"
    )


def speaking_list(meeting: Meeting) -> list[FloorRequest]:
    """Return who waits for the floor, in the order in which they speak.

    By the charter's default those who have not spoken in this meeting come first, in the order in which they
    asked; then the others, in that order.  Each has ``spoke``: how often they have spoken so far.
    """
    asked: Any = list(meeting.floor_requests.select_related("attendance__person").order_by("asked_at", "pk"))
    for request in asked:
        request.spoke = sum(
            1
            for other in asked
            if other.attendance_id == request.attendance_id and other.spoke_at is not None
        )
    waiting = [request for request in asked if request.spoke_at is None and request.left_at is None]
    if charter_value("meetings.speakers", on=meeting.starts_at.date()) == FIRST_SPEAKERS:
        waiting.sort(key=lambda request: request.spoke > 0)
    return waiting


def voters_present(attendances: Iterable[Attendance]) -> int:
    """Return how many of those present wear a hat with a vote."""
    return sum(1 for one in attendances if one.status == Attendance.Status.PRESENT and one.votes)
