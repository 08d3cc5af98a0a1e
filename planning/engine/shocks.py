"""A part of what a plan counts on drops out: what breaks first, and the least change that answers it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from planning.engine import errors
from planning.engine.checks import option
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.engine.result import PlanResult
from planning.engine.solve import solve

NOTICEABLE = 1e-6  # of a row's gross flow: a smaller gap is no break
NO_ROOM = 1e-9  # of a group's levels: less spare room is none
RESOLUTION = 1 / 64
MOST_SOLUTIONS = 80


@dataclass(frozen=True)
class Shock:
    """What drops out at full size: ``columns [n]`` and ``rows [m]`` are shares from 0 to 1.

    A column that is hit can do no more than ``1 − share`` of what the plan foresees for it, a row that is hit has
    ``1 − share`` of its target (hours, cap).
    """

    columns: Floats
    rows: Floats


class BreakKind(StrEnum):
    SHORT = "short"  # a row's shortfall opens: product missing, hours missing, cap or deficit exceeded
    GLUT = "glut"  # a product is left over
    FULL = "full"  # no column of a group can do any more
    FLOOR = "floor"  # no column of a group can do any less


@dataclass(frozen=True)
class Break:
    """``place`` is a row (SHORT, GLUT) or a group (FULL, FLOOR). It was not there at size ``after``, and is at ``size``."""

    kind: BreakKind
    place: int
    size: float
    after: float


@dataclass(frozen=True)
class Stress:
    """The plan before, the least-change plan under the full shock, and what broke on the way, first things first."""

    problem: PlanProblem  # under the full shock, from the plan
    before: PlanResult
    after: PlanResult
    breaks: list[Break]
    hit: NDArray[np.bool_]  # columns whose own figures the shock dictates
    asked: NDArray[np.bool_]  # others that must go beyond their band
    moved: NDArray[np.bool_]  # others that move at all
    solutions: int


def shocked(problem: PlanProblem, plan: Floats, shock: Shock, size: float = 1.0) -> PlanProblem:
    """The plan's own problem with ``size`` of the shock: everybody proposes the plan, who is hit what is left of it.

    ``plan [n]`` are levels inside the bounds; ``size`` from 0 to 1. Raises ``WrongShape``, ``NotFinite``,
    ``NegativeCoefficient`` for shares outside 0 to 1, ``OutOfRange`` for such a size, ``ProposalOutOfBounds``.
    """
    _check(problem, plan, shock)
    option("size", size, 0.0, 1.0)
    hit = (shock.columns > 0) & (plan > 0) & (size > 0)
    left = plan * (1.0 - size * shock.columns)
    upper = np.where(hit, np.minimum(problem.upper, left), problem.upper)
    lower = np.minimum(problem.lower, upper)
    other = replace(
        problem,
        target=problem.target * (1.0 - size * shock.rows),
        proposal=np.clip(plan, lower, upper),
        lower=lower,
        upper=upper,
    )
    other.validate()
    return other


def _check(problem: PlanProblem, plan: Floats, shock: Shock) -> None:
    for name, figures, count in (
        ("plan", plan, problem.n), ("columns", shock.columns, problem.n), ("rows", shock.rows, problem.m)
    ):  # fmt: skip
        if np.shape(figures) != (count,):
            message = f"{name} has the shape {np.shape(figures)}; {count} figures are needed."
            raise errors.WrongShape(message, array=name)
        if not np.isfinite(figures).all():
            raise errors.NotFinite(f"{name} holds a figure that is not a finite number.", array=name)
    off = np.maximum(problem.lower - plan, plan - problem.upper)
    if (off > NO_ROOM * np.maximum(np.abs(plan), 1.0)).any():
        place = int(np.argmax(off))
        message = f"The plan's figure {plan[place]:g} for column {place} lies outside its bounds."
        raise errors.ProposalOutOfBounds(message, array="plan", axis="column", index=place)
    for name, shares in (("column", shock.columns), ("row", shock.rows)):
        bad = (shares < 0) | (shares > 1)
        if bad.any():
            place = int(np.argmax(bad))
            message = f"The share that drops out of {name} {place} is {shares[place]:g}; it must lie between 0 and 1."
            raise errors.NegativeCoefficient(message, axis=name, index=place)


def stress(
    problem: PlanProblem,
    plan: Floats,
    shock: Shock,
    *,
    group: Longs | None = None,
    resolution: float = RESOLUTION,
    most: int = MOST_SOLUTIONS,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Stress:
    """Lets the shock grow from nothing to its full size and finds what breaks in which order.

    Every size looked at is a least-change plan with its certificate, solved from the duals of the size below.
    Sizes are halved between which something breaks until ``resolution`` is reached or ``most`` plans are solved;
    what opens and closes again between two sizes looked at is not seen. ``group [n]`` puts columns together whose
    spare room counts as one (the makers of a product, the consumers of a product; −1: none); who is hit is left out.
    Raises what :func:`shocked` and ``solve`` raise.
    """
    option("resolution", resolution, 2.0**-20, 1.0)
    option("most", most, 2)
    if group is not None and np.shape(group) != (problem.n,):
        message = f"group has the shape {np.shape(group)}; {problem.n} figures are needed."
        raise errors.WrongShape(message, array="group")
    path = _Path(problem, plan, shock, group, threads, progress)
    before, after = path.at(0.0), path.at(1.0)
    seen = set(path.events(0.0))
    breaks: list[Break] = []
    spans = [(0.0, 1.0)]
    while spans:
        low, high = spans.pop()
        fresh = [event for event in path.events(high) if event not in seen]
        if not fresh:
            continue
        if high - low > resolution and len(path.solved) < most:
            middle = (low + high) / 2
            spans += [(middle, high), (low, middle)]  # the lower half first
            continue
        seen.update(fresh)
        breaks += [Break(kind, place, high, low) for kind, place in fresh]
    last = shocked(problem, plan, shock)
    hit = (shock.columns > 0) & (plan > 0)
    moved = np.abs(after.x - plan) > NO_ROOM * np.maximum(np.abs(plan), 1e-300)
    return Stress(
        problem=last,
        before=before,
        after=after,
        breaks=breaks,
        hit=hit,
        asked=after.asked & ~hit,
        moved=moved & ~hit,
        solutions=len(path.solved),
    )


class _Path:
    """Least-change plans by the size of the shock; each is solved once, from its nearest neighbour below."""

    def __init__(
        self, problem: PlanProblem, plan: Floats, shock: Shock, group: Longs | None, threads: int | None,
        progress: Callable[[int], None] | None,
    ) -> None:  # fmt: skip
        self.problem, self.plan, self.shock, self.threads = problem, plan, shock, threads
        self.group = np.full(problem.n, -1) if group is None else np.asarray(group)
        self.progress = progress
        self.solved: dict[float, PlanResult] = {}

    def at(self, size: float) -> PlanResult:
        if size not in self.solved:
            nearest = max((known for known in self.solved if known < size), default=None)
            warm = None if nearest is None else self.solved[nearest].duals
            problem = shocked(self.problem, self.plan, self.shock, size)
            self.solved[size] = solve(problem, warm=warm, threads=self.threads)
            if self.progress is not None:
                self.progress(len(self.solved))
        return self.solved[size]

    def events(self, size: float) -> list[tuple[BreakKind, int]]:
        """What is broken at this size, the largest gaps first."""
        result = self.at(size)
        gross = np.maximum(result.use_after, result.supply_after)
        kind = self.problem.row_kind
        rows = [
            (BreakKind.SHORT, result.shortfall, np.ones_like(kind, dtype=bool)),
            (BreakKind.GLUT, result.glut, kind == RowKind.PRODUCT),
        ]
        found: list[tuple[float, BreakKind, int]] = []
        for what, gap, counted in rows:
            share = np.divide(gap, gross, out=np.zeros_like(gap), where=gross > 0)
            places = np.flatnonzero(counted & (share > NOTICEABLE))
            found += [(-share[place], what, int(place)) for place in places]
        found.sort()
        return [(what, place) for _, what, place in found] + self._bound_groups(result, size)

    def _bound_groups(self, result: PlanResult, size: float) -> list[tuple[BreakKind, int]]:
        problem = shocked(self.problem, self.plan, self.shock, size)
        # who is hit can do no more by definition: that is the shock, not what breaks because of it
        inside = (self.group >= 0) & (problem.flexibility > 0) & (self.shock.columns == 0)
        group, count = self.group[inside], int(self.group.max(initial=-1)) + 1
        size_of = np.bincount(group, np.abs(self.plan[inside]), count)
        found = []
        for what, room in (
            (BreakKind.FULL, problem.upper - result.x),
            (BreakKind.FLOOR, result.x - problem.lower),
        ):
            free = np.bincount(group, np.maximum(room[inside], 0.0), count)
            bound = (size_of > 0) & (free <= NO_ROOM * size_of)
            found += [(what, int(place)) for place in np.flatnonzero(bound)]
        return found
