"""A round as a matrix: what each region's workplaces of each sector make, are asked, leave unanswered."""

from dataclasses import dataclass

from planning.models import Round, Run
from planning.selectors.sql import nearest, select
from workplaces.models import Region, Sector

CELLS = f"""SELECT w.region_id, w.main_sector_id AS sector_id, sum(r.suggested * p.price) AS output,
    sum(r.proposed * p.price) AS proposed,
    coalesce(sum((r.suggested - r.proposed) * p.price) FILTER (WHERE r.asked), 0) AS change,
    count(*) FILTER (WHERE r.asked) AS asked,
    count(DISTINCT w.entity_id) FILTER (WHERE r.asked AND a.id IS NULL) AS waiting,
    (array_agg(-x.imbalance_before ORDER BY abs(x.imbalance_before) DESC, l.product_id))[1] AS worst,
    (array_agg(l.product_id ORDER BY abs(x.imbalance_before) DESC, l.product_id))[1] AS worst_product
  FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_runrow x ON x.run_id = r.run_id AND x.kind = 0 AND x.entity = l.product_id
  LEFT JOIN planning_response a ON a.round_id = %s AND a.line_id = r.entity
  WHERE r.run_id = %s AND r.kind = 0 GROUP BY w.region_id, w.main_sector_id"""  # noqa: S608


@dataclass(frozen=True)
class Cell:
    """One pair. ``output`` and ``change`` at accounting prices; ``change`` is that of the lines asked; ``worst`` the
    largest imbalance among the products made here, a fraction, short negative; ``waiting`` counts workplaces."""

    output: float
    proposed: float
    change: float
    asked: int
    waiting: int
    worst: float
    worst_product: int


@dataclass(frozen=True)
class Matrix:
    """Regions and sectors by what they make, the largest first, and the cells of the pairs that exist."""

    regions: list[Region]
    sectors: list[Sector]
    cells: dict[tuple[int, int], Cell]


def matrix(round: Round, run: Run) -> Matrix:
    """Return the round's matrix; sectors are those that workplaces give as their main one."""
    cells = {
        (row.region_id, row.sector_id): Cell(
            row.output, row.proposed, row.change, row.asked, row.waiting, row.worst or 0.0, row.worst_product
        )
        for row in select(CELLS, [*[round.scenario_id] * 6, round.pk, run.pk])
    }
    made: dict[int, float] = {}
    worth: dict[int, float] = {}
    for (region, sector), cell in cells.items():
        made[region] = made.get(region, 0.0) + cell.output
        worth[sector] = worth.get(sector, 0.0) + cell.output
    sectors = {s.entity_id: s for s in Sector.objects.in_scenario(round.scenario).filter(entity_id__in=worth)}
    regions = Region.objects.in_bulk(list(made))
    return Matrix(
        sorted(regions.values(), key=lambda r: (-made[r.pk], r.code)),
        sorted(sectors.values(), key=lambda s: (-worth[s.entity_id], s.code)),
        cells,
    )
