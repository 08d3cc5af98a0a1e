"""A round as a matrix: what each region's workplaces of each sector make, are asked, leave unanswered."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.models import Round, Run
from planning.selectors.sql import nearest, select
from workplaces.kept import kept
from workplaces.models import Region, Sector

CELLS = f"""SELECT w.region_id, w.main_sector_id AS sector_id, sum(r.suggested * p.price) AS output,
    sum(r.proposed * p.price) AS proposed,
    coalesce(sum((r.suggested - r.proposed) * p.price) FILTER (WHERE r.asked), 0) AS change,
    count(*) FILTER (WHERE r.asked) AS asked,
    coalesce((array_agg(-x.imbalance_before ORDER BY abs(x.imbalance_before) DESC, l.product_id))[1], 0) AS worst,
    (array_agg(l.product_id ORDER BY abs(x.imbalance_before) DESC, l.product_id))[1] AS worst_product,
    coalesce(array_agg(r.entity ORDER BY r.entity) FILTER (WHERE r.asked), '{{}}') AS lines,
    coalesce(array_agg(l.workplace_id ORDER BY r.entity) FILTER (WHERE r.asked), '{{}}') AS workplaces
  FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_runrow x ON x.run_id = r.run_id AND x.kind = 0 AND x.entity = l.product_id
  WHERE r.run_id = %s AND r.kind = 0 GROUP BY w.region_id, w.main_sector_id ORDER BY 1, 2"""  # noqa: S608


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


@dataclass(frozen=True)
class Asked:
    """A finished run's cells, as if all had answered, and its asked lines: entity, workplace, place among the cells."""

    cells: dict[tuple[int, int], Cell]
    lines: NDArray[np.int64]
    workplaces: NDArray[np.int64]
    cell: NDArray[np.int64]


def matrix(round: Round, run: Run, *, waiting: bool = True) -> Matrix:
    """Return the round's matrix; sectors are those that workplaces give as their main one.

    What a finished run says is kept; who has not answered is looked up, unless ``waiting`` is not wanted.
    """
    found = matrix_kept(run)
    cells = _waiting(round, found) if waiting else found.cells
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


def matrix_kept(run: Run) -> Asked:
    """Return what a run says; of one that is finished it is computed once."""
    if run.state != Run.State.FINISHED:
        return _read(_cells(run))
    return kept(f"matrix:{run.public_id}", lambda: _cells(run), _read)


def _cells(run: Run) -> list[list[Any]]:
    return [list(row) for row in select(CELLS, [*[run.scenario_id] * 6, run.pk])]


def _read(rows: list[list[Any]]) -> Asked:
    sizes = [len(lines) for *_, lines, _workplaces in rows]
    return Asked(
        {
            (region, sector): Cell(output, proposed, change, asked, 0, worst, product)
            for region, sector, output, proposed, change, asked, worst, product, *_ in rows
        },
        np.array([line for *_, lines, _places in rows for line in lines], np.int64),
        np.array([place for *_, places in rows for place in places], np.int64),
        np.repeat(np.arange(len(rows)), sizes),
    )


def _waiting(round: Round, found: Asked) -> dict[tuple[int, int], Cell]:
    """Return the cells with the number of workplaces that have not answered all that they are asked there."""
    answered = round.responses.filter(line__isnull=False).values_list("line_id", flat=True)
    silent = ~np.isin(found.lines, np.fromiter(answered.iterator(), np.int64))
    pairs = np.unique(np.stack([found.cell[silent], found.workplaces[silent]]), axis=1)
    counts = np.bincount(pairs[0], minlength=len(found.cells))
    return {
        key: replace(cell, waiting=int(n)) for (key, cell), n in zip(found.cells.items(), counts, strict=True)
    }
