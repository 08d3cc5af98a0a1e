"""One product in a round: who can help, by region; who uses it up; how it stood the round before."""

from dataclasses import dataclass

from planning.models import Round, Run, RunRow
from planning.selectors import names
from planning.selectors.sql import nearest, select
from workplaces.models import Product, Scenario


@dataclass(frozen=True)
class RegionHelp:
    """What a region's workplaces could do about a product. ``room`` and ``moved`` in its unit."""

    region: str
    workplaces: int
    room: float
    moved: float


REGIONS = f"""SELECT w.region_id, count(DISTINCT l.workplace_id) AS workplaces,
    sum(CASE WHEN %s THEN r.upper - r.proposed ELSE r.proposed - r.lower END) AS room,
    sum(r.suggested - r.proposed) AS moved
  FROM {nearest("workplaces_line")} l
  JOIN workplaces_workplace w ON w.id = l.workplace_id
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id
  WHERE l.product_id = %s AND r.flexibility > 0
  GROUP BY w.region_id ORDER BY room DESC"""  # noqa: S608


def helpers_by_region(run: Run, scenario: Scenario, row: RunRow) -> list[RegionHelp]:
    """Return, by region, how many workplaces could move, their room and what the plan asks of them."""
    found = select(REGIONS, [row.imbalance_before > 0, scenario.pk, scenario.pk, run.pk, row.entity])
    places = names.regions(r.region_id for r in found)
    return [RegionHelp(places.get(r.region_id, ""), r.workplaces, r.room, r.moved) for r in found]


@dataclass(frozen=True)
class Use:
    """A demand line of a product: who wants how much, and what the plan makes of it."""

    place: str
    category: str
    proposed: float
    suggested: float
    asked: bool


DEMAND = f"""SELECT d.region_id, d.category, r.proposed, r.suggested, r.asked FROM {nearest("workplaces_demandline")} d
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 1 AND r.entity = d.entity_id
  WHERE d.product_id = %s ORDER BY r.proposed DESC LIMIT 50"""  # noqa: S608


def demand_lines(round: Round, run: Run, product: Product) -> list[Use]:
    """Return the largest final uses of a product."""
    from workplaces.models import DemandLine

    found = select(DEMAND, [round.scenario_id, round.scenario_id, run.pk, product.entity_id])
    places = names.regions({r.region_id for r in found})
    labels = dict(DemandLine.Category.choices)
    return [
        Use(places.get(r.region_id, ""), str(labels[r.category]), r.proposed, r.suggested, r.asked)
        for r in found
    ]


def previous_imbalances(round: Round) -> dict[int, float]:
    """Return each product's imbalance in the round before, short negative; empty for the first round."""
    before = Round.objects.filter(
        cycle=round.cycle_id, number=round.number - 1, published_run__isnull=False
    ).first()
    if before is None:
        return {}
    rows = RunRow.objects.filter(run=before.published_run_id, kind=RunRow.Kind.PRODUCT)
    return {entity: -value for entity, value in rows.values_list("entity", "imbalance_before")}
