"""What a small step away from a plan looks like: one linear system for all questions, labelled as first order.

Near a plan, rows that balance keep balancing and columns that move go on moving: on the rows ``F`` with duals
strictly inside their box the duals answer an excess ``e`` with ``(K D Kᵀ)_FF δy_F = e_F``.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import linalg

from planning.engine import newton
from planning.engine.answers import change_cost, curvature, kinks, levels, one_column
from planning.engine.errors import IndexOutOfRange
from planning.engine.problem import Floats, Longs, PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import uses_dense
from planning.engine.sweep import Sweeper
from planning.engine.whatif import NEGLIGIBLE, Change, changed, largest

SHIFTS = (1e-12, 1e-10, 1e-8, 1e-6)  # added to the scaled diagonal until the factorisation succeeds
ACCURACY = 1e-10  # of conjugate gradients


@dataclass(frozen=True)
class Estimate:
    """A first-order answer to "what if", with what it may be wrong by: the exact one lies within.

    ``bound`` is in the columns' units, for each of ``columns``; columns that are not listed move by at most
    ``unlisted`` times the square root of twice their flexibility.
    """

    column: int
    withheld: float
    columns: Longs
    extra_change: Floats
    bound: Floats
    unlisted: float
    least_cost: float  # the exact extra cost lies between these
    most_cost: float


@dataclass(frozen=True)
class Worth:
    """What one more unit of a row's target is worth: hours, a cap, the deficit allowed; of a product, a unit given.

    ``worth`` is the fall of the plan's cost per unit, now; ``slope`` how it changes with every further unit. Both hold
    as long as the change of the target stays between ``fewest`` and ``most``, in the row's unit: there the first column
    or row meets its next bend.
    """

    row: int
    worth: float
    slope: float
    fewest: float
    most: float


class _Rows(Protocol):
    def solve(self, excess: Floats) -> Floats: ...


class Nearby:
    """The linear system of one plan, made once, asked often. ``result`` must be the plan of ``problem``."""

    def __init__(self, problem: PlanProblem, result: PlanResult, threads: int | None = None) -> None:
        self.problem, self.result = problem, result
        self.low, self.high = -problem.glut_price, problem.short_price
        self.free = (result.duals > self.low) & (result.duals < self.high)
        result.prepared.check(problem)
        self.sweeper = Sweeper(problem, threads, result.prepared.layout)
        with self.sweeper.running():
            self.point = self.sweeper.at(result.duals)
            self.margin = self.sweeper.in_order(self.sweeper.margin)
            self.x = self.sweeper.in_order(self.sweeper.x)
            self.rows: _Rows = (_Factored if uses_dense(problem) else _Iterated)(self)

    def response(self, excess: Floats) -> Floats:
        """``δy`` [m] that makes an excess ``excess`` [m] (use − supply, in the rows' units) go away."""
        return self.rows.solve(np.where(self.free, excess, 0.0))

    def margins(self, step: Floats) -> Floats:
        """How the margins [n] move when the duals move by ``step`` [m]."""
        with self.sweeper.running():
            self.sweeper.at(step)
        return self.sweeper.in_order(self.sweeper.margin)

    def estimate(self, change: Change) -> Estimate:
        """Who else would move if ``change`` were made, to first order; :func:`whatif.what_if` is exact.

        All columns answer to the predicted duals ``ỹ``, which costs ``P(x̃)``; weak duality gives ``g(ỹ) ≤ P(x') ≤ P(x̃)``
        for the exact plan ``x'``, and since the cost is strongly convex ``Σ (x̃_j − x'_j)²/(2 s_j) ≤ P(x̃) − g(ỹ)``.
        Raises what :func:`whatif.changed` raises.
        """
        j = change.column
        before, after = one_column(self.problem, j), one_column(changed(self.problem, change), j)
        uses = self._uses(after)
        y = self._predict(j, before, after, uses)
        return self._judge(j, before, after, uses, y)

    def predict(self, change: Change) -> Floats:
        """The duals ``ỹ`` [m] to which everybody answers in :meth:`estimate`: a start for the exact solution."""
        j = change.column
        after = one_column(changed(self.problem, change), j)
        return self._predict(j, one_column(self.problem, j), after, self._uses(after))

    def _predict(self, j: int, before: PlanProblem, after: PlanProblem, uses: Floats) -> Floats:
        move = _answer(after, self.margin[j]) - self.x[j]
        unit = self.response(uses)
        bend = _bend(after, self.margin[j]) - _bend(before, self.margin[j])
        left = 1.0 + bend * float((uses * unit)[self.free].sum())  # 0: nobody else could move
        step = move * unit / max(left, SHIFTS[0])
        y: Floats = np.clip(self.result.duals + step, self.low, self.high)
        return y

    def _uses(self, one: PlanProblem) -> Floats:
        uses = np.zeros(self.problem.m)
        np.add.at(uses, one.entry_row, one.entry_use)
        return uses

    def _judge(self, j: int, before: PlanProblem, after: PlanProblem, uses: Floats, y: Floats) -> Estimate:
        """The plan that answers to ``y`` once column ``j`` has other terms, and how far off it can be."""
        with self.sweeper.running():
            point = self.sweeper.at(y)
        x = self.sweeper.in_order(self.sweeper.x)
        margin = -float((uses * y).sum())
        own = _answer(after, margin)
        excess = point.excess + uses * (own - x[j])
        value = point.value + _value(after, own, margin) - _value(before, float(x[j]), margin)
        slack = ((self.high - y) * np.maximum(excess, 0.0) + (y - self.low) * np.maximum(-excess, 0.0)).sum()
        slack, known = float(slack), self.result.certificate
        extra, withheld = x - self.x, float(self.x[j] - own)
        extra[j] = 0.0
        size = np.maximum(np.abs(self.problem.proposal), np.abs(self.x))
        columns = largest(extra, NEGLIGIBLE * size)
        radius = np.sqrt(slack)
        return Estimate(
            column=j,
            withheld=withheld,
            columns=columns,
            extra_change=extra[columns],
            bound=radius * np.sqrt(2 * self.problem.flexibility[columns]),
            unlisted=float(radius),
            least_cost=value - known.primal_value,
            most_cost=value + slack - known.dual_value,
        )

    def worth(self, row: int) -> Worth:
        """What one more unit of the target of ``row`` is worth and how far that figure holds.

        ``−∂cost/∂t_i = y_i``. Inside the range all columns stay between the same kinks and rows on the same side
        of their box: parametric quadratic programming (Best 1996). A row with a declared gap has the worth of its
        gap price until the gap is closed. Raises ``IndexOutOfRange``.
        """
        _check_row(self.problem, row)
        unit = np.zeros(self.problem.m)
        unit[row] = -1.0  # a larger target is less excess
        step = self.response(unit)
        fewest, most = self._range(step, unit)
        return Worth(row, float(self.result.duals[row]), float(step[row]), fewest, most)

    def _range(self, step: Floats, unit: Floats) -> tuple[float, float]:
        rate = self.margins(step)
        bends = kinks(self.problem)
        place = (self.margin >= bends).sum(axis=0)
        edges = np.concatenate(
            [np.full((1, self.problem.n), -np.inf), bends, np.full((1, self.problem.n), np.inf)]
        )
        below, above = np.take_along_axis(edges, np.stack([place, place + 1]), axis=0)
        movable = np.where(self.problem.flexibility > 0, rate, 0.0)
        limits = [_ratio(movable, self.margin, below, above)]
        moving = np.where(self.free, step, 0.0)
        limits.append(_ratio(moving, self.result.duals, self.low, self.high))
        limits.append(self._gap_range(step, unit))
        return max(pair[0] for pair in limits), min(pair[1] for pair in limits)

    def _gap_range(self, step: Floats, unit: Floats) -> tuple[float, float]:
        """How far rows at their box keep their declared gaps on the same side."""
        with self.sweeper.running():
            self.sweeper.at(self.result.duals)
            flow = unit - self.sweeper.times(step)
        short = self.result.duals >= self.high
        below, above = np.where(short, 0.0, -np.inf), np.where(short, np.inf, 0.0)
        noise = NEGLIGIBLE * np.maximum(self.point.use, self.point.supply)
        excess = np.where(np.abs(self.point.excess) > noise, self.point.excess, 0.0)
        return _ratio(np.where(self.free, 0.0, flow), excess, below, above)


class _Factored:
    """Cholesky of the free rows, scaled to a unit diagonal."""

    def __init__(self, nearby: Nearby) -> None:
        self.places = np.flatnonzero(nearby.free)
        part = nearby.sweeper.hessian()[np.ix_(self.places, self.places)]
        self.scale = _inverse_root(np.diagonal(part))
        part *= self.scale * self.scale[:, None]
        for shift in SHIFTS:
            try:
                self.factor = linalg.cho_factor(part + shift * np.eye(len(part)), lower=True)
                break
            except linalg.LinAlgError:
                continue

    def solve(self, excess: Floats) -> Floats:
        step = np.zeros_like(excess)
        step[self.places] = self.scale * linalg.cho_solve(self.factor, self.scale * excess[self.places])
        return step


class _Iterated:
    """Conjugate gradients for tables with many rows: nothing is written out."""

    def __init__(self, nearby: Nearby) -> None:
        self.nearby = nearby
        self.diagonal = nearby.sweeper.diagonal()
        self.scale = _inverse_root(self.diagonal)

    def solve(self, excess: Floats) -> Floats:
        sweeper, scale = self.nearby.sweeper, self.scale
        with sweeper.running():
            sweeper.at(self.nearby.result.duals)
            diagonal = self.diagonal * scale**2
            model = newton.MatrixFree(
                lambda v: scale * sweeper.times(scale * v), diagonal, SHIFTS[0], ACCURACY
            )
            return scale * model.solve(self.nearby.free, scale * excess)


def _inverse_root(diagonal: Floats) -> Floats:
    return 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))


def _answer(one: PlanProblem, margin: float) -> float:
    return float(levels(one, np.array([margin]))[0])


def _bend(one: PlanProblem, margin: float) -> float:
    return float(curvature(one, np.array([margin]))[0])


def _value(one: PlanProblem, x: float, margin: float) -> float:
    return float(change_cost(one, np.array([x]))[0]) - margin * x


def _ratio(rate: Floats, at: Floats, below: Floats, above: Floats) -> tuple[float, float]:
    """The largest step down and up that leaves ``at + step · rate`` between ``below`` and ``above``."""
    moving = rate != 0
    safe = np.where(moving, rate, 1.0)
    ends = np.stack([(below - at) / safe, (above - at) / safe])
    least, most = np.minimum(*ends)[moving], np.maximum(*ends)[moving]
    return min(float(least.max(initial=-np.inf)), 0.0), max(float(most.min(initial=np.inf)), 0.0)


def _check_row(problem: PlanProblem, row: int) -> None:
    if not 0 <= row < problem.m:
        message = f"There is no row {row}; they are numbered 0 to {problem.m - 1}."
        raise IndexOutOfRange(message, axis="row", index=row)
