"""What the sheet needs of the economy: a year's figures added up once, and remembered where they cannot change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from django.db.models import Sum

from planning.allocation.inequality import gini, theil
from planning.models import Run, RunLine, RunRow
from planning.selectors.levels import Economy, money_unit
from workplaces.hours import IN_HOURS
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Occupation,
    Post,
    Product,
    Resource,
    Scenario,
    Technology,
    TradeLine,
    Workplace,
)
from workplaces.presentation.figures import worth

type Rows = Mapping[tuple[int, int], RunRow]  # of a run, by kind and entity
Category = DemandLine.Category
ACCESS = (Category.HOUSEHOLD, Category.PUBLIC)
ROUNDING = 1e-9


@dataclass(frozen=True)
class Pool:
    """Hours a year that an occupation's work in a region needs and that people offer; ``wage`` in currency per hour."""

    region: int
    occupation: int
    needed: float
    offered: float
    wage: float
    entity: int = 0

    @property
    def found(self) -> float:
        """Offered hours that find a post."""
        return min(self.needed, self.offered)

    @property
    def short(self) -> float:
        """Needed hours that nobody offers."""
        return max(self.needed - self.offered, 0.0)


@dataclass(frozen=True)
class Offer:
    """Labour pools as a scenario has them; how many hours the unit of each occupation (entity id) is."""

    pools: tuple[LabourPool, ...]
    units: Mapping[int, float]


@dataclass(frozen=True)
class Draw:
    """What is used of a resource, in its unit; its cap and the charge for one unit more, where there is one."""

    used: float
    cap: float | None = None
    charge: float | None = None


@dataclass(frozen=True)
class Floors:
    """Guaranteed uses of households and public services: how many there are, how many hold."""

    count: int = 0
    held: int = 0


@dataclass(frozen=True)
class Posts:
    """Posts of a pool (entity id) alike in hours a week: how many, and whether they are training places."""

    pool: int
    weekly_hours: float
    training: bool
    number: int


@dataclass(frozen=True)
class Levels:
    """How unequal value added per hour is over people at work: Gini; Theil, and its parts between sectors and regions."""

    gini: float
    theil: float
    between_sectors: float
    between_regions: float


@dataclass(frozen=True)
class Snapshot:
    """A year's economy in sums. Money in currency at constant prices, hours a year."""

    value_added: float
    hours: float
    people: int
    levels: Levels | None
    sectors: Mapping[int, tuple[float, float]]  # value added and hours
    regions: Mapping[int, tuple[float, float]]
    surpluses: Mapping[
        int, tuple[float, float]
    ]  # by sector, of workplaces with a surplus and of those with a deficit
    pools: tuple[Pool, ...]
    uses: Mapping[str, float]  # by category of final use
    statuses: Mapping[str, float]  # households' use by price status
    priced: Mapping[int, float]  # households' use of goods that are not free, by product
    floors: Mapping[int, Floors]  # by region
    resources: Mapping[int, Draw]
    imports: float
    exports: float
    posts: tuple[Posts, ...]


@dataclass
class Made:
    """Sums over lines while they are read."""

    value: dict[int, float] = field(default_factory=lambda: defaultdict(float))  # by workplace
    hours: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    work: dict[tuple[int, int], float] = field(
        default_factory=lambda: defaultdict(float)
    )  # workplace, occupation
    used: dict[int, float] = field(default_factory=lambda: defaultdict(float))  # resource
    drawn: dict[tuple[int, int], float] = field(
        default_factory=lambda: defaultdict(float)
    )  # workplace, resource


def snapshot(scenario: Scenario, run: Run | None = None, prices: Scenario | None = None) -> Snapshot:
    """Return the last figures of a scenario, or with ``run`` those that stand in it, at the prices of ``prices``.

    Remembered where nothing can change any more: the scenarios are closed.
    """
    priced = prices or scenario
    if scenario.digest and priced.digest:
        return _remembered(scenario.pk, scenario.digest, run.pk if run else None, priced.pk)
    return _read(scenario, run, priced)


