"""Councils with their seats, mandates and motions, as pages and exports show them."""

from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from councils.models import Ballot, Council, Mandate, Motion, RollEntry, Seat
from workplaces.models import Membership, Person
from workplaces.paging import Pages, part

KINDS = Council.Kind
LAYERS = (
    KINDS.GENERAL,
    KINDS.BOARD,
    KINDS.SECTOR,
    KINDS.REGIONAL,
    KINDS.SUB_REGIONAL,
    KINDS.COMMUNITY,
    KINDS.WORKPLACE,
)


def councils_listed(on: date, *, kind: str = "", text: str = "") -> QuerySet[Council]:
    """Return councils by kind and name, with ``seats_there``, ``seats_held`` and ``motions_open``."""
    found = Council.objects.all()
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.named(text)
    return found.annotate(
        seats_there=_count(Seat.objects.all()),
        seats_held=_count(Mandate.objects.held_on(on).filter(seat__isnull=False)),
        motions_open=_count(Motion.objects.filter(state__in=[Motion.State.MOVED, Motion.State.VOTING])),
        layer=Case(*[When(kind=kind, then=place) for place, kind in enumerate(LAYERS)], default=len(LAYERS)),
    ).order_by("layer", "name", "pk")


class CouncilPages(Pages):
    """Pages of councils by layer and name; assemblies, by far the most, come last and are found by their own index."""

    def __init__(self, rows: QuerySet[Council], size: int, *, above: int, assemblies: int) -> None:
        """Take the councils listed, the size of a page, and how many of them are above the assemblies."""
        super().__init__(rows, size, counted=above + assemblies)
        self.above = above

    def part(self, first: int) -> list[Council]:
        """Return a page's councils, from the one with that place on."""
        above = self.object_list.filter(kind__in=[kind for kind in LAYERS if kind != KINDS.WORKPLACE])
        shown = list(part(above, first, self.per_page)) if first < self.above else []
        if (wanted := self.per_page - len(shown)) == 0:
            return shown
        assemblies = self.object_list.filter(kind=KINDS.WORKPLACE).order_by("name", "pk")
        return shown + list(part(assemblies, max(first - self.above, 0), wanted))


def own_councils(person: Person, on: date) -> QuerySet[Council]:
    """Return where the person decides: councils they sit in or serve, and the assemblies of where they work and live."""
    held = Mandate.objects.held_on(on).filter(person=person).values("council")
    belongs = Membership.objects.filter(person=person, validity__contains=on)
    works = belongs.filter(workplace__isnull=False)
    homes = belongs.filter(community__isnull=False).values("community")
    found = [
        Council.objects.filter(pk__in=held),
        Council.objects.filter(workplace__in=works.values("workplace__entity_id")),
        Council.objects.filter(kind=Council.Kind.COMMUNITY, region__in=homes),
    ]
    first, *others = (councils.values("pk") for councils in found)  # one by one, so that each finds its index
    return Council.objects.sitting().filter(pk__in=first.union(*others)).order_by("name", "pk")


def kinds_with_numbers() -> list[tuple[str, str, int]]:
    """Return (kind, its name, how many councils), in the order of the layers."""
    numbers = dict(Council.objects.values_list("kind").annotate(number=Count("pk")))
    return [(kind.value, str(kind.label), numbers[kind]) for kind in LAYERS if kind in numbers]


def seats_of(council: Council, on: date) -> QuerySet[Seat]:
    """Return the seats in order, each with ``holders``: the mandate in force on that day, or nothing."""
    held = Mandate.objects.held_on(on).select_related("person")
    return (
        council.seats.select_related("represents_council", "represents_association")
        .prefetch_related(Prefetch("mandates", held, to_attr="holders"))
        .order_by("number")
    )


def mandates_of(council: Council) -> QuerySet[Mandate]:
    """Return all mandates of a council, those now running first, then the latest."""
    return council.mandates.select_related("person", "seat", "represents", "council").order_by(
        F("term").desc(), "role", "seat__number", "pk"
    )


def staff_of(council: Council, on: date) -> QuerySet[Mandate]:
    """Return those who serve the council on that day without sitting in it."""
    return (
        Mandate.objects.held_on(on)
        .filter(council=council, role__in=Mandate.STAFF)
        .select_related("person", "council", "represents")
        .order_by("role", "person__name", "pk")
    )


def motions_of(council: Council) -> QuerySet[Motion]:
    """Return a council's motions, the latest first."""
    return council.motions.select_related("moved_by").order_by("-number")


def voters_on(motion: Motion) -> int | None:
    """Return the size of the roll of the motion's last ballot, None when there has been none."""
    ballot = motion.ballots.order_by("-pk").first()
    return ballot.roll_size if ballot else None


def open_for(person: Person, now: datetime) -> QuerySet[RollEntry]:
    """Return the roll entries with which the person can vote at this moment, the most urgent first."""
    return (
        RollEntry.objects.filter(
            person=person,
            ballot__state=Ballot.State.OPEN,
            ballot__closes_at__gt=now,
            ballot__opened_at__lte=now,
        )
        .select_related("ballot__motion", "ballot__amendment", "ballot__council", "vote__option", "mark")
        .order_by("ballot__closes_at", "pk")
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(council=OuterRef("pk")).order_by().values("council").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), Value(0))
