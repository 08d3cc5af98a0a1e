"""Why a line is asked to change, and who could help a row."""

from dataclasses import dataclass

import numpy as np

from planning.engine.checks import option, vector
from planning.engine.errors import IndexOutOfRange
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.engine.result import PlanResult
from planning.engine.whatif import NEGLIGIBLE, largest


@dataclass(frozen=True)
class Term:
    """One summand of a margin: ``amount = −use · dual`` in money per unit of activity."""

    row: int
    kind: RowKind
    use: float  # > 0 draws on the row, < 0 supplies it, per unit of activity
    dual: float  # the row's premium (negative: glut)
    amount: float


@dataclass(frozen=True)
class Helpers:
    """Columns that can still move the way a row needs, largest possible contribution first."""

    row: int
    missing: float  # use − supply there: short > 0, glut < 0
    columns: Longs
    direction: Floats  # +1 to do more, −1 to do less
    contribution: Floats  # what each could take off the imbalance inside its bounds, in the row's unit
    response: Floats  # by how much of it each moves that way for one unit of premium on the row
    total: float  # of all columns, also those beyond the limit


def line_terms(problem: PlanProblem, duals: Floats, column: int) -> list[Term]:
    """The margin of ``column`` row by row: the amounts add up to ``PlanResult.margin[column]`` (to rounding).

    ``m_j = Σ_k b_kj π_k − Σ_i a_ij π_i − ℓ_j λ − Σ_e g_ej τ_e``; a row met twice (own use) is one term.
    Raises ``IndexOutOfRange`` for an unknown column, ``WrongShape`` and ``NotFinite`` for bad duals.
    """
    _check(column, problem.n, "column")
    premium = vector("duals", duals, problem.m)
    rows, uses = problem.column(column)
    merged: dict[int, float] = {}
    for row, use in zip(rows.tolist(), uses.tolist(), strict=True):
        merged[row] = merged.get(row, 0.0) + use
    return [
        Term(row, RowKind(int(problem.row_kind[row])), use, float(premium[row]), -use * float(premium[row]))
        for row, use in merged.items()
    ]


def helpers_for_row(
    problem: PlanProblem, result: PlanResult, row: int, *, from_proposals: bool = False, limit: int = 20
) -> Helpers:
    """Who could take something off the imbalance of ``row``, inside bounds and not held firm.

    Counts from the suggested plan, or with ``from_proposals`` from what was proposed. A column helps a short
    row by supplying more or using less, a row in glut the other way round. A premium of ``p`` on the row moves a
    column by ``use² s p`` of the row's unit until its band or bound stops it (docs, "The dual").
    """
    _check(row, problem.m, "row")
    option("limit", limit, 0)
    levels = problem.proposal if from_proposals else result.x
    uses = row_uses(problem, row)
    missing = float((uses * levels).sum() - problem.target[row])
    direction = -np.sign(uses) * np.sign(missing)
    room = np.where(direction > 0, problem.upper - levels, levels - problem.lower)
    able = (direction != 0) & (problem.flexibility > 0)
    contribution = np.zeros(problem.n)
    contribution[able] = np.abs(uses[able]) * np.maximum(room[able], 0.0)
    columns = largest(contribution, NEGLIGIBLE * np.abs(uses * levels))
    first = columns[:limit]
    response = uses[first] ** 2 * problem.flexibility[first]
    return Helpers(
        row, missing, first, direction[first], contribution[first], response, float(contribution.sum())
    )


def row_uses(problem: PlanProblem, row: int) -> Floats:
    """Use of ``row`` by one unit of every column [n], without walking the columns one by one."""
    hits = np.where(problem.entry_row == row, problem.entry_use, 0.0)
    sums = np.concatenate([[0.0], np.cumsum(hits)])
    by_group = sums[problem.group_ptr[1:]] - sums[problem.group_ptr[:-1]]
    widths = np.diff(problem.factor_ptr)
    column = np.repeat(np.arange(problem.n), widths)
    place = np.arange(len(problem.factors)) - np.repeat(problem.factor_ptr[:-1], widths)
    group = np.repeat(problem.tech_ptr[:-1][problem.col_tech], widths) + place
    return np.bincount(column, problem.factors * by_group[group], problem.n)


def _check(place: int, size: int, axis: str) -> None:
    if not 0 <= place < size:
        raise IndexOutOfRange(
            f"There is no {axis} {place}; they are numbered 0 to {size - 1}.", axis=axis, index=place
        )