@lru_cache(maxsize=64)
def _remembered(scenario: int, digest: str, run: int | None, prices: int) -> Snapshot:  # noqa: ARG001  (part of the key)
    found = Scenario.objects.in_bulk({scenario, prices})
    return _read(found[scenario], Run.objects.get(pk=run) if run else None, found[prices])


def _read(scenario: Scenario, run: Run | None, prices: Scenario) -> Snapshot:
    figures = _figures(run)
    products = list(Product.objects.in_scenario(prices).values_list("entity_id", "price", "unit"))
    price = {entity: worth(1.0, one, unit) for entity, one, unit in products}
    units = {entity: unit for entity, _price, unit in products}
    made = _made(scenario, price, figures.get(RunLine.Kind.PRODUCTION))
    places = {
        w.entity_id: w
        for w in Workplace.objects.in_scenario(scenario).only(
            "entity_id", "region_id", "main_sector_id", "size"
        )
    }
    rows = {(row.kind, row.entity): row for row in run.rows.all()} if run else {}
    demand = list(DemandLine.objects.in_scenario(scenario))
    taken = _taken(demand, figures.get(RunLine.Kind.DEMAND))
    uses, statuses, priced = _uses(scenario, demand, taken, price)
    unit, offer = money_unit(units.values()), _offer(scenario)
    resources = _draws(scenario, made, rows, unit)
    imports, exports = _trade(scenario, figures.get(RunLine.Kind.TRADE), units)
    return Snapshot(
        value_added=sum(made.value.values()),
        hours=sum(made.hours.values()),
        people=sum(w.size for w in places.values()),
        levels=_levels(made, places),
        sectors=_grouped(made, {entity: w.main_sector_id for entity, w in places.items()}),
        regions=_grouped(made, {entity: w.region_id for entity, w in places.items()}),
        surpluses=_surpluses(made, places, _frame(offer, rows, unit), resources),
        pools=_pools(offer, made, places, rows, unit),
        uses=uses,
        statuses=statuses,
        priced=priced,
        floors=_floors(demand, taken, rows),
        resources=resources,
        imports=imports,
        exports=exports + uses.get(Category.EXPORT, 0.0),
        posts=_posts(scenario),
    )


def _figures(run: Run | None) -> dict[int, dict[int, float]]:
    """Return what stands for each line of a run, by kind and entity; nothing without a run: last year's figures count."""
    if run is None:
        return {}
    found: dict[int, dict[int, float]] = {int(kind): {} for kind in RunLine.Kind}
    for kind, entity, proposed in run.lines.values_list("kind", "entity", "proposed").iterator(
        chunk_size=5000
    ):
        found[kind][entity] = proposed
    return found


def _made(scenario: Scenario, price: Mapping[int, float], outputs: Mapping[int, float] | None) -> Made:
    """Add up value added, hours and resources over all lines, by the techniques' coefficients."""
    economy = Economy(scenario, price)
    fields = ("entity_id", "labour_occupation", "labour_hours", "labour_group", "resource", "resource_use")
    techniques = {row[0]: row[1:] for row in Technology.objects.in_scenario(scenario).values_list(*fields)}
    made = Made()
    for line in Line.objects.in_scenario(scenario).iterator(chunk_size=2000):
        output = line.last_output if outputs is None else outputs.get(line.entity_id, 0.0)
        unit, place = economy.per_unit(line), line.workplace_id
        made.value[place] += unit.value_added * output
        made.hours[place] += unit.hours * output
        factor, work = 1.0, zip(line.own_labour_occupation, line.own_labour_hours, strict=True)
        if line.technology_id is not None:
            occupations, hours, group, resources, drawn = techniques[line.technology_id]
            factor = line.factors[group] if group < len(line.factors) else 1.0
            work = zip(occupations, hours, strict=True)
            for resource, use in zip(resources, drawn, strict=True):
                made.used[resource] += use * output
                made.drawn[place, resource] += use * output
        for occupation, hour in work:
            made.work[place, occupation] += economy.in_hours.get(occupation, 1.0) * hour * factor * output
    return made


