"""A federation small enough to check by hand: a mill, a bakery and a power station, one community.

Per unit: flour needs 0.1 energy; bread needs 0.5 flour and 0.2 energy; energy needs 0.1 of itself.
Each uses one hour of labour per unit.  All prices are 1, so one unit is one unit of money.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from councils.models import Council, Mandate, Seat
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Occupation,
    Person,
    Product,
    PublicBody,
    Region,
    Scenario,
    Sector,
    SectorMembership,
    Technology,
    Workplace,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TERM = (date(2026, 1, 1), date(2028, 1, 1))
COEFFICIENTS = {"flour": {"energy": 0.1}, "bread": {"flour": 0.5, "energy": 0.2}, "energy": {"energy": 0.1}}
DEMAND = {"bread": 100.0, "energy": 50.0, "flour": 10.0}


def gross_outputs() -> dict[str, float]:
    """Return the outputs that balance DEMAND: bread 100, flour 60, energy (50 + 20 + 6) / 0.9."""
    return {"bread": 100.0, "flour": 60.0, "energy": 76.0 / 0.9}


@dataclass
class Federation:
    """What the tests reach for."""

    baseline: Scenario
    people: dict[str, Person] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    workplaces: dict[str, Workplace] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    demand: dict[str, DemandLine] = field(default_factory=dict)
    councils: dict[str, Council] = field(default_factory=dict)
    pool: LabourPool | None = None
    community: Region | None = None


def person(federation: Federation, key: str, **fields: object) -> Person:
    """Make a person who can sign in."""
    made = Person.objects.create(username=key, name=key.title(), email=f"{key}@example.org", **fields)
    federation.people[key] = made
    return made


def council(federation: Federation, key: str, **fields: object) -> Council:
    """Make a council."""
    made = Council.objects.create(name=key.title(), created_at=NOW, **fields)
    federation.councils[key] = made
    return made


def mandate(council: Council, person: Person, role: str, represents: Council | None = None) -> Mandate:
    """Give a mandate; delegates get a seat of their own."""
    seat = None
    if role == "delegate":
        seat = Seat.objects.create(
            council=council, number=council.seats.count() + 1, represents_council=represents
        )
    return Mandate.objects.create(
        council=council, person=person, role=role, seat=seat, represents=represents, term=TERM, held=TERM,
        obtained="founding", created_at=NOW,
    )  # fmt: skip


def make_federation(*, capacity: float = 1.2) -> Federation:
    """Make the federation with an open baseline whose last year's figures balance."""
    baseline = Scenario.objects.create(name="Baseline 1", kind="baseline", number=1)
    federation = Federation(baseline=baseline)
    country = Region.objects.create(code="land", kind="country", name="Land")
    region = Region.objects.create(code="valley", kind="region", name="Valley", parent=country)
    federation.community = Region.objects.create(
        code="village", kind="community", name="Village", parent=region
    )
    owner = PublicBody.objects.create(
        code="town", level="municipal", name="Town", region=federation.community
    )
    occupation = Occupation.objects.create(scenario=baseline, code="work", name="Work")
    federation.pool = LabourPool.objects.create(
        scenario=baseline, region=federation.community, occupation=occupation, hours=400.0, wage=1.0
    )
    board = council(federation, "board", kind="board")
    valley = council(federation, "valley", kind="regional", region=region)
    village = council(federation, "village", kind="community", region=federation.community)
    mandate(board, person(federation, "coordinator"), "coordinator")
    mandate(board, person(federation, "registrar"), "registrar")
    mandate(board, person(federation, "boardmember"), "delegate", valley)
    mandate(valley, person(federation, "neighbour"), "delegate", village)
    mandate(village, person(federation, "villager"), "delegate")
    person(federation, "stranger")
    person(federation, "root", is_superuser=True)
    for code in COEFFICIENTS:
        federation.products[code] = Product.objects.create(
            scenario=baseline, code=code, name=code.title(), unit="t", price=1.0, flexibility=0.3
        )
    for code in COEFFICIENTS:
        _workplace(federation, code, owner, occupation, capacity)
    for code, quantity in DEMAND.items():
        federation.demand[code] = DemandLine.objects.create(
            scenario=baseline, region=federation.community, product=federation.products[code], category="household",
            last=quantity, floor=0.0,
        )  # fmt: skip
    return federation


def _workplace(
    federation: Federation, code: str, owner: PublicBody, occupation: Occupation, capacity: float
) -> None:
    baseline, products = federation.baseline, federation.products
    sector = Sector.objects.create(scenario=baseline, code=code, name=f"{code.title()} sector")
    workplace = Workplace.objects.create(
        scenario=baseline, code=f"{code}-works", name=f"{code.title()} works", region=federation.community, owner=owner,
        main_sector=sector, size=10,
    )  # fmt: skip
    SectorMembership.objects.create(
        scenario=baseline, workplace=workplace, sector=sector, share=1.0, validity=TERM
    )
    technology = Technology.objects.create(
        scenario=baseline, code=code, name=code.title(), sector=sector,
        output_product=[products[code].entity_id], output_coefficient=[1.0],
        input_product=[products[i].entity_id for i in COEFFICIENTS[code]],
        input_coefficient=list(COEFFICIENTS[code].values()), input_group=[0] * len(COEFFICIENTS[code]),
        labour_occupation=[occupation.entity_id], labour_hours=[1.0], labour_group=1, groups=2,
    )  # fmt: skip
    last = gross_outputs()[code]
    federation.lines[code] = Line.objects.create(
        scenario=baseline, workplace=workplace, product=products[code], technology=technology, factors=[1.0, 1.0],
        last_output=last, capacity=capacity * last,
    )  # fmt: skip
    federation.workplaces[code] = workplace
    assembly = council(federation, f"{code} assembly", kind="workplace", workplace=workplace)
    branch = council(federation, f"{code} sector", kind="sector", sector=sector)
    mandate(branch, person(federation, f"{code}_delegate"), "delegate", assembly)


def add_cake(federation: Federation) -> Line:
    """Give the bakery a second line: 20 t of cake, a fifth of a unit of energy and an hour each, all eaten in the village."""
    baseline, place = federation.baseline, federation.workplaces["bread"]
    cake = Product.objects.create(
        scenario=baseline, code="cake", name="Cake", unit="t", price=1.0, flexibility=0.3
    )
    technology = Technology.objects.create(
        scenario=baseline, code="cake", name="Cake", sector=place.main_sector, output_product=[cake.entity_id],
        output_coefficient=[1.0], input_product=[federation.products["energy"].entity_id], input_coefficient=[0.2],
        input_group=[0], labour_occupation=[Occupation.objects.get().entity_id], labour_hours=[1.0], labour_group=1,
        groups=2,
    )  # fmt: skip
    federation.products["cake"] = cake
    federation.lines["cake"] = Line.objects.create(
        scenario=baseline, workplace=place, product=cake, technology=technology, factors=[1.0, 1.0], last_output=20.0,
        capacity=24.0,
    )  # fmt: skip
    federation.demand["cake"] = DemandLine.objects.create(
        scenario=baseline, region=federation.community, product=cake, category="household", last=20.0, floor=0.0
    )  # fmt: skip
    return federation.lines["cake"]
