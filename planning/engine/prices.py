"""What a declared gap must cost so that gaps come first and change second."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planning.engine.checks import option, vector
from planning.engine.errors import NegativeCoefficient
from planning.engine.problem import Floats, PlanProblem, RowKind
from planning.engine.result import PlanResult
from planning.engine.solve import solve

# Default order of gaps: caps before the exchange balance and labour, these before products.
SHORT_WEIGHTS = {RowKind.PRODUCT: 1.0, RowKind.POOL: 4.0, RowKind.RESOURCE: 16.0, RowKind.WORLD: 4.0}
# A product left over is as bad as one missing; idle hours cost a tenth of their price; unused caps nothing.
GLUT_WEIGHTS = {RowKind.PRODUCT: 1.0, RowKind.POOL: 0.0, RowKind.RESOURCE: 0.0, RowKind.WORLD: 0.0}
IDLE_SHARE = 0.1


@dataclass(frozen=True)
class GapProof:
    """The priced gap of a plan, and of the plan at gap prices raised by ``factor``: equal if gaps came
    first."""

    gap: float  # Σ P u + R v at the plan's own gap prices
    least: float  # the same sum for the plan at raised prices
    factor: float

    @property
    def avoidable(self) -> float:
        """The share of the gap that dearer gaps would have removed: zero when ``P, R`` are large enough."""
        return max(0.0, self.gap - self.least) / self.gap if self.gap > 0 else 0.0


def dearest_change(
    proposal: Floats, lower: Floats, upper: Floats, flexibility: Floats, kappa: Floats, unit_price: Floats
) -> float:
    """The largest relative margin that any movable column [n] can ask for before it stands at a bound.

    ``max_j (max(upper − proposal, proposal − lower)/flexibility + kappa) / unit_price``, with
    ``unit_price`` the
    value of one unit of the column's activity (> 0). Infinite bounds are left out. 0 if nothing can move.
    Raises ``NegativeCoefficient`` for a price of zero or less, ``WrongShape``, ``NotFinite``.
    """
    for name, figures in (
        ("proposal", proposal), ("lower", lower), ("flexibility", flexibility), ("kappa", kappa),
        ("unit_price", unit_price),
    ):  # fmt: skip
        vector(name, figures, len(proposal))
    if (unit_price <= 0).any():
        place = int(np.argmax(unit_price <= 0))
        raise NegativeCoefficient(f"Column {place} has no positive unit price.", axis="column", index=place)
    up = np.where(np.isfinite(upper), upper - proposal, 0.0)
    movable = (flexibility > 0) & (upper > lower)
    room = np.maximum(up, proposal - lower)[movable]
    dearest = (room / flexibility[movable] + kappa[movable]) / unit_price[movable]
    return float(dearest.max(initial=0.0))


def gap_prices(
    row_kind: np.ndarray[tuple[int], np.dtype[np.int8]],
    unit_price: Floats,
    *,
    dearest: float,
    chain: float,
    safety: float = 2.0,
    short_weights: Mapping[RowKind, float] = SHORT_WEIGHTS,
    glut_weights: Mapping[RowKind, float] = GLUT_WEIGHTS,
) -> tuple[Floats, Floats]:
    """``short_price, glut_price`` [m] that act as an exact penalty: ``weight · safety · chain · dearest ·
    price``.

    ``unit_price [m]`` is the row's price (cost price, wage, charge, 1 for the world balance); ``dearest``
    comes
    from :func:`dearest_change`; ``chain`` is the largest column sum of the Leontief inverse (the premium
    that a
    product needs when all its suppliers are at their dearest too). Idle hours cost a tenth of their price.
    Rule: docs/mathematics.md, "Gaps first"; exact penalties: Han and Mangasarian 1979. Check with
    :func:`prove_gaps`.
    """
    vector("unit_price", unit_price, len(row_kind))
    if (unit_price < 0).any():
        place = int(np.argmin(unit_price))
        message = f"Row {place} has a price below zero."
        raise NegativeCoefficient(message, array="unit_price", axis="row", index=place)
    for name, factor in (("dearest", dearest), ("chain", chain), ("safety", safety)):
        option(name, factor, 0.0)
    base = safety * chain * max(dearest, 1.0) * unit_price
    short = np.array([short_weights[RowKind(int(kind))] for kind in row_kind]) * base
    glut = np.array([glut_weights[RowKind(int(kind))] for kind in row_kind]) * base
    idle = (row_kind == RowKind.POOL) & (glut == 0)
    return short, np.where(idle, IDLE_SHARE * unit_price, glut)


def prove_gaps(problem: PlanProblem, result: PlanResult, *, factor: float = 10.0) -> GapProof:
    """Solves again with gap prices ``factor`` times as high: does the priced gap fall?

    A gap that stays the same could not be avoided by any permitted change. Idle hours cost something too, but
    are no gap that comes first: their price stays and they are not counted. Raises what ``solve`` raises.
    """
    option("factor", factor, 1.0)
    other = solve(raise_prices(problem, factor), warm=result.duals)
    return GapProof(priced_gap(problem, result), priced_gap(problem, other), factor)


def solve_gaps_first(
    problem: PlanProblem, *, factor: float = 10.0, attempts: int = 4, avoidable: float = 1e-6, **options: Any
) -> tuple[PlanProblem, PlanResult, GapProof]:
    """Solves, and raises the gap prices until raising them no longer removes anything.

    Returns the problem with the prices that were enough, its plan, and the proof; after ``attempts`` rises the
    last plan with a proof whose ``avoidable`` says what is left. ``options`` go to ``solve``.
    """
    option("factor", factor, 1.0)
    result = solve(problem, **options)
    for attempt in range(attempts):
        dearer = raise_prices(problem, factor)
        other = solve(dearer, **(options | {"warm": result.duals}))
        proof = GapProof(priced_gap(problem, result), priced_gap(problem, other), factor)
        if proof.avoidable <= avoidable or attempt == attempts - 1:
            break
        problem, result = dearer, other
    return problem, result, proof


def raise_prices(problem: PlanProblem, factor: float) -> PlanProblem:
    """The same problem with every gap ``factor`` times as dear; idle hours keep their price."""
    idle = problem.row_kind == RowKind.POOL
    glut = np.where(idle, 1.0, factor) * problem.glut_price
    return replace(problem, short_price=factor * problem.short_price, glut_price=glut)


def priced_gap(problem: PlanProblem, result: PlanResult) -> float:
    """``Σ P u + R v`` in money, idle hours left out."""
    glut = np.where(problem.row_kind == RowKind.POOL, 0.0, problem.glut_price)
    return float((problem.short_price * result.shortfall + glut * result.glut).sum())