def _grouped(made: Made, group: Mapping[int, int]) -> dict[int, tuple[float, float]]:
    value, hours = defaultdict[int, float](float), defaultdict[int, float](float)
    for workplace, amount in made.value.items():
        value[group[workplace]] += amount
        hours[group[workplace]] += made.hours[workplace]
    return {entity: (value[entity], hours[entity]) for entity in value}


def _frame(offer: Offer, rows: Rows, money: float) -> dict[tuple[int, int], float]:
    """Return by region and occupation what an hour is paid without premiums, in currency: the pool's accounting wage, or
    what a run counted it at where the pool has none.
    """
    found = {}
    for pool in offer.pools:
        row = rows.get((RunRow.Kind.POOL, pool.entity_id))
        wage = pool.wage if pool.wage > 0 or row is None else row.price - row.dual
        found[pool.region_id, pool.occupation_id] = wage * money / offer.units.get(pool.occupation_id, 1.0)
    return found


def _surpluses(
    made: Made,
    places: Mapping[int, Workplace],
    frame: Mapping[tuple[int, int], float],
    resources: Mapping[int, Draw],
) -> dict[int, tuple[float, float]]:
    """Add up workplaces' surpluses and deficits by sector: value added less pay, less what their resources are charged."""
    left = defaultdict[int, float](float, made.value)
    for (workplace, occupation), hours in made.work.items():
        left[workplace] -= hours * frame.get((places[workplace].region_id, occupation), 0.0)
    for (workplace, resource), use in made.drawn.items():
        left[workplace] -= use * ((resources[resource].charge if resource in resources else None) or 0.0)
    found = defaultdict[int, tuple[float, float]](lambda: (0.0, 0.0))
    for workplace, surplus in left.items():
        sector = places[workplace].main_sector_id
        above, below = found[sector]
        found[sector] = (above + max(surplus, 0.0), below + max(-surplus, 0.0))
    return dict(found)


def _levels(made: Made, places: Mapping[int, Workplace]) -> Levels | None:
    """Return how unequal levels are over the people of workplaces that worked; None where nobody makes anything."""
    worked = [entity for entity in made.value if made.hours[entity] > 0 and places[entity].size > 0]
    level = np.array([max(made.value[e] / made.hours[e], 0.0) for e in worked])
    people = np.array([float(places[e].size) for e in worked])
    if not len(worked) or not (level * people).sum() > 0:
        return None
    sectors = theil(level, people, _numbered(places[e].main_sector_id for e in worked))
    regions = theil(level, people, _numbered(places[e].region_id for e in worked))
    return Levels(gini(level, people), sectors.total, sectors.between, regions.between)


def _numbered(groups: Iterable[int]) -> np.ndarray:
    return np.unique(list(groups), return_inverse=True)[1].reshape(-1)


def _pools(
    offer: Offer, made: Made, places: Mapping[int, Workplace], rows: Rows, money: float
) -> tuple[Pool, ...]:
    """Return every labour pool: of a run its own rows, else what the techniques need against what is offered.

    A pool's wage is money of the prices per unit of its hours: ``money`` units of the currency per ``unit`` hours.
    """
    needed = defaultdict[tuple[int, int], float](float)
    for (workplace, occupation), hours in made.work.items():
        needed[places[workplace].region_id, occupation] += hours
    found = []
    for pool in offer.pools:
        unit, row = offer.units.get(pool.occupation_id, 1.0), rows.get((RunRow.Kind.POOL, pool.entity_id))
        own = needed.get((pool.region_id, pool.occupation_id), 0.0)
        found.append(
            Pool(
                pool.region_id, pool.occupation_id,
                row.use_before * unit if row else own,
                row.supply_before * unit if row else pool.hours * unit,
                (row.price if row else pool.wage) * money / unit,
                pool.entity_id,
            )
        )  # fmt: skip
    return tuple(found)


