"""What there is to divide for investment, and among whom."""

from dataclasses import dataclass
from functools import lru_cache

from councils.models import Council
from planning.allocation.dividing import by_size
from planning.models import Cycle, EnvelopeDraft
from planning.models.ledger import MINOR
from planning.rules import rule
from planning.selectors.levels import Economy, Made
from workplaces.models import Region, Scenario, Sector, Workplace

SECTOR, REGION = "sector", "region"


@dataclass(frozen=True)
class Part:
    """A sector or region (first version's id) with a council: its legal minimum and what its part would be by size."""

    stream: str
    entity: int
    code: str
    label: str
    council: Council
    least: int
    suggested: int

    @property
    def key(self) -> str:
        """The name of its field."""
        return f"{self.stream}-{self.code}"


@dataclass(frozen=True)
class Fund:
    """What is set aside, in minor units: in all, and for each of the two streams; who has a part in it."""

    value_added: float
    total: int
    sectors: int
    regions: int
    parts: list[Part]

    def stream(self, name: str) -> list[Part]:
        """Return the parts of one stream."""
        return [part for part in self.parts if part.stream == name]


@lru_cache(maxsize=8)
def _made(scenario: int, digest: str) -> dict[int, Made]:  # noqa: ARG001  (a frozen baseline with that digest never changes)
    return Economy(Scenario.objects.get(pk=scenario)).made()


def made_in(scenario: Scenario) -> dict[int, Made]:
    """Return what each workplace made by the scenario's figures; remembered where the scenario is closed."""
    return _made(scenario.pk, scenario.digest) if scenario.digest else Economy(scenario).made()


def fund(cycle: Cycle) -> Fund:
    """Return the year's fund: the charter's share of the value added of last year, at accounting prices.

    A stream in which no council sits leaves its money to the other. Suggested parts go by value added (sectors) and by
    people working there (regions), after the legal minimum: ``envelope_least`` of an equal part.
    """
    made = made_in(cycle.baseline)
    value_added = sum(one.value_added for one in made.values())
    total = max(int(rule(cycle.rules, "investment_share") * value_added * MINOR), 0)
    sectors, regions = _sectors(cycle, made), _regions(cycle)
    for_regions = int(total * rule(cycle.rules, "region_stream")) if regions else 0
    for_regions = total if regions and not sectors else for_regions
    for_sectors = total - for_regions if sectors else 0
    least = rule(cycle.rules, "envelope_least")
    parts = _parts(SECTOR, sectors, for_sectors, least) + _parts(REGION, regions, for_regions, least)
    return Fund(value_added, for_sectors + for_regions, for_sectors, for_regions, parts)


Weighed = tuple[Sector | Region, int, Council, float]


def _sectors(cycle: Cycle, made: dict[int, Made]) -> list[Weighed]:
    known = {s.entity_id: s for s in Sector.objects.in_scenario(cycle.baseline)}
    weight = dict.fromkeys(known, 0.0)
    for workplace, sector in Workplace.objects.in_scenario(cycle.baseline).values_list(
        "entity_id", "main_sector_id"
    ):
        if workplace in made:
            weight[sector] = weight.get(sector, 0.0) + max(made[workplace].value_added, 0.0)
    councils = Council.objects.sitting().filter(kind=Council.Kind.SECTOR, sector_id__in=known)
    return [
        (known[c.sector_id], c.sector_id, c, weight[c.sector_id])
        for c in councils.order_by("name", "pk")
        if c.sector_id is not None
    ]


def _regions(cycle: Cycle) -> list[Weighed]:
    parents = dict(Region.objects.values_list("pk", "parent_id"))
    people = dict.fromkeys(parents, 0.0)
    for place, size in Workplace.objects.in_scenario(cycle.baseline).values_list("region_id", "size"):
        for one in lineage(place, parents):
            people[one] += size
    councils = Council.objects.sitting().filter(kind=Council.Kind.REGIONAL).select_related("region")
    return [
        (c.region, c.region.pk, c, people[c.region.pk])
        for c in councils.order_by("name", "pk")
        if c.region is not None
    ]


def lineage(place: int | None, parents: dict[int, int | None]) -> list[int]:
    """Return a place and everything it lies in."""
    found = []
    while place is not None:
        found.append(place)
        place = parents[place]
    return found


def _parts(stream: str, found: list[Weighed], total: int, least: float) -> list[Part]:
    if not found:
        return []
    minimum, sums = by_size([weight for _body, _entity, _council, weight in found], total, least)
    return [
        Part(stream, entity, body.code, body.label, council, minimum, int(amount))
        for (body, entity, council, _weight), amount in zip(found, sums, strict=True)
    ]


def drafts_of(cycle: Cycle) -> list[EnvelopeDraft]:
    """Return the cycle's drafts, the latest first, with their envelopes and referrals."""
    related = ("envelopes__sector", "envelopes__region", "referrals__council")
    return list(cycle.envelope_drafts.prefetch_related(*related).order_by("-number"))
