"""Why a line is asked to change, what its firmness costs others, and who could help a row."""

from dataclasses import dataclass, replace

import numpy as np

from planning.engine.errors import IndexOutOfRange
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.engine.result import Certificate, PlanResult
from planning.engine.solve import solve

NEGLIGIBLE = 1e-9  # of a column's or row's own size: rounding, not an effect


@dataclass(frozen=True)
class Term:
    """One summand of a margin: ``amount = −use · dual`` in money per unit of activity."""

    row: int
    kind: RowKind
    use: float  # > 0 draws on the row, < 0 supplies it, per unit of activity
    dual: float  # the row's premium (negative: glut)
    amount: float


@dataclass(frozen=True)
class FirmTradeoff:
    """What changes for others if one column stays at its proposal. Columns and rows by size of effect."""

    column: int
    withheld: float  # the change that was suggested and does not happen
    columns: Longs  # other columns that move differently
    extra_change: Floats  # their further change, in their units
    rows: Longs  # rows whose declared gap differs
    extra_shortfall: Floats
    extra_glut: Floats
    extra_cost: float  # rise of the plan's cost, in money: never negative beyond the certificate's gap
    certificate: Certificate


@dataclass(frozen=True)
class Helpers:
    """Columns that can still move the way a row needs, largest possible contribution first."""

    row: int
    missing: float  # use − supply there: short > 0, glut < 0
    columns: Longs
    direction: Floats  # +1 to do more, −1 to do less
    contribution: Floats  # what each could take off the imbalance inside its bounds, in the row's unit
    total: float  # of all columns, also those beyond the limit


def line_terms(problem: PlanProblem, duals: Floats, column: int) -> list[Term]:
    """The margin of ``column`` row by row: the amounts add up to ``PlanResult.margin[column]`` (to rounding).

    ``m_j = Σ_k b_kj π_k − Σ_i a_ij π_i − ℓ_j λ − Σ_e g_ej τ_e``; a row met twice (own use) is one term.
    Raises ``IndexOutOfRange`` for an unknown column.
    """
    _check(column, problem.n, "column")
    rows, uses = problem.column(column)
    merged: dict[int, float] = {}
    for row, use in zip(rows.tolist(), uses.tolist(), strict=True):
        merged[row] = merged.get(row, 0.0) + use
    return [
        Term(row, RowKind(int(problem.row_kind[row])), use, float(duals[row]), -use * float(duals[row]))
        for row, use in merged.items()
    ]


def firm_tradeoff(problem: PlanProblem, result: PlanResult, column: int) -> FirmTradeoff:
    """Solves again from the present duals with ``column`` held at its proposal, and compares.

    Raises what ``solve`` raises.
    """
    _check(column, problem.n, "column")
    held = problem.flexibility.copy()
    held[column] = 0.0
    other = solve(replace(problem, flexibility=held), warm=result.duals)
    change = other.x - result.x
    change[column] = 0.0
    size = np.maximum(np.abs(problem.proposal), np.abs(result.x))
    columns = _largest(change, NEGLIGIBLE * size)
    short, glut = other.shortfall - result.shortfall, other.glut - result.glut
    gross = np.maximum(result.use_after, result.supply_after)
    rows = _largest(np.abs(short) + np.abs(glut), NEGLIGIBLE * gross)
    return FirmTradeoff(
        column=column,
        withheld=float(result.x[column] - problem.proposal[column]),
        columns=columns,
        extra_change=change[columns],
        rows=rows,
        extra_shortfall=short[rows],
        extra_glut=glut[rows],
        extra_cost=other.certificate.primal_value - result.certificate.primal_value,
        certificate=other.certificate,
    )


def helpers_for_row(
    problem: PlanProblem, result: PlanResult, row: int, *, from_proposals: bool = False, limit: int = 20
) -> Helpers:
    """Who could take something off the imbalance of ``row``, inside bounds and not held firm.

    Counts from the suggested plan, or with ``from_proposals`` from what was proposed. A column helps a short
    row by supplying more or using less, a row in glut the other way round.
    """
    _check(row, problem.m, "row")
    levels = problem.proposal if from_proposals else result.x
    uses = row_uses(problem, row)
    missing = float((uses * levels).sum() - problem.target[row])
    direction = -np.sign(uses) * np.sign(missing)
    room = np.where(direction > 0, problem.upper - levels, levels - problem.lower)
    able = (direction != 0) & (problem.flexibility > 0)
    contribution = np.zeros(problem.n)
    contribution[able] = np.abs(uses[able]) * np.maximum(room[able], 0.0)
    columns = _largest(contribution, NEGLIGIBLE * np.abs(uses * levels))
    first = columns[:limit]
    return Helpers(row, missing, first, direction[first], contribution[first], float(contribution.sum()))


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


def _largest(values: Floats, noise: Floats) -> Longs:
    """Places of the values above their noise, largest first, equal ones by place."""
    places = np.flatnonzero(np.abs(values) > noise)
    order = np.argsort(-np.abs(values[places]), kind="stable")
    chosen: Longs = places[order].astype(np.int64)
    return chosen


def _check(place: int, size: int, axis: str) -> None:
    if not 0 <= place < size:
        raise IndexOutOfRange(
            f"There is no {axis} {place}; they are numbered 0 to {size - 1}.", axis=axis, index=place
        )
