"""How the columns stand in memory for the passes: in the order of techniques, cut into chunks.

Two rewritings keep the plan the same and make passes and couplings cheaper. Columns with coefficients of their own
that draw on the same rows become one technique whose factors are the coefficients: the rows are then read once per
technique and the couplings of products are stored once. A technique with more than twice as many groups as columns
becomes columns with coefficients of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from planning.engine import shaping
from planning.engine.problem import Floats, Ints, Longs, PlanProblem

CHUNK_COLUMNS = 1024
MOST_CHUNKS = 32
ACCUMULATOR_CELLS = 1 << 24  # at most 128 MB of accumulators
SAMPLES_PER_ROOT = 8  # times √columns are looked at before all are searched for common rows
TELLING = 0.99  # share of different patterns in the sample above which the search is not worth it
COMPILED = cast("Any", shaping)  # compiled: untyped to mypy
Spread = Callable[[Callable[[int, int], None], int], None]  # runs work(first, last) over so many pieces


@dataclass(frozen=True)
class Techniques:
    """Techniques, and which column has which with what factors: the problem's own form."""

    tech_ptr: Longs
    group_ptr: Longs
    entry_row: Ints
    entry_use: Floats
    col_tech: Ints
    factor_ptr: Longs
    factors: Floats

    @property
    def widths(self) -> Longs:
        """Groups of every technique."""
        return np.diff(self.tech_ptr)


@dataclass(frozen=True)
class Layout:
    """Techniques with their columns one after the other, and where each chunk begins.

    A *piece* is the run of one technique's columns inside one chunk; pieces of techniques with several groups
    are *wide*, the others *narrow*. ``order`` is None if the columns stand as the caller has them.
    """

    order: Longs | None
    col_ptr: Longs
    tech_ptr: Longs
    group_ptr: Longs
    entry_row: NDArray[np.uint32]
    entry_use: Floats
    factors: Floats
    start: Longs  # [chunks + 1] into the columns
    start_tech: Longs
    start_factor: Longs
    start_block: Longs  # into the couplings of all pieces, one after the other
    start_narrow: Longs  # into the narrow pieces
    start_entry: Longs  # into the narrow pieces' entries
    start_wide: Longs  # into the wide pieces
    wide_tech: Longs
    wide_block: Longs
    widest: int

    @property
    def chunks(self) -> int:
        return len(self.start) - 1

    @property
    def shape(self) -> tuple[NDArray[Any], ...]:
        """What every pass takes first."""
        return (
            self.start, self.start_tech, self.start_factor, self.col_ptr, self.tech_ptr, self.group_ptr,
            self.entry_row, self.entry_use, self.factors,
        )  # fmt: skip


def arrange(problem: PlanProblem, spread: Spread) -> Layout:
    """The layout of ``problem``: it depends on the problem alone, never on how ``spread`` divides the work."""
    given = _expanded(Techniques(
        problem.tech_ptr, problem.group_ptr, problem.entry_row, problem.entry_use, problem.col_tech,
        problem.factor_ptr, problem.factors,
    ))  # fmt: skip
    known, moved = _merged(given)
    tech = known.col_tech
    col_ptr = np.concatenate([[0], np.cumsum(np.bincount(tech, minlength=len(known.widths)))])
    if not moved.any() and bool((tech[1:] >= tech[:-1]).all()):
        return _cut(known, None, col_ptr, known.factors, problem.m)
    order, place = COMPILED.counting_order(tech, col_ptr, known.tech_ptr)
    factors = np.empty(int((np.diff(col_ptr) * known.widths).sum()))

    def work(first: int, last: int) -> None:
        COMPILED.hand_out(
            first, last, moved, place, given.col_tech, given.tech_ptr, given.group_ptr, given.entry_use,
            given.factor_ptr, given.factors, factors,
        )  # fmt: skip

    spread(work, len(order))
    return _cut(known, order, col_ptr, factors, problem.m)


def _expanded(known: Techniques) -> Techniques:
    """Columns of techniques with more than twice as many groups as columns get coefficients of their own."""
    count = np.bincount(known.col_tech, minlength=len(known.widths))
    rare = (2 * count < known.widths) & (count > 0)
    if not rare.any():
        return known
    columns = np.flatnonzero(rare[known.col_tech])
    size = known.group_ptr[known.tech_ptr]
    sizes = np.diff(size)[known.col_tech[columns]]
    pointers = len(known.entry_row) + np.cumsum(sizes)
    row, use = COMPILED.combined_entries(
        columns, int(sizes.sum()), known.col_tech, known.tech_ptr, known.group_ptr, known.entry_row,
        known.entry_use, known.factor_ptr, known.factors,
    )  # fmt: skip
    col_tech = known.col_tech.copy()
    col_tech[columns] = len(known.widths) + np.arange(len(columns))
    widths = np.diff(known.factor_ptr)
    widths[columns] = 1
    keep = np.repeat(~rare[known.col_tech], np.diff(known.factor_ptr))
    factor_ptr = np.concatenate([[0], np.cumsum(widths)])
    factors = np.ones(int(factor_ptr[-1]))
    factors[np.repeat(~rare[known.col_tech], widths)] = known.factors[keep]
    return Techniques(
        tech_ptr=np.concatenate([known.tech_ptr, known.tech_ptr[-1] + 1 + np.arange(len(columns))]),
        group_ptr=np.concatenate([known.group_ptr, pointers]),
        entry_row=np.concatenate([known.entry_row, row]),
        entry_use=np.concatenate([known.entry_use, use]),
        col_tech=col_tech,
        factor_ptr=factor_ptr,
        factors=factors,
    )


