"""Every compiled loop, compiled: what a worker does before its first iteration is asked for."""

import numpy as np

from planning.engine.problem import PlanProblem
from planning.engine.solve import DENSE_ROWS, solve
from planning.engine.sweep import Sweeper


def compile_all() -> None:
    """Solves two tiny problems that between them pass through every loop in every type it is used with.

    Takes seconds the first time on a machine, a fraction of one once the loops are on disk (cache.py).
    """
    solve(_many_rows())
    grouped = _grouped()
    y = solve(grouped).duals
    sweeper = Sweeper(grouped)
    sweeper.at(y)
    product, _ = sweeper.scaled(np.ones(grouped.m))
    product(sweeper.times(y))


def _grouped() -> PlanProblem:
    """Lines that share a technique, one alone with three groups, and four with own coefficients on the same rows."""
    return _with_figures(
        rows=3,
        entry_row=[0, 1, 2, 0, 1, 2, *[1, 2] * 4],
        entry_use=[-1.0, 0.2, 0.5, 0.1, -1.0, 0.5, *[-1.0, 0.4] * 4],
        group_ptr=[0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14],
        tech_ptr=[0, 3, 6, 7, 8, 9, 10],
        col_tech=[0, 2, 3, 1, 4, 5, 0],
        factor_ptr=[0, 3, 4, 5, 8, 9, 10, 13],
    )


def _many_rows() -> PlanProblem:
    """One more row than are written out: conjugate gradients, for a line of its own on every pair of rows."""
    rows = DENSE_ROWS + 1
    columns = np.arange(rows)
    return _with_figures(
        rows=rows,
        entry_row=np.column_stack([columns, (columns + 1) % rows]).ravel(),
        entry_use=np.tile([-1.0, 0.5], rows),
        group_ptr=2 * np.arange(rows + 1),
        tech_ptr=np.arange(rows + 1),
        col_tech=columns,
        factor_ptr=np.arange(rows + 1),
    )


def _with_figures(*, rows: int, **technique: object) -> PlanProblem:
    columns, factors = len(technique["col_tech"]), technique["factor_ptr"][-1]  # type: ignore[arg-type, index]
    some = np.ones(columns)
    return PlanProblem.build(
        row_kind=np.zeros(rows), target=np.ones(rows), short_price=np.full(rows, 9.0), glut_price=np.ones(rows),
        factors=np.ones(factors), proposal=some, lower=0 * some, upper=2 * some, flexibility=some,
        band=0.1 * some, kappa=0.1 * some, **technique,  # type: ignore[arg-type]
    )  # fmt: skip
