"""Writes what an iteration found: rows and lines by COPY, the summary that pages show first."""

from typing import Any

import numpy as np

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.result import PlanResult, relative_imbalance
from planning.models import Run, RunLine, RunRow
from planning.runner.build import Layout
from planning.runner.read import State
from workplaces.loading import copy_rows

NOTICEABLE = 1e-9  # shares below this are rounding


def write_result(run: Run, problem: PlanProblem, layout: Layout, result: PlanResult) -> None:
    """Write one RunRow per row and one RunLine per column of the problem."""
    rows, columns = len(layout.row_kind), len(layout.column_kind)
    copy_rows(
        RunRow,
        {
            "run_id": run.pk, "kind": layout.row_kind.astype(np.int64), "entity": layout.row_entity,
            "use_before": result.use_before, "supply_before": result.supply_before,
            "use_after": result.use_after, "supply_after": result.supply_after,
            "imbalance_before": imbalance(result, after=False),
            "imbalance_after": imbalance(result, after=True),
            "shortfall": result.shortfall, "glut": result.glut, "dual": result.duals,
            "price": layout.row_price + result.duals,
        },
        count=rows,
    )  # fmt: skip
    copy_rows(
        RunLine,
        {
            "run_id": run.pk, "kind": layout.column_kind.astype(np.int64), "entity": layout.column_entity,
            "proposed": problem.proposal, "suggested": result.x, "margin": result.margin,
            "band": finite(layout.room), "lower": problem.lower, "upper": finite(problem.upper),
            "flexibility": problem.flexibility, "asked": asked(problem, layout, result),
        },
        count=columns,
    )  # fmt: skip


def asked(problem: PlanProblem, layout: Layout, result: PlanResult) -> np.ndarray:
    """Say which columns would move beyond what their standing mandates allow: a person must answer."""
    return np.abs(result.x - problem.proposal) > layout.room * (1 + 1e-9) + 1e-12 * np.abs(problem.proposal)


def finite(figures: np.ndarray) -> np.ndarray:
    """Replace infinity, which means “no limit”, by the largest double, which a CHECK on finite figures takes."""
    return np.minimum(figures, np.finfo(np.float64).max)


def imbalance(result: PlanResult, *, after: bool) -> np.ndarray:
    """Two-sided imbalance of each row, short positive, relative to the larger side.

    The supply of a labour pool, a resource or the balance with the world holds its hours, its cap, its deficit.
    """
    if after:
        # What is left of a row that the plan shuts down is rounding, and rounding has no side.
        gross = np.maximum(result.use_before, result.supply_before)
        alive = np.maximum(result.use_after, result.supply_after) > NOTICEABLE * gross
        return np.where(alive, relative_imbalance(result.use_after, result.supply_after), 0.0)
    return relative_imbalance(result.use_before, result.supply_before)


def summarise(state: State, problem: PlanProblem, layout: Layout, result: PlanResult) -> dict[str, Any]:
    """Return the figures that the round page leads with; shares are fractions, workplaces are counted once."""
    product = layout.row_kind == RowKind.PRODUCT
    before, after = (imbalance(result, after=flag) for flag in (False, True))
    production = layout.column_kind == 0
    beyond = asked(problem, layout, result)
    of_workplaces = np.unique(state.lines["workplace_id"][beyond[production]])
    moved = np.abs(result.x - problem.proposal) > NOTICEABLE * np.maximum(np.abs(problem.proposal), 1e-300)
    inside = np.setdiff1d(state.lines["workplace_id"][moved[production]], of_workplaces)
    workplaces = len(np.unique(state.lines["workplace_id"]))
    over = (layout.row_kind == RowKind.RESOURCE) & (before > NOTICEABLE)
    return {
        "products": int(product.sum()),
        "worst_before": worst(before[product]),
        "mean_before": mean(before[product]),
        "worst_after": worst(after[product]),
        "mean_after": mean(after[product]),
        "short_rows": result.certificate.short_rows,
        "glut_rows": result.certificate.glut_rows,
        "caps_exceeded": int(over.sum()),
        "pools_exceeded": int(((layout.row_kind == RowKind.POOL) & (before > NOTICEABLE)).sum()),
        "workplaces": workplaces,
        "workplaces_asked": len(of_workplaces),
        "workplaces_inside_band": len(inside),
        "lines": int(production.sum()),
        "lines_asked": int(beyond[production].sum()),
        "demand_lines_asked": int(beyond[layout.column_kind == 1].sum()),
        "clipped": layout.clipped,
    }


def worst(imbalances: np.ndarray) -> float:
    """The largest imbalance by size, 0 where there is none."""
    return float(np.abs(imbalances).max(initial=0.0))


def mean(imbalances: np.ndarray) -> float:
    """The mean size of the imbalances, 0 where there is none."""
    return float(np.abs(imbalances).mean()) if len(imbalances) else 0.0
