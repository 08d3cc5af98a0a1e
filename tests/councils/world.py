"""A small federation for tests: two regions, three communities, two sectors, five workplaces, their people."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Council, Mandate, Motion, Seat
from councils.services import MandateDraft, charter_found, federation_found, mandates_give, motion_move
from workplaces.models import (
    Membership,
    Person,
    PublicBody,
    Region,
    Scenario,
    Sector,
    SectorMembership,
    Workplace,
)

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
SINCE, UNTIL = date(2026, 1, 1), date(2028, 1, 1)
DAY = timedelta(days=1)
LATER = NOW + 8 * DAY


@dataclass
class World:
    """What the fixtures made, by short names."""

    scenario: Scenario
    regions: dict[str, Region]
    sectors: dict[str, Sector]
    workplaces: list[Workplace]
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, **options: Any) -> Person:
        """Return the person of that name, made on first asking."""
        if name not in self.people:
            self.people[name] = Person.objects.create(username=name, name=name.title(), **options)
        return self.people[name]

    def council(self, kind: str, name: str = "") -> Council:
        """Return the council of that kind (and name)."""
        found = Council.objects.filter(kind=kind)
        return found.get(name=name) if name else found.get()

    @property
    def metal(self) -> Council:
        """The sector council with five seats."""
        return self.council("sector", "Metal")

    def seat(self, number: int, council: Council | None = None) -> Seat:
        """Return a seat of the metal council, or of another."""
        return Seat.objects.get(council=council or self.metal, number=number)

    def motion(self, **options: Any) -> Motion:
        """Put a motion to the metal council by its first delegate."""
        given = {
            "council": self.metal,
            "title": "Buy a lathe",
            "text": "Together.",
            "by": self.person("delegate1"),
        }
        return motion_move(**{**given, "now": NOW, **options})


def build() -> World:
    """Make the federation with its councils, a full metal council, and a charter."""
    world = _places()
    federation_found(scenario=world.scenario, by=None, now=NOW)
    mandates_give(drafts=_drafts(world), by=None, now=NOW)
    charter_found(values={}, by=None, now=NOW)
    return world


def draft(world: World, name: str, council: Council, role: str, **options: Any) -> MandateDraft:
    """Return a mandate to be given to that person for the usual term."""
    given: dict[str, Any] = {"since": SINCE, "until": UNTIL, "obtained": Mandate.Obtained.FOUNDING}
    return MandateDraft(person=world.person(name), council=council, role=role, **{**given, **options})


def _drafts(world: World) -> list[MandateDraft]:
    board, metal = world.council("board"), world.metal
    seats = [
        draft(world, f"delegate{seat.number}", metal, "delegate", seat=seat)
        for seat in metal.seats.order_by("number").select_related("represents_council")
    ]
    staff = [
        draft(world, "carla", metal, "coordinator"),
        draft(world, "rosa", metal, "registrar"),
        draft(world, "bruno", board, "coordinator"),
    ]
    return [*seats, *staff]


def _places() -> World:
    scenario = Scenario.objects.create(name="2025", kind="baseline", number=1)
    land = Region.objects.create(code="XX", name="Land", kind="country")
    regions = {
        name: Region.objects.create(code=name, name=name.title(), kind="region", parent=land)
        for name in ("north", "south")
    }
    for name, parent in (("port", "north"), ("hill", "north"), ("bay", "south")):
        regions[name] = Region.objects.create(
            code=name, name=name.title(), kind="community", parent=regions[parent]
        )
    owner = PublicBody.objects.create(code="city", name="City", level="municipal", region=regions["north"])
    sectors = {
        code: Sector.objects.create(scenario=scenario, code=code, name=code.title())
        for code in ("metal", "food")
    }
    workplaces = [
        Workplace.objects.create(
            scenario=scenario, code=f"w{number}", name=f"Works {number}", region=regions["north"], owner=owner,
            main_sector=sectors["metal"], size=3,
        )
        for number in range(1, 6)
    ]  # fmt: skip
    for workplace in workplaces:
        SectorMembership.objects.create(
            scenario=scenario,
            workplace=workplace,
            sector=sectors["metal"],
            share=1.0,
            validity=DateRange(SINCE, None),
        )
    world = World(scenario, regions, sectors, workplaces)
    for name in ("mia", "noah", "olga"):
        Membership.objects.create(
            person=world.person(name), workplace=workplaces[0], validity=DateRange(SINCE, None)
        )
    Membership.objects.create(
        person=world.person("pia"), community=regions["port"], validity=DateRange(SINCE, None)
    )
    return world
