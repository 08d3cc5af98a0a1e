"""From the last point to the result and its certificate."""

import numpy as np

from planning.engine.prepared import Prepared
from planning.engine.problem import Floats
from planning.engine.result import Certificate, PlanResult, StepInfo, relative_imbalance
from planning.engine.sweep import Point, Sweeper

LEAST_REFERENCE = (
    1e-6  # share of the turnover at gap prices: where no premium is needed, rounding has no other measure
)
NOTICEABLE = 1e-9  # a gap below this share of the row's gross flow is rounding, not a declared gap


def residual(point: Point, proposals: tuple[Floats, Floats, float], low: Floats, high: Floats) -> float:
    """The worst row's projected excess relative to its gross flow (now or at the proposals). NaN counts as
    inf."""
    gross = row_gross(point, proposals)
    share = np.divide(np.abs(point.projected(low, high)), gross, out=np.zeros_like(gross), where=gross > 0)
    worst = float(share.max(initial=0.0))
    return worst if worst == worst else np.inf


def relative_gap(sweeper: Sweeper, point: Point, low: Floats, high: Floats) -> tuple[float, float]:
    """``Σ (P−y)u + (R+y)v`` in money, and relative to the largest of |primal|, |dual|, the turnover at the premiums and
    a millionth of the turnover at gap prices."""
    short, glut = np.maximum(point.excess, 0.0), np.maximum(-point.excess, 0.0)
    slack = float(((high - point.y) * short + (point.y - low) * glut).sum())
    gross = row_gross(point, sweeper.proposals)
    turnover = float((np.abs(point.y) * gross).sum())
    least = LEAST_REFERENCE * float((np.maximum(high, -low) * gross).sum())
    reference = max(abs(point.value + slack), abs(point.value), turnover, least)
    return slack, slack / reference if reference > 0 else 0.0


def quality(sweeper: Sweeper, point: Point, low: Floats, high: Floats) -> tuple[float, float]:
    """The worst row's residual and the relative gap."""
    return residual(point, sweeper.proposals, low, high), relative_gap(sweeper, point, low, high)[1]


def row_gross(point: Point, proposals: tuple[Floats, Floats, float]) -> Floats:
    return np.maximum(np.maximum(point.use, point.supply), np.maximum(proposals[0], proposals[1]))


def assemble(
    sweeper: Sweeper, point: Point, low: Floats, high: Floats,
    steps: tuple[StepInfo, ...], tolerance: float, method: str, digest: str, prepared: Prepared,
) -> PlanResult:  # fmt: skip
    """The result in the caller's order. Shortfall and glut are what the rows show, to the last bit."""
    use, supply, _ = sweeper.proposals
    beyond, unexploited, outside = sweeper.audit()
    return PlanResult(
        x=sweeper.in_order(sweeper.x),
        duals=point.y,
        margin=sweeper.in_order(sweeper.margin),
        shortfall=np.maximum(point.excess, 0.0),
        glut=np.maximum(-point.excess, 0.0),
        use_before=use,
        supply_before=supply,
        use_after=point.use,
        supply_after=point.supply,
        imbalance_before=relative_imbalance(use, supply),
        imbalance_after=relative_imbalance(point.use, point.supply),
        asked=sweeper.in_order(beyond),
        steps=steps,
        prepared=prepared,
        certificate=certify(
            sweeper, point, low, high, tolerance, len(steps), method, digest, unexploited, outside
        ),
    )


def certify(
    sweeper: Sweeper, point: Point, low: Floats, high: Floats,
    tolerance: float, steps: int, method: str, digest: str, unexploited: float, outside: float,
) -> Certificate:  # fmt: skip
    """Primal and dual value, their gap, and where the duals of the rows with gaps stand.

    ``unexploited`` is ``Σ_j max_{lo ≤ z ≤ hi} m_j (z − x_j)`` over the columns that may move: what their margins would
    still earn, in money, if change were free. With the complementarity it bounds the avoidable part of the gap
    (docs/mathematics.md). ``outside`` is how far a column stands outside its bounds.
    """
    short, glut = np.maximum(point.excess, 0.0), np.maximum(-point.excess, 0.0)
    slack, gap = relative_gap(sweeper, point, low, high)
    priced = float((high * short - low * glut).sum())
    noticed = NOTICEABLE * row_gross(point, sweeper.proposals)
    left_short, left_over = short > noticed, (glut > noticed) & (low < 0)
    at_bounds = bool(
        (point.y[left_short] >= high[left_short]).all() and (point.y[left_over] <= low[left_over]).all()
    )
    return Certificate(
        primal_value=point.value + slack,
        dual_value=point.value,
        gap=gap,
        worst_residual=residual(point, sweeper.proposals, low, high),
        worst_violation=max(outside, outside_box(point, low, high)),
        complementarity=slack,
        priced_gap=priced,
        avoidable_gap=min(priced, slack + unexploited),
        short_rows=int(left_short.sum()),
        glut_rows=int(left_over.sum()),
        gaps_at_bounds=at_bounds,
        tolerance=tolerance,
        steps=steps,
        method=method,
        digest=digest,
    )


def outside_box(point: Point, low: Floats, high: Floats) -> float:
    """How far a dual stands outside its box, as a share of the box: 0 in a plan."""
    beyond = np.maximum(np.maximum(low - point.y, point.y - high), 0.0)
    shares = np.divide(beyond, high - low, out=np.zeros_like(high), where=high > low)
    return float(shares.max(initial=0.0))
