"""What there is to divide for investment, and among whom."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Subquery

from councils.models import Council
from planning.allocation.dividing import by_size
from planning.models import Cycle, Envelope, EnvelopeDraft, Guideline, Topic
from planning.models.ledger import MINOR
from planning.policies_investment import invested_share
from planning.rules import rule
from planning.selectors.levels import Economy, Made
from workplaces.kept import kept
from workplaces.models import Region, Scenario, Sector, Workplace

SECTOR, REGION = "sector", "region"


@dataclass(frozen=True)
class Part:
    """A sector or region (first version's id) with a council: its legal minimum and what its part would be by size.

    Where a guideline divides the stream, ``suggested`` is by the guideline, and the envelope lies between ``low`` and
    ``high``.
    """

    stream: str
    entity: int
    code: str
    label: str
    council: Council
    least: int
    suggested: int
    low: int | None = None
    high: int | None = None

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


@dataclass(frozen=True)
class Weights:
    """A baseline's value added (currency per year), by main sector what is above 0 of it, and people by place of work."""

    value_added: float
    by_sector: dict[int, float]
    by_place: dict[int, float]


def weights_of(scenario: Scenario) -> Weights:
    """Return what a fund is divided by; of a closed baseline it is kept."""
    if not scenario.digest:
        return _weights(_weighed(scenario))
    key = f"weights:{scenario.public_id}:{scenario.digest}"
    return kept(key, lambda: _weighed(scenario), _weights)


def _weighed(scenario: Scenario) -> list[Any]:
    made = made_in(scenario)
    by_sector, by_place = defaultdict[int, float](float), defaultdict[int, float](float)
    known = Workplace.objects.in_scenario(scenario).values_list(
        "entity_id", "main_sector_id", "region_id", "size"
    )
    for workplace, sector, place, size in known.iterator(chunk_size=2000):
        by_place[place] += size
        if workplace in made:
            by_sector[sector] += max(made[workplace].value_added, 0.0)
    return [sum(one.value_added for one in made.values()), list(by_sector.items()), list(by_place.items())]


def _weights(value: list[Any]) -> Weights:
    total, by_sector, by_place = value
    return Weights(total, dict(by_sector), dict(by_place))


def fund(cycle: Cycle) -> Fund:
    """Return the year's fund: the guideline's, else the charter's share of last year's value added, at accounting prices.

    A stream in which no council sits leaves its money to the other. Suggested parts go by the guideline's shares, or where
    there is none by value added (sectors) and by people working there (regions), after the legal minimum:
    ``envelope_least`` of an equal part.
    """
    known = weights_of(cycle.baseline)
    value_added = known.value_added
    total = max(int(invested_share(cycle) * value_added * MINOR), 0)
    sectors, regions = _sectors(cycle, known), _regions(known)
    for_regions = int(total * rule(cycle.rules, "region_stream")) if regions else 0
    for_regions = total if regions and not sectors else for_regions
    for_sectors = total - for_regions if sectors else 0
    least = rule(cycle.rules, "envelope_least")
    room, shares = rule(cycle.rules, "guideline_room"), _guided(cycle)
    parts = _parts(SECTOR, sectors, for_sectors, least, shares, room)
    parts += _parts(REGION, regions, for_regions, least, shares, room)
    return Fund(value_added, for_sectors + for_regions, for_sectors, for_regions, parts)


def shared_among(cycle: Cycle) -> tuple[list[Part], list[Part]]:
    """Return the sectors and the regions that have a part in the fund; without sums, for which the economy is read."""
    nothing = Weights(0.0, {}, {})
    found = ((SECTOR, _sectors(cycle, nothing)), (REGION, _regions(nothing)))
    sectors, regions = (
        [Part(stream, entity, body.code, body.label, council, 0, 0) for body, entity, council, _size in rows]
        for stream, rows in found
    )
    return sectors, regions


Weighed = tuple[Sector | Region, int, Council, float]


def _sectors(cycle: Cycle, given: Weights) -> list[Weighed]:
    known = {s.entity_id: s for s in Sector.objects.in_scenario(cycle.baseline)}
    councils = Council.objects.sitting().filter(kind=Council.Kind.SECTOR, sector_id__in=known)
    return [
        (known[c.sector_id], c.sector_id, c, given.by_sector.get(c.sector_id, 0.0))
        for c in councils.order_by("name", "pk")
        if c.sector_id is not None
    ]


def _regions(given: Weights) -> list[Weighed]:
    parents = dict(Region.objects.values_list("pk", "parent_id"))
    people = dict.fromkeys(parents, 0.0)
    for place, size in given.by_place.items():
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


def _guided(cycle: Cycle) -> dict[tuple[str, int], float]:
    """Return the shares (of 1000) that the cycle's guidelines give to sectors and regions, by stream and entity."""
    rows = Guideline.objects.filter(cycle=cycle, topic__in=[Topic.SECTOR, Topic.REGION])
    return {(row.topic, row.entity): row.value for row in rows if row.entity is not None}


def _parts(
    stream: str,
    found: list[Weighed],
    total: int,
    least: float,
    shares: dict[tuple[str, int], float],
    room: float,
) -> list[Part]:
    """Divide a stream: legal minima first, the rest by the guideline where it names any of those there, else by size."""
    if not found:
        return []
    given = [shares.get((stream, entity), 0.0) for _body, entity, _council, _weight in found]
    is_guided = sum(given) > 0
    weights = [weight for _body, _entity, _council, weight in found]
    if is_guided:
        weights = [max(share - sum(given) * least / len(found), 0.0) for share in given]
    minimum, sums = by_size(weights, total, least)
    parts = []
    for (body, entity, council, _weight), amount in zip(found, sums, strict=True):
        part = int(amount)
        limits = (int((1 - room) * part), -int(-(1 + room) * part // 1)) if is_guided else (None, None)
        parts.append(Part(stream, entity, body.code, body.label, council, minimum, part, *limits))
    return parts


@dataclass(frozen=True)
class Earlier:
    """What the latest earlier year with settled envelopes gave, in minor units: to each sector and region, and in all."""

    year: int
    amounts: dict[tuple[str, int | None], int]

    def total(self, stream: str) -> int:
        """Return what a stream held."""
        return sum(amount for (name, _entity), amount in self.amounts.items() if name == stream)


def earlier_envelopes(cycle: Cycle) -> Earlier | None:
    """Return the envelopes of the latest earlier year that has any; None where there is none."""
    drafts = EnvelopeDraft.objects.filter(settled_at__isnull=False, cycle__year__lt=cycle.year)
    drafts = drafts.exclude(cycle__phase=Cycle.Phase.ABANDONED).order_by("-cycle__year")
    rows = Envelope.objects.filter(draft=Subquery(drafts.values("pk")[:1]))
    found = list(rows.values_list("draft__cycle__year", "sector", "region", "amount"))
    if not found:
        return None
    amounts = {
        (SECTOR if sector else REGION, sector or region): amount for _y, sector, region, amount in found
    }
    return Earlier(found[0][0], amounts)


def drafts_of(cycle: Cycle) -> list[EnvelopeDraft]:
    """Return the cycle's drafts, the latest first, with their envelopes and referrals."""
    related = ("envelopes__sector", "envelopes__region", "referrals__council")
    return list(cycle.envelope_drafts.prefetch_related(*related).order_by("-number"))
