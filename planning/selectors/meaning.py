"""What a plan means for a council: its workplaces' output and hours, its people's consumption, against last year."""

from dataclasses import dataclass, field
from typing import Any

from councils.models import Council
from planning.models import Plan, RunRow
from planning.selectors import names
from planning.selectors.sql import nearest, select
from workplaces.hours import IN_HOURS
from workplaces.kept import kept
from workplaces.models import Occupation
from workplaces.presentation import figures

Kind = Council.Kind
BELOW = """(WITH RECURSIVE below(id) AS (SELECT %s::bigint UNION
    SELECT g.id FROM workplaces_region g JOIN below b ON g.parent_id = b.id) SELECT id FROM below)"""
BELOW_SORTED = f"SELECT id FROM {BELOW} b ORDER BY id"  # noqa: S608
WORKPLACES = f"SELECT w.entity_id AS workplace, 1.0 AS share FROM {nearest('workplaces_workplace')} w"  # noqa: S608
SECTOR = f"""SELECT m.workplace_id AS workplace, sum(m.share) AS share
  FROM {nearest("workplaces_sectormembership")} m
  WHERE m.sector_id = %s AND m.validity @> %s::date GROUP BY m.workplace_id"""  # noqa: S608

LINES = f"""FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN ({{chosen}}) c ON c.workplace = l.workplace_id
  LEFT JOIN {nearest("workplaces_technology")} t ON t.entity_id = l.technology_id"""
OUTPUT = f"""SELECT l.product_id AS product, sum(c.share * l.last_output) AS last, sum(c.share * r.proposed) AS plan
  {LINES} WHERE r.run_id = %s AND r.kind = 0 GROUP BY l.product_id"""
HOURS = f"""SELECT u.occupation, sum(c.share * l.last_output * u.hours) AS last, sum(c.share * r.proposed * u.hours) AS plan
  {LINES} CROSS JOIN LATERAL (
    SELECT a, h * coalesce(l.factors[t.labour_group + 1], 1.0) FROM unnest(t.labour_occupation, t.labour_hours) q(a, h)
    UNION ALL SELECT a, h FROM unnest(l.own_labour_occupation, l.own_labour_hours) q(a, h)) u(occupation, hours)
  WHERE r.run_id = %s AND r.kind = 0 GROUP BY u.occupation"""  # noqa: S608
USES = f"""SELECT d.product_id AS product, sum(d.last) AS last, sum(r.proposed) AS plan
  FROM planning_runline r JOIN {nearest("workplaces_demandline")} d ON d.entity_id = r.entity
  WHERE r.run_id = %s AND r.kind = 1 AND d.category <> 'export' AND {{which}} GROUP BY d.product_id"""  # noqa: S608


@dataclass(frozen=True)
class Pair:
    """A figure last year and in the plan."""

    last: float
    plan: float

    @property
    def change(self) -> float | None:
        """Return the change as a fraction of last year's; None where that was nothing."""
        return (self.plan - self.last) / abs(self.last) if self.last else None


@dataclass(frozen=True)
class Unbalanced:
    """A product beyond the tolerance; ``share`` is the imbalance as a fraction of what is needed, short negative."""

    code: str
    name: str
    share: float


@dataclass(frozen=True)
class Meaning:
    """What a plan means for a council. Output and use at last year's prices, in currency; hours of work a year.

    ``premium`` is the share by which what it makes (a council of a place: what it uses) costs more than by
    its costs alone; None where it makes or uses nothing that carries a price. ``spatial`` says which of the two.
    """

    council: Council
    output: Pair
    hours: Pair
    use: Pair
    premium: float | None
    products: int
    unbalanced: list[Unbalanced] = field(default_factory=list)
    spatial: bool = False


def meaning(plan: Plan, council: Council) -> Meaning:
    """Return what the plan means for the council's sector, region or workplace; for the board, for everybody.

    A workplace in several sectors counts in each by its share. A line counts with its main product; what a sector
    or workplace serves of a product's final use is its share of the product's supply in the plan.
    """
    spatial = council.kind not in (Kind.SECTOR, Kind.WORKPLACE)
    made, hours, used = figures_of(plan, council)
    if not spatial:
        used = _served(plan, made, used)
    known = names.products(plan.scenario, {*made, *used})
    subject = used if spatial else made
    rows = list(RunRow.objects.filter(run=plan.run_id, kind=RunRow.Kind.PRODUCT, entity__in=subject))
    return Meaning(
        council=council,
        output=_valued(made, known),
        hours=_hours(plan, hours),
        use=_valued(used, known),
        premium=_premium(rows, subject, known),
        products=len(subject),
        unbalanced=_unbalanced(rows, known, float(plan.cycle.rules["tolerance"])),
        spatial=spatial,
    )


Figures = tuple[dict[int, Pair], dict[int, Pair], dict[int, Pair]]  # made, hours by occupation, used


