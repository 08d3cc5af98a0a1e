"""One pass over all columns at given duals, on several threads, with the same bits at any number of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numba
import numpy as np
from numpy.typing import NDArray

from planning.engine import kernels
from planning.engine.problem import Floats, PlanProblem

SWEEP, HESSIAN = cast("Any", kernels.sweep), cast("Any", kernels.hessian)  # compiled: untyped to mypy
CHUNK_COLUMNS = 1024
MOST_CHUNKS = 64
ACCUMULATOR_CELLS = 1 << 24  # at most 128 MB of accumulators
HESSIAN_CELLS = 1 << 22  # partial Hessians side by side: at most 32 MB


@dataclass(frozen=True)
class Point:
    """All columns' answer to one vector of duals (see docs/mathematics.md, "The dual")."""

    y: Floats
    value: float  # dual value
    use: Floats  # gross use [m], negative targets included
    supply: Floats  # gross supply [m], positive targets included
    excess: Floats  # use − supply [m]: the gradient of the dual

    def projected(self, low: Floats, high: Floats) -> Floats:
        """The gradient without what the box forbids: zero exactly at the optimum."""
        pushed = np.where(self.y >= high, np.minimum(self.excess, 0.0), self.excess)
        return np.where(self.y <= low, np.maximum(pushed, 0.0), pushed)


class Sweeper:
    """Columns in the order of their techniques, cut into chunks; arrays reused from pass to pass."""

    def __init__(self, problem: PlanProblem, threads: int | None = None) -> None:
        order = np.argsort(problem.col_tech, kind="stable")
        self.problem, self.order, self.m = problem, order, problem.m
        self.threads = threads or int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
        self._pool: ThreadPoolExecutor | None = None
        self.start = _chunk_starts(problem)
        self.chunks = len(self.start) - 1
        shape = (self.start, problem.col_tech[order], problem.tech_ptr, problem.group_ptr)
        entries = (*_sorted_entries(problem), *_sorted_factors(problem, order))
        self._shape, self._entries = _own(shape), _own(entries)
        movable = np.where(problem.upper > problem.lower, problem.flexibility, 0.0)
        columns = (problem.proposal, problem.lower, problem.upper, movable, problem.band, problem.kappa)
        self.columns = tuple(array[order] for array in columns)
        self.x, self.curvature, self.margin = (np.zeros(problem.n) for _ in range(3))
        self._gross = np.empty((self.chunks, 2, self.m))
        self._value = np.empty(self.chunks)
        self.rounding = np.empty(0)  # margins over which kinks are rounded; empty: exact
        self.proposals = self._sweep(np.zeros(self.m), linear=False)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Threads live as long as this context."""
        if self.threads == 1 or self.chunks == 1:
            yield
            return
        with ThreadPoolExecutor(self.threads) as pool:
            self._pool = pool
            try:
                yield
            finally:
                self._pool = None

    def at(self, y: Floats) -> Point:
        """The answer of all columns to ``y``. O(entries of techniques + n · groups)."""
        use, supply, value = self._sweep(y, linear=False)
        start = self.proposals[0] - self.proposals[1]
        return Point(y, float((y * start).sum() + value), use, supply, use - supply)

    def times(self, v: Floats) -> Floats:
        """``K D Kᵀ v`` at the last point."""
        use, supply, _ = self._sweep(v, linear=True)
        return use - supply

    def hessian(self) -> Floats:
        """``K D Kᵀ`` at the last point, m × m."""
        parts = max(1, min(4, self.chunks, HESSIAN_CELLS // max(1, self.m * self.m)))
        lower = self._assemble(self.curvature, np.zeros((parts, self.m, self.m)), diagonal=False)
        return lower + np.tril(lower, -1).T

    def diagonal(self, curvature: Floats | None = None) -> Floats:
        """The diagonal of ``K D Kᵀ`` [m] at the last point, or with all movable columns' flexibility."""
        d = self.curvature if curvature is None else curvature
        parts = max(1, min(4, self.chunks))
        result: Floats = self._assemble(d, np.zeros((parts, 1, self.m)), diagonal=True)[0]
        return result

    def margin_width(self, price: Floats) -> Floats:
        """``Σ_i |use_ij| price_i`` of every column, in the order of techniques: the size of its margins."""
        _, tech, tech_ptr, group_ptr = self._shape
        rows, uses, factor_ptr, factors = self._entries
        sums = np.concatenate([[0.0], np.cumsum(np.abs(uses) * price[rows])])
        by_group = sums[group_ptr[1:]] - sums[group_ptr[:-1]]
        column = np.repeat(np.arange(len(tech)), np.diff(factor_ptr))
        place = np.arange(len(factors)) - factor_ptr[column]
        worth = factors * by_group[tech_ptr[tech[column]] + place]
        return np.bincount(column, worth, len(tech))

    @property
    def flexibility(self) -> Floats:
        return self.columns[3]

    def in_order(self, values: Floats) -> Floats:
        """Column figures put back in the caller's order."""
        result = np.empty_like(values)
        result[self.order] = values
        return result

    def _sweep(self, y: Floats, *, linear: bool) -> tuple[Floats, Floats, float]:
        def work(first: int, last: int) -> None:
            SWEEP(
                first, last, linear, *self._shape, *self._entries, *self.columns,
                self.rounding, y, self.x, self.curvature, self.margin, self._gross, self._value,
            )  # fmt: skip

        self._spread(work, self.chunks)
        use, supply = self._gross.sum(axis=0)
        if not linear:
            use = use + np.maximum(-self.problem.target, 0.0)
            supply = supply + np.maximum(self.problem.target, 0.0)
        return use, supply, float(self._value.sum())

    def _assemble(self, curvature: Floats, out: Floats, *, diagonal: bool) -> Floats:
        edges = np.linspace(0, self.chunks, len(out) + 1).astype(int)

        def work(first: int, last: int) -> None:
            for part in range(first, last):
                HESSIAN(
                    edges[part], edges[part + 1], diagonal, *self._shape, *self._entries, curvature, out[part]
                )

        self._spread(work, len(out))
        result: Floats = out.sum(axis=0)
        return result

    def _spread(self, work: Callable[[int, int], None], pieces: int) -> None:
        if self._pool is None:
            work(0, pieces)
            return
        edges = np.linspace(0, pieces, min(pieces, self.threads) + 1).astype(int)
        for done in [self._pool.submit(work, a, b) for a, b in pairwise(edges)]:
            done.result()


