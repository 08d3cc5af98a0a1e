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

from planning.engine import dense, kernels
from planning.engine.layout import Layout, arrange
from planning.engine.problem import Floats, PlanProblem

COMPILED, DENSE = cast("Any", kernels), cast("Any", dense)  # compiled: untyped to mypy
BATCHES = 4  # for each thread: who is held up by other work leaves the rest to the others
HESSIAN_CELLS = 1 << 22  # partial Hessians side by side: at most 32 MB
SMALL_ROWS = 1 << 16  # up to here a row's number fits in two bytes


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

    def __init__(
        self, problem: PlanProblem, threads: int | None = None, layout: Layout | None = None
    ) -> None:
        """``layout`` is that of the problem's techniques where it is known."""
        self.problem, self.m = problem, problem.m
        self.threads = threads or int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
        self._pool: ThreadPoolExecutor | None = None
        with self.running():
            self.layout = layout = arrange(problem, self._spread) if layout is None else layout
        self.order, self.chunks = layout.order, layout.chunks
        fixed = problem.upper <= problem.lower
        movable = np.where(fixed, 0.0, problem.flexibility) if fixed.any() else problem.flexibility
        columns = (problem.proposal, problem.lower, problem.upper, movable, problem.band, problem.kappa)
        ordered = columns if self.order is None else [array[self.order] for array in columns]
        self.columns = tuple(np.require(array, requirements=["C", "A", "W"]) for array in ordered)
        self.x, self.curvature, self.margin = (np.empty(problem.n) for _ in range(3))
        self._gross = np.empty((self.chunks, self.m, 2))
        self._value = np.empty(self.chunks)
        self._block = np.empty(int(layout.start_block[-1]))
        self._out = np.empty((0, self.m))
        self._packed: _Packed | None = None
        self._coupled = False  # whether the couplings are those of the last point
        self.written: Floats | None = None  # the duals that ``x`` and ``margin`` belong to
        self.rounding = np.empty(0)  # margins over which kinks are rounded; empty: exact
        with self.running():
            self.start = self.at(np.zeros(self.m), full=False)
        self.proposals = (self.start.use, self.start.supply, self.start.value)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Threads live as long as this context."""
        if self.threads == 1 or self._pool is not None:
            yield
            return
        with ThreadPoolExecutor(self.threads) as pool:
            self._pool = pool
            try:
                yield
            finally:
                self._pool = None

    def at(self, y: Floats, *, full: bool = True) -> Point:
        """The answer of all columns to ``y``. O(entries of techniques + n · groups).

        Without ``full`` the columns' ``x`` and ``margin`` stay those of an earlier point.
        """

        def work(first: int, last: int) -> None:
            COMPILED.sweep(
                first, last, full, self.layout.widest, *self.layout.shape, *self.columns,
                self.rounding, y, self.x, self.curvature, self.margin, self._gross, self._value,
            )  # fmt: skip

        self._spread(work, self.chunks, BATCHES)
        self._coupled = False
        if full:
            self.written = None if len(self.rounding) else y
        use, supply = self._gross.sum(axis=0).T
        target = self.problem.target
        use, supply = use + np.maximum(-target, 0.0), supply + np.maximum(target, 0.0)
        with np.errstate(invalid="ignore"):  # endless flows are refused by who reads them
            excess = use - supply
            start = self.start.excess if y.any() else excess
            return Point(y, float((y * start).sum() + self._value.sum()), use, supply, excess)

    def audit(self) -> tuple[NDArray[np.bool_], float, float]:
        """Of the columns as written: who moves beyond the band (in the order of techniques), what margins would
        still earn if change were free (money), the farthest that a column stands outside its bounds (share)."""
        beyond = np.empty(self.problem.n, np.bool_)
        idle, outside = np.empty(self.chunks), np.empty(self.chunks)
        proposal, lower, upper, flex, band, _ = self.columns

        def work(first: int, last: int) -> None:
            COMPILED.audit(
                first, last, self.layout.start, proposal, lower, upper, flex, band, self.x, self.margin,
                beyond, idle, outside,
            )  # fmt: skip

        self._spread(work, self.chunks)
        return beyond, float(idle.sum()), float(outside.max(initial=0.0))

    def hessian(self) -> Floats:
        """``K D Kᵀ`` at the last point, m × m."""
        self._couple()
        parts = max(1, min(4, self.chunks, HESSIAN_CELLS // max(1, self.m * self.m)))
        lower = self._assemble(np.zeros((parts, self.m, self.m)), diagonal=False)
        return lower + np.tril(lower, -1).T

    def diagonal(self, curvature: Floats | None = None) -> Floats:
        """The diagonal of ``K D Kᵀ`` [m] at the last point, or with all movable columns' flexibility."""
        self._couple(curvature)
        parts = max(1, min(4, self.chunks))
        result: Floats = self._assemble(np.zeros((parts, 1, self.m)), diagonal=True)[0]
        return result

    def times(self, v: Floats) -> Floats:
        """``K D Kᵀ v`` at the last point, in double precision."""
        self._couple()
        layout, scale, out = self.layout, np.ones(self.m), self._accumulators()

        def work(first: int, last: int) -> None:
            COMPILED.times_narrow(
                first, last, layout.start, layout.start_tech, layout.start_block, layout.col_ptr,
                layout.tech_ptr, layout.group_ptr, layout.entry_row, layout.entry_use, self._block, v, out,
            )  # fmt: skip
            self._times_wide(first, last, scale, v)

        self._spread(work, self.chunks)
        return out.sum(axis=0)

    def scaled(self, scale: Floats) -> tuple[Callable[[Floats], Floats], Floats]:
        """``v ↦ S K D Kᵀ S v`` at the last point, ``S = diag(scale)``, cheap to apply many times; its diagonal [m].

        Columns that share nothing are rounded to single precision: the product is that of a nearby matrix of the
        same form, symmetric and positive semidefinite, each weight within 2⁻²³ of itself.
        """
        self._couple()
        if self._packed is None:
            self._packed = _Packed(self.layout, self.m)
        packed, out = self._packed, self._accumulators()
        self._spread(
            lambda first, last: packed.fill(first, last, self._block, scale, out), self.chunks, BATCHES
        )
        diagonal = out.sum(axis=0)

        def product(v: Floats) -> Floats:
            def work(first: int, last: int) -> None:
                packed.times(first, last, v, out)
                self._times_wide(first, last, scale, v)

            self._spread(work, self.chunks)
            return out.sum(axis=0)

        return product, diagonal

    def margin_width(self, price: Floats) -> Floats:
        """``Σ_i |use_ij| price_i`` of every column, in the order of techniques: the size of its margins."""
        layout = self.layout
        sums = np.concatenate([[0.0], np.cumsum(np.abs(layout.entry_use) * price[layout.entry_row])])
        by_group = sums[layout.group_ptr[1:]] - sums[layout.group_ptr[:-1]]
        count, widths = np.diff(layout.col_ptr), np.diff(layout.tech_ptr)
        width = np.repeat(widths, count)
        column = np.repeat(np.arange(len(width)), width)
        begin = np.repeat(np.repeat(layout.tech_ptr[:-1], count), width)
        place = np.arange(len(column)) - np.repeat(np.cumsum(width) - width, width)
        return np.bincount(column, np.abs(layout.factors) * by_group[begin + place], len(width))

    @property
    def flexibility(self) -> Floats:
        return self.columns[3]

    def in_order[T: np.generic](self, values: NDArray[T]) -> NDArray[T]:
        """Column figures put back in the caller's order, in an array of their own."""
        if self.order is None:
            return values.copy()
        result = np.empty_like(values)
        result[self.order] = values
        return result

    def _couple(self, curvature: Floats | None = None) -> None:
        """Brings the couplings of all pieces up to the last point, or to another ``curvature``."""
        if self._coupled and curvature is None:
            return
        layout, d = self.layout, self.curvature if curvature is None else curvature

        def work(first: int, last: int) -> None:
            COMPILED.couple(
                first, last, layout.widest, layout.start, layout.start_tech, layout.start_factor,
                layout.start_block, layout.col_ptr, layout.tech_ptr, layout.factors, d, self._block,
            )  # fmt: skip

        self._spread(work, self.chunks, BATCHES)
        self._coupled = curvature is None

    def _assemble(self, out: Floats, *, diagonal: bool) -> Floats:
        layout = self.layout
        edges = np.linspace(0, self.chunks, len(out) + 1).astype(int)

        def work(first: int, last: int) -> None:
            for part in range(first, last):
                DENSE.hessian(
                    edges[part], edges[part + 1], diagonal, layout.start, layout.start_tech, layout.start_block,
                    layout.col_ptr, layout.tech_ptr, layout.group_ptr, layout.entry_row, layout.entry_use,
                    self._block, out[part],
                )  # fmt: skip

        self._spread(work, len(out))
        result: Floats = out.sum(axis=0)
        return result

    def _times_wide(self, first: int, last: int, scale: Floats, v: Floats) -> None:
        layout = self.layout
        if len(layout.wide_tech):
            COMPILED.times_wide(
                first, last, layout.widest, layout.start_wide, layout.wide_tech, layout.wide_block,
                layout.tech_ptr, layout.group_ptr, layout.entry_row, layout.entry_use, self._block, scale, v, self._out,
            )  # fmt: skip

    def _accumulators(self) -> Floats:
        if len(self._out) != self.chunks:
            self._out = np.empty((self.chunks, self.m))
        return self._out

    def _spread(self, work: Callable[[int, int], None], pieces: int, batches: int = 1) -> None:
        if self._pool is None or pieces <= 1:
            work(0, pieces)
            return
        edges = np.linspace(0, pieces, min(pieces, self.threads * batches) + 1).astype(int)
        for done in [self._pool.submit(work, a, b) for a, b in pairwise(edges)]:
            done.result()


class _Packed:
    """The moving pieces with one group, with row numbers of two bytes where they fit and weights of four."""

    def __init__(self, layout: Layout, m: int) -> None:
        entries, pieces = int(layout.start_entry[-1]), int(layout.start_narrow[-1])
        self.layout = layout
        self.row = np.empty(entries, np.uint16 if m <= SMALL_ROWS else np.uint32)
        self.weight = np.empty(entries, np.float32)
        self.end, self.count = np.empty(pieces, np.int64), np.zeros(layout.chunks, np.int64)

    def fill(self, first: int, last: int, block: Floats, scale: Floats, diagonal: Floats) -> None:
        layout = self.layout
        COMPILED.pack(
            first, last, layout.start, layout.start_tech, layout.start_block, layout.start_narrow,
            layout.start_entry, layout.col_ptr, layout.tech_ptr, layout.group_ptr, layout.entry_row, layout.entry_use,
            block, scale, self.end, self.count, self.row, self.weight, diagonal,
        )  # fmt: skip

    def times(self, first: int, last: int, v: Floats, out: Floats) -> None:
        layout = self.layout
        COMPILED.times_packed(
            first, last, layout.start_narrow, layout.start_entry, self.end, self.count, self.row, self.weight, v, out
        )  # fmt: skip