def _posts(scenario: Scenario) -> tuple[Posts, ...]:
    """Return the posts in as few rows as they differ by pool, hours and training."""
    rows = Post.objects.in_scenario(scenario).values_list("pool_id", "weekly_hours", "training")
    return tuple(
        Posts(*row)
        for row in rows.annotate(all=Sum("number")).order_by("pool_id", "weekly_hours", "training")
    )


def _offer(scenario: Scenario) -> Offer:
    units = Occupation.objects.in_scenario(scenario).values_list("entity_id", "unit")
    pools = LabourPool.objects.in_scenario(scenario).order_by("entity_id")
    return Offer(tuple(pools), {entity: IN_HOURS.get(unit, 1.0) for entity, unit in units})


def _taken(demand: list[DemandLine], figures: Mapping[int, float] | None) -> dict[int, float]:
    return {d.entity_id: d.last if figures is None else figures.get(d.entity_id, 0.0) for d in demand}


def _uses(
    scenario: Scenario, demand: list[DemandLine], taken: Mapping[int, float], price: Mapping[int, float]
) -> tuple[dict[str, float], dict[str, float], dict[int, float]]:
    """Return the worth of final uses by category, of households' by price status, and of what is not free by product."""
    status = dict(Product.objects.in_scenario(scenario).values_list("entity_id", "price_status"))
    uses, statuses = defaultdict[str, float](float), defaultdict[str, float](float)
    priced = defaultdict[int, float](float)
    for line in demand:
        amount = taken[line.entity_id] * price.get(line.product_id, 0.0)
        uses[line.category] += amount
        if line.category == Category.HOUSEHOLD:
            own = status.get(line.product_id, Product.PriceStatus.PRICED)
            statuses[own] += amount
            if own != Product.PriceStatus.FREE:
                priced[line.product_id] += amount
    return dict(uses), dict(statuses), dict(priced)


def _floors(demand: list[DemandLine], taken: Mapping[int, float], rows: Rows) -> dict[int, Floors]:
    """Return by region how many floors there are and how many hold.

    One holds where its figure is not below it and, in a plan, the product's supply less what other lines use covers all
    its floors.
    """
    wanted, floors = defaultdict[int, float](float), defaultdict[int, float](float)
    for line in demand:
        wanted[line.product_id] += taken[line.entity_id]
        floors[line.product_id] += max(line.floor, 0.0)
    found = defaultdict[int, list[bool]](list)
    for line in demand:
        if line.category in ACCESS and line.floor > 0:
            row = rows.get((RunRow.Kind.PRODUCT, line.product_id))
            covered = row is None or (
                row.supply_before - (row.use_before - wanted[line.product_id])
                >= floors[line.product_id] - ROUNDING * abs(row.use_before)
            )
            found[line.region_id].append(covered and taken[line.entity_id] >= line.floor * (1 - ROUNDING))
    return {region: Floors(len(held), sum(held)) for region, held in found.items()}


def _draws(scenario: Scenario, made: Made, rows: Rows, unit: float) -> dict[int, Draw]:
    found = {}
    for entity, cap in Resource.objects.in_scenario(scenario).values_list("entity_id", "cap"):
        row = rows.get((RunRow.Kind.RESOURCE, entity))
        own = Draw(made.used.get(entity, 0.0), cap)
        found[entity] = Draw(row.use_before, row.supply_before, row.dual * unit) if row else own
    return found


def _trade(
    scenario: Scenario, figures: Mapping[int, float] | None, units: Mapping[int, str]
) -> tuple[float, float]:
    """Return the worth of imports and of exports at world prices."""
    totals = {TradeLine.Direction.IMPORT.value: 0.0, TradeLine.Direction.EXPORT.value: 0.0}
    for line in TradeLine.objects.in_scenario(scenario):
        amount = line.last if figures is None else figures.get(line.entity_id, 0.0)
        totals[line.direction] += worth(amount, line.world_price, units.get(line.product_id, ""))
    return totals[TradeLine.Direction.IMPORT], totals[TradeLine.Direction.EXPORT]