def _own(arrays: tuple[NDArray[Any], ...]) -> tuple[NDArray[Any], ...]:
    """Contiguous and writeable, so that the kernels are compiled for one type only."""
    return tuple(np.require(array, requirements=["C", "A", "W"]) for array in arrays)


def _chunk_starts(problem: PlanProblem) -> NDArray[np.int64]:
    affordable = max(1, ACCUMULATOR_CELLS // max(1, 2 * problem.m))
    chunks = max(1, min(MOST_CHUNKS, affordable, problem.n // CHUNK_COLUMNS))
    return np.linspace(0, problem.n, chunks + 1).astype(np.int64)


def _sorted_entries(problem: PlanProblem) -> tuple[NDArray[np.int32], Floats]:
    """Entries with the rows of every group in order, as the Hessian's triangle needs them."""
    group = np.repeat(np.arange(len(problem.group_ptr) - 1), np.diff(problem.group_ptr))
    key = group * (problem.m + 1) + problem.entry_row
    if (np.diff(key) >= 0).all():
        return problem.entry_row, problem.entry_use
    place = np.argsort(key, kind="stable")
    return problem.entry_row[place], problem.entry_use[place]


def _sorted_factors(problem: PlanProblem, order: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    widths = np.diff(problem.factor_ptr)[order]
    pointers = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
    places = np.repeat(problem.factor_ptr[:-1][order] - pointers[:-1], widths) + np.arange(pointers[-1])
    return pointers, problem.factors[places]
