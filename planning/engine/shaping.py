# mypy: disable-error-code="no-untyped-def"
"""Compiled loops that bring columns into the order of techniques (see layout.py)."""

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def counting_order(col_tech, col_ptr, tech_ptr):
    """The columns in the order of their techniques, inside one as they stood; where each one's factors then begin."""
    following, factor = col_ptr[:-1].copy(), np.empty(len(col_ptr) - 1, np.int64)
    total = 0
    for t in range(len(factor)):
        factor[t] = total
        total += (col_ptr[t + 1] - col_ptr[t]) * (tech_ptr[t + 1] - tech_ptr[t])
    order, place = np.empty(len(col_tech), np.int64), np.empty(len(col_tech), np.int64)
    for j in range(len(col_tech)):
        t = col_tech[j]
        order[following[t]] = j
        following[t] += 1
        place[j] = factor[t]
        factor[t] += tech_ptr[t + 1] - tech_ptr[t]
    return order, place


@numba.njit(nogil=True, cache=True)
def hand_out(
    first, last, moved, place, col_tech, tech_ptr, group_ptr, entry_use, factor_ptr, factors, result
):
    """Puts the factors of the columns first..last where each one's ``place`` is; coefficients of ``moved`` ones."""
    for j in range(first, last):
        k = place[j]
        if moved[j]:
            g, factor = tech_ptr[col_tech[j]], factors[factor_ptr[j]]
            for e in range(group_ptr[g], group_ptr[g + 1]):
                result[k] = factor * entry_use[e]
                k += 1
        else:
            for f in range(factor_ptr[j], factor_ptr[j + 1]):
                result[k] = factors[f]
                k += 1


@numba.njit(nogil=True, cache=True)
def patterns(groups, group_ptr, entry_row):
    """Numbers the sequences of rows of ``groups`` by first appearance: number of each, how many there are."""
    size = 2
    while size < 2 * len(groups):
        size *= 2
    table = np.full(size, -1, np.int64)
    result = np.empty(len(groups), np.int64)
    speaker = np.empty(len(groups), np.int64)
    count = 0
    for i in range(len(groups)):
        first, last = group_ptr[groups[i]], group_ptr[groups[i] + 1]
        seed = np.uint64(last - first)
        for e in range(first, last):
            seed = (seed ^ np.uint64(entry_row[e])) * np.uint64(0x9E3779B97F4A7C15)
            seed ^= seed >> np.uint64(29)
        slot = np.int64(seed & np.uint64(size - 1))
        while True:
            known = table[slot]
            if known < 0:
                table[slot] = count
                speaker[count] = groups[i]
                result[i] = count
                count += 1
                break
            begin = group_ptr[speaker[known]]
            same = group_ptr[speaker[known] + 1] - begin == last - first
            e = 0
            while same and e < last - first:
                same = entry_row[begin + e] == entry_row[first + e]
                e += 1
            if same:
                result[i] = known
                break
            slot = (slot + 1) & (size - 1)
    return result, count


@numba.njit(nogil=True, cache=True)
def measure(start, start_tech, col_ptr, tech_ptr, group_ptr):
    """Where every chunk's couplings, narrow pieces, their entries and its wide pieces begin; the wide pieces."""
    chunks = len(start) - 1
    counts = np.zeros((4, chunks + 1), np.int64)
    wide_tech = np.empty(len(tech_ptr) - 1 + chunks, np.int64)
    wide_block = np.empty(len(tech_ptr) - 1 + chunks, np.int64)
    block, narrow, entries, wide = 0, 0, 0, 0
    for c in range(chunks):
        j, t = start[c], start_tech[c]
        while j < start[c + 1]:
            if col_ptr[t + 1] > j:
                j = min(col_ptr[t + 1], start[c + 1])
                width = tech_ptr[t + 1] - tech_ptr[t]
                if width == 1:
                    narrow += 1
                    entries += group_ptr[tech_ptr[t] + 1] - group_ptr[tech_ptr[t]]
                elif width > 1:
                    wide_tech[wide], wide_block[wide] = t, block
                    wide += 1
                block += width * width
            t += 1
        counts[0, c + 1], counts[1, c + 1], counts[2, c + 1], counts[3, c + 1] = block, narrow, entries, wide
    return counts[0], counts[1], counts[2], counts[3], wide_tech[:wide].copy(), wide_block[:wide].copy()


@numba.njit(nogil=True, cache=True)
def combined_entries(
    columns, total, col_tech, tech_ptr, group_ptr, entry_row, entry_use, factor_ptr, factors
):
    """Rows and uses of ``columns``, one after the other, with their factors multiplied in."""
    row, use = np.empty(total, np.int32), np.empty(total)
    k = 0
    for j in columns:
        t = col_tech[j]
        for g in range(tech_ptr[t + 1] - tech_ptr[t]):
            for e in range(group_ptr[tech_ptr[t] + g], group_ptr[tech_ptr[t] + g + 1]):
                row[k] = entry_row[e]
                use[k] = factors[factor_ptr[j] + g] * entry_use[e]
                k += 1
    return row, use