def _merged(known: Techniques) -> tuple[Techniques, NDArray[np.bool_]]:
    """Columns of their own on the same rows become one technique, if that halves what there is to couple.

    Also says which columns that concerns: their factors are now their coefficients.
    """
    nobody = np.zeros(len(known.col_tech), np.bool_)
    count = np.bincount(known.col_tech, minlength=len(known.widths))
    own = (count == 1) & (known.widths == 1)
    groups = known.tech_ptr[:-1][own]
    sample = groups[:: max(1, int(np.sqrt(len(groups)) / SAMPLES_PER_ROOT))]
    if len(groups) == 0 or _patterns(known, sample)[1] > TELLING * len(sample):
        return known, nobody
    pattern, patterns = _patterns(known, groups)
    size = (known.group_ptr[1:] - known.group_ptr[:-1])[groups]
    share, length = np.bincount(pattern, minlength=patterns), np.zeros(patterns, dtype=np.int64)
    length[pattern] = size
    worth = (2 * share >= length) & (length > 1)
    if 2 * int(size[worth[pattern]].sum()) < int(size.sum()):
        return known, nobody
    return _shared(known, own, groups, pattern, worth)


def _patterns(known: Techniques, groups: Longs) -> tuple[Longs, int]:
    """For every group the number of its sequence of rows, by first appearance; how many there are."""
    pattern, patterns = COMPILED.patterns(groups, known.group_ptr, known.entry_row)
    return pattern, int(patterns)


def _shared(
    known: Techniques, own: NDArray[np.bool_], groups: Longs, pattern: Longs, worth: NDArray[np.bool_]
) -> tuple[Techniques, NDArray[np.bool_]]:
    """One technique for each pattern that is worth it, behind those that stay; its columns' factors come later."""
    chosen = worth[pattern]
    leaves = own.copy()
    leaves[own] = chosen
    stay = ~leaves
    number = np.cumsum(stay) - 1  # of each technique, in its new place
    kept = int(stay.sum())
    number[leaves] = kept + (np.cumsum(worth) - 1)[pattern[chosen]]
    speaker = np.zeros(int(worth.sum()), dtype=np.int64)
    speaker[(np.cumsum(worth) - 1)[pattern[chosen]]] = groups[chosen]
    stays = np.flatnonzero(np.repeat(stay, known.widths))  # groups
    sizes = np.diff(known.group_ptr)
    shared = _ranges(known.group_ptr[speaker], sizes[speaker])
    entries = _ranges(known.group_ptr[stays], sizes[stays])
    group_ends = np.concatenate([np.cumsum(sizes[stays]), len(entries) + 1 + np.arange(len(shared))])
    widths = np.concatenate([known.widths[stay], sizes[speaker]])
    merged = replace(
        known,
        tech_ptr=np.concatenate([[0], np.cumsum(widths)]),
        group_ptr=np.concatenate([[0], group_ends]),
        entry_row=np.concatenate([known.entry_row[entries], known.entry_row[shared]]),
        entry_use=np.concatenate([known.entry_use[entries], np.ones(len(shared))]),
        col_tech=number[known.col_tech].astype(np.int32),
    )
    return merged, leaves[known.col_tech]


def _ranges(first: Longs, length: Longs) -> Longs:
    """``first[k] … first[k] + length[k] − 1`` for every ``k``, one after the other."""
    total = int(length.sum())
    return np.arange(total) - np.repeat(np.cumsum(length) - length, length) + np.repeat(first, length)


def _cut(known: Techniques, order: Longs | None, col_ptr: Longs, factors: Floats, m: int) -> Layout:
    """Chunks of about as many factors each; where their techniques, factors and pieces begin."""
    n = len(known.col_tech)
    affordable = max(1, ACCUMULATOR_CELLS // max(1, 2 * m))
    chunks = max(1, min(MOST_CHUNKS, affordable, n // CHUNK_COLUMNS))
    start = np.linspace(0, n, chunks + 1).astype(np.int64)
    start_tech = np.searchsorted(col_ptr, start, side="right") - 1
    widths = known.widths
    factor_of_tech = np.concatenate([[0], np.cumsum(np.diff(col_ptr) * widths)])
    inside = np.minimum(start_tech, max(len(widths) - 1, 0))
    base = factor_of_tech[inside] + (start - col_ptr[inside]) * (widths[inside] if len(widths) else 0)
    block, narrow, entry, wide, wide_tech, wide_block = COMPILED.measure(
        start, start_tech, col_ptr, known.tech_ptr, known.group_ptr
    )
    return Layout(
        order=order,
        col_ptr=_usable(col_ptr),
        tech_ptr=_usable(known.tech_ptr),
        group_ptr=_usable(known.group_ptr),
        entry_row=_usable(known.entry_row.view(np.uint32)),
        entry_use=_usable(known.entry_use),
        factors=_usable(factors),
        start=start,
        start_tech=start_tech,
        start_factor=base,
        start_block=block,
        start_narrow=narrow,
        start_entry=entry,
        start_wide=wide,
        wide_tech=wide_tech,
        wide_block=wide_block,
        widest=int(widths.max(initial=1)),
    )


def _usable(array: NDArray[Any]) -> NDArray[Any]:
    """Contiguous and writeable, so that the kernels are compiled for one type only."""
    return np.require(array, requirements=["C", "A", "W"])
