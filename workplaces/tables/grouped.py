"""Arithmetic within groups of an array, without a loop over its elements."""

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.table import Floats

Index = NDArray[np.integer]


def group_sum(values: Floats, group: Index, groups: int) -> Floats:
    """Sum of ``values`` in each group."""
    return np.bincount(group, weights=values, minlength=groups)


def share_of_group(values: Floats, group: Index, groups: int) -> Floats:
    """Each value as a share of its group's sum; equal shares where that sum is 0."""
    total = group_sum(values, group, groups)[group]
    equal = 1 / np.bincount(group, minlength=groups)[group]
    return np.divide(values, total, out=equal, where=total > 0)


def rank_in_group(key: Floats, group: Index) -> NDArray[np.int64]:
    """Rank of each element in its group by ascending ``key``, from 0; ties by position."""
    order = np.lexsort((key, group))
    sorted_group = group[order]
    start = np.searchsorted(sorted_group, sorted_group, side="left")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - start
    return rank


def apportion(total: NDArray[np.int64], weight: Floats, group: Index) -> NDArray[np.int64]:
    """Whole numbers that add up to ``total[g]`` in each group, by largest remainders; ties by position."""
    quota = share_of_group(weight, group, len(total)) * total[group]
    whole = np.floor(quota).astype(np.int64)
    left = total - np.bincount(group, weights=whole, minlength=len(total)).astype(np.int64)
    return whole + (rank_in_group(whole - quota, group) < left[group])