def figures_of(plan: Plan, council: Council) -> Figures:
    """Return what a council's workplaces make and work and its people use; a plan's figures never change, so it is kept.

    A workplace's are looked up each time: they are few, and there are many workplaces.
    """
    if council.kind == Kind.WORKPLACE:
        return _read(_summed(plan, council))
    below = [row.id for row in select(BELOW_SORTED, [council.region_id])] if council.region_id else []
    key = f"meaning:{plan.public_id}:{council.public_id}:{council.sector_id}:{below}"
    return kept(key, lambda: _summed(plan, council), _read)


def _summed(plan: Plan, council: Council) -> list[list[Any]]:
    scenario = plan.scenario_id
    chosen, given = _chosen(plan, council)
    inside = [scenario, scenario, *given, scenario, scenario, plan.run_id]
    made = select(OUTPUT.format(chosen=chosen), inside)
    hours = select(HOURS.format(chosen=chosen), inside)
    used = _used(plan, council, [row.product for row in made])
    return [[list(row) for row in rows] for rows in (made, hours, used)]


def _read(found: list[list[Any]]) -> Figures:
    made, hours, used = ({entity: Pair(last, plan) for entity, last, plan in rows} for rows in found)
    return made, hours, used


def _chosen(plan: Plan, council: Council) -> tuple[str, list[Any]]:
    """Return the query of the council's workplaces, each with the share that is the council's, and its parameters."""
    scenario = plan.scenario_id
    if council.kind == Kind.SECTOR:
        return SECTOR, [scenario, scenario, council.sector_id, plan.proposed_at.date()]
    if council.kind == Kind.WORKPLACE:
        return "SELECT %s::bigint AS workplace, 1.0 AS share", [council.workplace_id]
    if council.region_id is not None:
        return f"{WORKPLACES} WHERE w.region_id IN {BELOW}", [scenario, scenario, council.region_id]
    return WORKPLACES, [scenario, scenario]


def _used(plan: Plan, council: Council, made: list[int]) -> list[Any]:
    """Return the final use by product: of a place its people's, of a sector or workplace that of what it makes."""
    which: str = "true"
    given: list[Any] = []
    if council.kind in (Kind.SECTOR, Kind.WORKPLACE):
        which, given = "d.product_id = ANY(%s)", [made]
    elif council.region_id is not None:
        which, given = f"d.region_id IN {BELOW}", [council.region_id]
    return select(USES.format(which=which), [plan.scenario_id, plan.scenario_id, plan.run_id, *given])


def _served(plan: Plan, made: dict[int, Pair], used: dict[int, Pair]) -> dict[int, Pair]:
    """Return final uses by the share of each product's supply that comes from here in the plan."""
    rows = RunRow.objects.filter(run=plan.run_id, kind=RunRow.Kind.PRODUCT, entity__in=used)
    supply = dict(rows.values_list("entity", "supply_before"))
    share = {e: min(1.0, made[e].plan / supply[e]) if supply.get(e, 0.0) > 0 else 0.0 for e in used}
    return {
        entity: Pair(pair.last * share[entity], pair.plan * share[entity]) for entity, pair in used.items()
    }


def _valued(quantities: dict[int, Pair], known: dict[int, names.Name]) -> Pair:
    found = [(pair, known[entity]) for entity, pair in quantities.items() if entity in known]
    return Pair(
        sum(figures.worth(pair.last, name.price, name.unit) for pair, name in found),
        sum(figures.worth(pair.plan, name.price, name.unit) for pair, name in found),
    )


def _hours(plan: Plan, rows: dict[int, Pair]) -> Pair:
    """Add up hours; work that is counted in anything else is left out."""
    found = Occupation.objects.in_scenario(plan.scenario).filter(entity_id__in=rows)
    units = {work.entity_id: IN_HOURS.get(work.unit, 0.0) for work in found}
    return Pair(
        sum(pair.last * units.get(work, 0.0) for work, pair in rows.items()),
        sum(pair.plan * units.get(work, 0.0) for work, pair in rows.items()),
    )


def _premium(rows: list[RunRow], quantities: dict[int, Pair], known: dict[int, names.Name]) -> float | None:
    """Return ``Σ q·π / Σ q·(p − π)``: premiums over what the same quantities cost without them."""
    pairs = [
        (row, quantities[row.entity].plan, known[row.entity].unit) for row in rows if row.entity in known
    ]
    cost = sum(figures.worth(plan, row.price - row.dual, unit) for row, plan, unit in pairs)
    return sum(figures.worth(plan, row.dual, unit) for row, plan, unit in pairs) / cost if cost > 0 else None


def _unbalanced(rows: list[RunRow], known: dict[int, names.Name], tolerance: float) -> list[Unbalanced]:
    """Return the products beyond the charter's tolerance, the worst first."""
    found = [
        Unbalanced(known[row.entity].code, known[row.entity].label, -row.imbalance_before)
        for row in rows
        if abs(row.imbalance_before) > tolerance and row.entity in known
    ]
    return sorted(found, key=lambda one: -abs(one.share))
