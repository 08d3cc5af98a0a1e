"""The least-change balanced plan: projected semismooth Newton on the concave dual."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from planning.engine import checks, errors, homotopy, newton
from planning.engine.certify import assemble, quality
from planning.engine.prepared import Prepared
from planning.engine.problem import Floats, PlanProblem, Seal
from planning.engine.result import PlanResult, StepInfo
from planning.engine.sweep import Point, Sweeper

CERTIFIED = 1e-9  # a plan is never returned with a larger relative row residual
DENSE_ROWS = 2000
FEW_ROWS = 500  # written out in any case
PRODUCTS = 200  # multiplications by the couplings that one step may need
DENSE_WORK = 40e9  # multiplications of one assembly beyond which conjugate gradients are cheaper
ARMIJO = 1e-4
FLAT = 0.3  # the slope may turn by this share of what it was: no zigzag across a kink
SHIFT_START, SHIFT_LEAST, SHIFT_MOST = 1e-11, 1e-14, 1e3  # added to the scaled Hessian's diagonal (≤ 1)
GAP = 1e-9  # relative gap between primal and dual value at which the search ends
CYCLE, CYCLE_SHIFT = 10, 1e-3  # a search that turns in circles is damped for a while
WANDERING = (40, 100, 180)  # steps at which the search begins again at the end of a path without kinks
NEARLY = 1e-3  # residual below which the next point may be the last: its columns are written down
PATIENCE = 8  # steps without a better residual before the arithmetic counts as exhausted


type Sealed = tuple[Seal, str]  # of the techniques, to go on from; the digest of everything


@dataclass
class _Search:
    """The state between steps: the point, how far to distrust the model, what has been seen."""

    point: Point
    residual: float
    gap: float
    tolerance: float
    dense: bool
    shift: float = SHIFT_START
    best: tuple[float, Floats] = (np.inf, np.empty(0))
    idle: int = 0
    trail: list[StepInfo] = field(default_factory=list)


def solve(
    problem: PlanProblem,
    *,
    tolerance: float = 1e-10,
    warm: ArrayLike | None = None,
    max_steps: int = 300,
    progress: Callable[[StepInfo], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
    prepared: Prepared | None = None,
) -> PlanResult:
    """Minimises ``Σ_j φ_j(x_j − proposal_j) + Σ_i P_i u_i + R_i v_i`` under the rows and bounds of ``problem``.

    ``warm`` are duals [m] to begin from (those of the last run). ``tolerance`` is the worst row's projected
    excess relative to its gross flow. The same bits at any number of ``threads`` (default: Numba's setting).
    ``prepared`` is that of a result whose problem had the very same techniques: time saved, nothing else changed.

    Raises ``NotConverged`` (with the best plan) if the residual stays above 1e-9, ``Cancelled`` if ``cancelled()``
    says so, ``WrongShape`` or ``NotFinite`` for a bad ``warm``, ``WrongShape`` for what was prepared otherwise,
    ``OutOfRange`` for a tolerance below zero or less than one thread.
    Method: docs/mathematics.md; Qi and Sun 1993 (semismooth Newton), Bertsekas 1982 (projection on the box).
    """
    checks.option("tolerance", tolerance, 0.0)
    checks.option("threads", 1 if threads is None else threads, 1)
    low, high = -problem.glut_price, problem.short_price
    if prepared is not None:
        prepared.check(problem)
    sweeper = Sweeper(problem, threads, prepared.layout if prepared else None)
    start = np.clip(_start(problem, warm), low, high)
    with sweeper.running(), _sealed(problem, prepared, sweeper.threads) as sealed:
        scale = _row_scale(sweeper)
        _require_arithmetic(sweeper, scale)
        point = sweeper.at(start, full=False) if start.any() else sweeper.start
        search = _Search(point, *quality(sweeper, point, low, high), tolerance, _begins_dense(sweeper))
        for step in range(1, max_steps + 1):
            if _finished(search):
                break
            _heed(cancelled)
            if step in WANDERING:
                _restart(sweeper, search, scale, low, high, cancelled)
            _advance(sweeper, search, scale, low, high, step)
            if progress is not None:
                progress(search.trail[-1])
        return _conclude(sweeper, search, low, high, sealed)


@contextmanager
def _sealed(problem: PlanProblem, prepared: Prepared | None, threads: int) -> Iterator[Callable[[], Sealed]]:
    """The digest of the inputs, taken while the search runs if there are several threads."""

    def seal() -> Sealed:
        of_techniques = prepared.seal if prepared else problem.seal()
        return of_techniques, problem.digest(of_techniques)

    if threads == 1:
        yield seal
        return
    with ThreadPoolExecutor(1) as aside:
        yield aside.submit(seal).result


def _start(problem: PlanProblem, warm: ArrayLike | None) -> Floats:
    if warm is None:
        return np.zeros(problem.m)
    return checks.vector("warm", warm, problem.m).copy()


def _row_scale(sweeper: Sweeper) -> Floats:
    """``σ`` with ``σ_i² H_ii = 1`` when every column can move: units of rows, however far apart, drop out."""
    problem = sweeper.problem
    full = sweeper.diagonal(sweeper.flexibility)
    width = problem.short_price + problem.glut_price
    gross = np.maximum(*sweeper.proposals[:2])
    stiff = np.divide(gross, width, out=np.zeros_like(gross), where=width > 0)
    curvature = np.where(full > 0, full, np.where(stiff > 0, stiff, 1.0))
    return 1.0 / np.sqrt(curvature)


def _require_arithmetic(sweeper: Sweeper, scale: Floats) -> None:
    """Refuses figures so large that their flows, their squares or their worth leave the range of the arithmetic."""
    gross = sweeper.proposals[0] + sweeper.proposals[1]
    dearest = np.maximum(sweeper.problem.short_price, sweeper.problem.glut_price)
    with np.errstate(over="ignore", invalid="ignore"):
        worth = (dearest * gross).cumsum() if np.isfinite(gross).all() else gross
    fine = np.isfinite(gross) & np.isfinite(scale) & (scale > 0) & np.isfinite(worth)
    if not fine.all():
        place = int(np.argmin(fine))
        message = f"The figures of row {place} are too large to compute with; choose larger units."
        raise errors.NotFinite(message, axis="row", index=place)


def _finished(search: _Search) -> bool:
    best, _ = search.best
    if search.residual < best:
        search.best, search.idle = (search.residual, search.point.y), 0
    else:
        search.idle += 1
    if search.best[0] <= search.tolerance:
        return search.gap <= GAP or search.idle >= 2
    return search.best[0] <= CERTIFIED and search.idle > PATIENCE


def _heed(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise errors.Cancelled("The iteration was cancelled.")


def _restart(
    sweeper: Sweeper, search: _Search, scale: Floats, low: Floats, high: Floats,
    cancelled: Callable[[], bool] | None,
) -> None:  # fmt: skip
    """Begins again from the end of the path without kinks."""
    search.shift, before = SHIFT_START, search.point
    search.dense = uses_dense(sweeper.problem)

    def model() -> newton.Model:
        return _model(sweeper, search, scale)

    for point in homotopy.follow(sweeper, search.best[1], scale, low, high, model):
        _heed(cancelled)
        search.point = point
    after = sweeper.at(search.point.y)
    search.point = after if after.value > before.value else sweeper.at(before.y)
    search.residual, search.gap = quality(sweeper, search.point, low, high)


def _advance(sweeper: Sweeper, search: _Search, scale: Floats, low: Floats, high: Floats, step: int) -> None:
    """One Newton step: direction in the box, line search on the dual value, trust in the model adapted."""
    point = search.point
    room = ((low - point.y) / scale, (high - point.y) / scale)
    move = newton.direction(_model(sweeper, search, scale), scale * point.excess, *room)
    reach = np.where(move <= room[0], low, np.where(move >= room[1], high, point.y + scale * move))
    nearly = search.residual < NEARLY
    length, search.point = _line_search(sweeper, point, np.clip(reach, low, high), full=nearly)
    if length >= 0.9:
        search.shift = max(search.shift / 10, SHIFT_LEAST)
    elif length < 0.1:
        search.shift = min(search.shift * 100, SHIFT_MOST)
    if search.idle and search.idle % CYCLE == 0:
        search.shift = CYCLE_SHIFT
        search.dense = uses_dense(sweeper.problem)
    search.residual, search.gap = quality(sweeper, search.point, low, high)
    free = int(((search.point.y > low) & (search.point.y < high)).sum())
    search.trail.append(StepInfo(step, search.residual, search.point.value, length, free))


def _model(sweeper: Sweeper, search: _Search, scale: Floats) -> newton.Model:
    if search.dense:
        matrix = sweeper.hessian() * scale * scale[:, None]
        matrix[np.diag_indices(len(scale))] += search.shift
        return newton.Dense(matrix)
    accuracy = min(0.5, max(min(0.1, search.residual), 0.03 * search.tolerance / search.residual))
    return newton.MatrixFree(*sweeper.scaled(scale), search.shift, accuracy)


def uses_dense(problem: PlanProblem) -> bool:
    """Whether the couplings may be written out: up to 2,000 rows, unless that takes more than 4·10¹⁰ multiplications."""
    sizes = np.diff(problem.group_ptr[problem.tech_ptr]).astype(np.float64)
    return problem.m <= DENSE_ROWS and float((sizes**2).sum()) <= DENSE_WORK


def _begins_dense(sweeper: Sweeper) -> bool:
    """The stated rule: they are, if rows are at most 500 or ``m³/3`` multiplications fewer than 200 products take.

    A search that turns in circles is given them written out in any case, where that may be.
    """
    problem, layout = sweeper.problem, sweeper.layout
    product = 2 * len(problem.entry_row) + int(layout.start_block[-1])
    few = problem.m <= FEW_ROWS or problem.m**3 / 3 <= PRODUCTS * product
    return few and uses_dense(problem)


def _line_search(sweeper: Sweeper, point: Point, reach: Floats, *, full: bool) -> tuple[float, Point]:
    """Armijo on the dual value; where rounding hides the gain, the slope decides. The dual is concave, so the
    secant of slopes is exact inside one quadratic piece."""
    towards = reach - point.y
    slope = float((point.excess * towards).sum())
    length = 1.0
    while slope > 0 and length > 1e-12:
        y = reach if length == 1.0 else point.y + length * towards
        trial = sweeper.at(y, full=full)
        here = float((trial.excess * towards).sum())
        gain = trial.value - point.value
        noise = 1e-13 * (abs(trial.value) + float(np.abs(trial.y * trial.use).sum()))
        rising = gain >= ARMIJO * length * slope or length * slope <= noise
        if rising and here >= -FLAT * slope:
            return length, trial
        length *= min(0.9, max(0.05, slope / (slope - here))) if here < slope else 0.5
    sweeper.at(point.y, full=False)  # the columns' state belongs to the point that stays
    return 0.0, point


def _conclude(
    sweeper: Sweeper, search: _Search, low: Floats, high: Floats, sealed: Callable[[], Sealed]
) -> PlanResult:
    _finished(search)
    best = search.best[1]
    known = search.point.y is best and sweeper.written is best
    point = search.point if known else sweeper.at(best)
    method = "dense" if search.dense else "pcg"
    seal, digest = sealed()
    prepared = Prepared.of(sweeper.problem, sweeper.layout, seal)
    result = assemble(
        sweeper, point, low, high, tuple(search.trail), search.tolerance, method, digest, prepared
    )
    if not result.certificate.worst_residual <= max(search.tolerance, CERTIFIED):
        message = (
            f"After {len(search.trail)} steps the worst row is still off by "
            f"{result.certificate.worst_residual:.1e} of its gross flow; "
            f"at most {CERTIFIED:.0e} is certified."
        )
        raise errors.NotConverged(message, result=result)
    return result
