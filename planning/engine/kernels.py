# mypy: disable-error-code="no-untyped-def"
"""The loops over columns, compiled. All arrays are in the order of techniques (see sweep.py).

Columns are cut into chunks whose number depends on the problem only, each chunk adds into its own
accumulator, and accumulators are added in order: the result has the same bits on one thread or on many.
"""

import math

import numba
import numpy as np

TOGETHER = 32  # groups or pieces whose prices are looked up in one go
SIDE_BY_SIDE = 64  # columns whose outer products are added in one go


@numba.njit(inline="always")
def _answer(margin, proposal, lower, upper, flex, band, kappa):
    """Change, curvature and cost minus premium of one column at a margin: the clip formula with its wait."""
    if flex <= 0.0:
        return 0.0, 0.0, 0.0
    change = flex * margin
    curvature = flex
    if abs(change) > band:
        beyond = abs(change) - flex * kappa
        if beyond > band:
            change = math.copysign(beyond, margin)
        else:
            change = math.copysign(band, margin)
            curvature = 0.0
    if change > upper - proposal:
        change = upper - proposal
        curvature = 0.0
    elif change < lower - proposal:
        change = lower - proposal
        curvature = 0.0
    bother = kappa * max(0.0, abs(change) - band)
    return change, curvature, change * change / (2.0 * flex) + bother - margin * change


@numba.njit(inline="always")
def _ramp(z, width):
    """Smooth ``max(0, z)`` and its derivative (Smale 1987; Chen and Mangasarian 1996)."""
    root = math.sqrt(z * z + 4.0 * width * width)
    value = 0.5 * (z + root) if z > 0.0 else 2.0 * width * width / (root - z)
    return value, 0.5 + 0.5 * z / root


@numba.njit(inline="always")
def _smooth_answer(margin, proposal, lower, upper, flex, band, kappa, width):
    """The answer with every kink rounded over ``width`` of margin: change and curvature."""
    if flex <= 0.0:
        return 0.0, 0.0
    push, slope = margin, 1.0
    if kappa > 0.0 and band < np.inf:
        knee = band / flex
        for side in (-1.0, 1.0):
            begin, begin_slope = _ramp(side * margin - knee, width)
            end, end_slope = _ramp(side * margin - knee - kappa, width)
            push -= side * (begin - end)
            slope -= begin_slope - end_slope
    least, most = (lower - proposal) / flex, (upper - proposal) / flex
    above, above_slope = _ramp(push - least, width)
    result, steep = least + above, above_slope
    if most < np.inf:
        over, over_slope = _ramp(push - most, width)
        result -= over
        steep -= over_slope
    return flex * result, flex * slope * steep


# Places are counted without sign in what follows: no check for counting from the end, which keeps loops narrow.
@numba.njit(fastmath={"reassoc", "contract"})
def _dot(a, first, b, begin, count):
    """``Σ_k a[first + k] · b[begin + k]``, several at a time."""
    total = 0.0
    first, begin = np.uint64(first), np.uint64(begin)
    for k in range(np.uint64(count)):
        total += a[first + k] * b[begin + k]
    return total


@numba.njit
def _priced(first, last, entry_row, entry_use, y):
    """``Σ_e use_e y_row(e)`` over the entries first..last."""
    total = 0.0
    for e in range(np.uint64(first), np.uint64(last)):
        total += entry_use[e] * y[entry_row[e]]
    return total


@numba.njit
def _spread(first, last, entry_row, entry_use, amount, out):
    """Adds ``use_e · amount`` to the entries' rows."""
    for e in range(np.uint64(first), np.uint64(last)):
        out[entry_row[e]] += entry_use[e] * amount


@numba.njit
def _add_flows(net, size, place, factors, base, width, level):
    """Adds a column's levels by group, and their sizes, from ``place`` on."""
    base, place = np.uint64(base), np.uint64(place)
    for g in range(np.uint64(width)):
        flow = factors[base + g] * level
        net[place + g] += flow
        size[place + g] += abs(flow)


@numba.njit
def _scatter(gross, first, last, entry_row, entry_use, net, size):
    """Add what a group's columns use and supply to the rows' totals, from the sum of their levels and of its size."""
    if abs(net) == size:  # all of one sign, as nearly always
        for e in range(np.uint64(first), np.uint64(last)):
            flow = entry_use[e] * net
            gross[entry_row[e], np.uint32(flow < 0.0)] += abs(flow)
        return
    positive, negative = 0.5 * (size + net), 0.5 * (size - net)
    for e in range(np.uint64(first), np.uint64(last)):
        use = abs(entry_use[e])
        use_side = np.uint32(entry_use[e] < 0.0)
        gross[entry_row[e], use_side] += use * positive
        gross[entry_row[e], np.uint32(1) - use_side] += use * negative


@numba.njit(nogil=True, cache=True)
def sweep(first, last, full, widest, start, start_tech, start_factor, col_ptr, tech_ptr, group_ptr, entry_row,
          entry_use, factors, proposal, lower, upper, flex, band, kappa, rounding, y, x, curvature, margin,
          gross, value):  # fmt: skip
    """Chunks first..last: answers of all columns to the duals ``y`` and what they use and supply, row by row.

    ``gross[chunk, row, 0 or 1]`` gets use and supply, ``value[chunk]`` the columns' part of the dual value. Only with
    ``full`` are ``x`` and ``margin`` written. With ``rounding [n]`` (empty: none) answers are smooth, without value.
    """
    most = max(widest, TOGETHER)
    price, net, size = np.empty(most), np.empty(most), np.empty(most)
    smooth = len(rounding) > 0
    for c in range(first, last):
        gross[c] = 0.0
        total = 0.0
        j, t, base = start[c], start_tech[c], start_factor[c]
        while j < start[c + 1]:
            if col_ptr[t + 1] <= j:
                t += 1
                continue
            begin = tech_ptr[t]
            until = _batch(t, most, start[c + 1], col_ptr, tech_ptr)
            for g in range(tech_ptr[until] - begin):
                price[g] = _priced(group_ptr[begin + g], group_ptr[begin + g + 1], entry_row, entry_use, y)
                net[g], size[g] = 0.0, 0.0
            while t < until:
                place = tech_ptr[t] - begin
                width = tech_ptr[t + 1] - tech_ptr[t]
                stop = min(col_ptr[t + 1], start[c + 1])
                while j < stop:
                    cost = _dot(factors, base, price, place, width)
                    if smooth:
                        change, curvature[j] = _smooth_answer(
                            -cost, proposal[j], lower[j], upper[j], flex[j], band[j], kappa[j], rounding[j]
                        )
                    else:
                        change, curvature[j], part = _answer(
                            -cost, proposal[j], lower[j], upper[j], flex[j], band[j], kappa[j]
                        )
                        total += part
                    level = min(max(proposal[j] + change, lower[j]), upper[j])
                    if full:
                        margin[j] = -cost
                        x[j] = level
                    _add_flows(net, size, place, factors, base, width, level)
                    base += width
                    j += 1
                t += 1
            for g in range(tech_ptr[until] - begin):
                _scatter(
                    gross[c],
                    group_ptr[begin + g],
                    group_ptr[begin + g + 1],
                    entry_row,
                    entry_use,
                    net[g],
                    size[g],
                )
        value[c] = total


@numba.njit(nogil=True, cache=True)
def audit(first, last, start, proposal, lower, upper, flex, band, x, margin, beyond, idle, outside):
    """What the certificate asks of the columns of chunks first..last (see certify.py).

    ``beyond [n]`` gets who moves beyond the band; ``idle[chunk]`` what margins would still earn if change were free;
    ``outside[chunk]`` the farthest that a column stands outside its bounds, or a firm one off its proposal, by its size.
    """
    for c in range(first, last):
        unearned, farthest = 0.0, 0.0
        for j in range(start[c], start[c + 1]):
            # a waiting line stands exactly at its band: what rounding adds there is no request
            beyond[j] = abs(x[j] - proposal[j]) > band[j] * (1 + 1e-9) + 1e-12 * abs(proposal[j])
            least, most = proposal[j], proposal[j]
            if flex[j] > 0.0:
                least, most = lower[j], upper[j]
                if margin[j] != 0.0:
                    unearned += abs(margin[j]) * (most - x[j] if margin[j] > 0.0 else x[j] - least)
            size = max(abs(x[j]), abs(proposal[j]))
            off = max(least - x[j], x[j] - most)
            if off > 0.0 and size > 0.0:
                farthest = max(farthest, off / size)
        idle[c], outside[c] = unearned, farthest


@numba.njit(inline="always")
def _batch(t, most, end, col_ptr, tech_ptr):
    """The end of a run of techniques that have columns before ``end`` and at most ``most`` groups together.

    Their prices are all looked up before the first flow is added: lookups then need not wait for additions.
    """
    until = t + 1
    while (
        until < len(tech_ptr) - 1
        and col_ptr[until] < min(end, col_ptr[until + 1])
        and tech_ptr[until + 1] - tech_ptr[t] <= most
    ):
        until += 1
    return until


@numba.njit(nogil=True, cache=True)
def couple(
    first,
    last,
    widest,
    start,
    start_tech,
    start_factor,
    start_block,
    col_ptr,
    tech_ptr,
    factors,
    curvature,
    block,
):
    """``Σ_j d_j f_j f_jᵀ`` over the columns of every piece of chunks first..last: squares, one after another."""
    some, weighted = np.empty(widest * SIDE_BY_SIDE), np.empty(widest * SIDE_BY_SIDE)
    for c in range(first, last):
        j, t, base, b = start[c], start_tech[c], start_factor[c], start_block[c]
        while j < start[c + 1]:
            stop = min(col_ptr[t + 1], start[c + 1])
            if stop <= j:
                t += 1
                continue
            width = tech_ptr[t + 1] - tech_ptr[t]
            if width == 1:
                total = 0.0
                for k in range(stop - j):
                    total += curvature[j + k] * factors[base + k] * factors[base + k]
                block[b] = total
            else:
                block[b : b + width * width] = 0.0
                _add_outer_products(block, b, width, stop - j, curvature, j, factors, base, some, weighted)
            base += (stop - j) * width
            j = stop
            b += width * width
            t += 1


@numba.njit(inline="always")
def _add_outer_products(block, b, width, columns, curvature, j, factors, base, some, weighted):
    """Adds ``Σ d f fᵀ``, many columns at a time, to the square at ``b``."""
    done = 0
    while done < columns:
        count = 0
        while done < columns and count < SIDE_BY_SIDE:
            d = curvature[j + done]
            if d > 0.0:
                for g in range(width):
                    f = factors[base + done * width + g]
                    some[g * SIDE_BY_SIDE + count] = f
                    weighted[g * SIDE_BY_SIDE + count] = d * f
                count += 1
            done += 1
        for g in range(width):
            for h in range(g + 1):
                total = _dot(weighted, g * SIDE_BY_SIDE, some, h * SIDE_BY_SIDE, count)
                block[b + g * width + h] += total
                if h < g:
                    block[b + h * width + g] += total


@numba.njit(nogil=True, cache=True)
def times_narrow(first, last, start, start_tech, start_block, col_ptr, tech_ptr, group_ptr, entry_row, entry_use,
                 block, v, out):  # fmt: skip
    """``out[chunk] = Σ p B pᵀ v`` over the pieces with one group; sets ``out``."""
    for c in range(first, last):
        out[c] = 0.0
        j, t, b = start[c], start_tech[c], start_block[c]
        while j < start[c + 1]:
            stop = min(col_ptr[t + 1], start[c + 1])
            if stop > j:
                j = stop
                width = tech_ptr[t + 1] - tech_ptr[t]
                if width == 1 and block[b] > 0.0:
                    begin, end = group_ptr[tech_ptr[t]], group_ptr[tech_ptr[t] + 1]
                    total = block[b] * _priced(begin, end, entry_row, entry_use, v)
                    _spread(begin, end, entry_row, entry_use, total, out[c])
                b += width * width
            t += 1


@numba.njit(nogil=True, cache=True)
def pack(first, last, start, start_tech, start_block, start_narrow, start_entry, col_ptr, tech_ptr, group_ptr, entry_row,
         entry_use, block, scale, end, count, row, weight, diagonal):  # fmt: skip
    """Writes the moving pieces with one group as ``√B · scale · use`` in single precision, chunk by chunk.

    ``count[chunk]`` pieces; ``end`` is where each ends, counted from the chunk's first entry; ``row`` and ``weight``
    are its entries; ``diagonal[chunk]`` gets ``Σ B (scale · use)²`` by row, of all pieces.
    """
    for c in range(first, last):
        diagonal[c] = 0.0
        j, t, b = start[c], start_tech[c], start_block[c]
        place, k, origin = start_narrow[c], start_entry[c], start_entry[c]
        while j < start[c + 1]:
            stop = min(col_ptr[t + 1], start[c + 1])
            if stop > j:
                j = stop
                width = tech_ptr[t + 1] - tech_ptr[t]
                if width == 1 and block[b] > 0.0:
                    root = math.sqrt(block[b])
                    for e in range(group_ptr[tech_ptr[t]], group_ptr[tech_ptr[t] + 1]):
                        row[k] = entry_row[e]
                        w = root * scale[entry_row[e]] * entry_use[e]
                        weight[k] = w
                        diagonal[c, entry_row[e]] += w * w
                        k += 1
                    end[place] = k - origin
                    place += 1
                for g in range(width if width > 1 else 0):
                    own = block[b + g * width + g]
                    for e in range(group_ptr[tech_ptr[t] + g], group_ptr[tech_ptr[t] + g + 1]):
                        w = scale[entry_row[e]] * entry_use[e]
                        diagonal[c, entry_row[e]] += own * w * w
                b += width * width
            t += 1
        count[c] = place - start_narrow[c]


@numba.njit(nogil=True, cache=True)
def times_packed(first, last, start_narrow, start_entry, end, count, row, weight, v, out):
    """As :func:`times_narrow`, for packed pieces and scaled ``v``."""
    level = np.empty(TOGETHER)
    for c in range(first, last):
        out[c] = 0.0
        own = out[c]
        begin = start_entry[c]
        for place in range(start_narrow[c], start_narrow[c] + count[c], TOGETHER):
            pieces = min(TOGETHER, start_narrow[c] + count[c] - place)
            k = begin
            for i in range(pieces):
                stop = start_entry[c] + end[place + i]
                level[i] = _priced(k, stop, row, weight, v)
                k = stop
            for i in range(pieces):
                stop = start_entry[c] + end[place + i]
                _spread(begin, stop, row, weight, level[i], own)
                begin = stop


@numba.njit(nogil=True, cache=True)
def times_wide(first, last, widest, start_wide, wide_tech, wide_block, tech_ptr, group_ptr, entry_row, entry_use, block,
               scale, v, out):  # fmt: skip
    """Adds ``scale Σ P B Pᵀ (scale v)`` over the pieces with several groups to ``out[chunk]``."""
    price = np.empty(widest)
    for c in range(first, last):
        for place in range(start_wide[c], start_wide[c + 1]):
            t, b = wide_tech[place], wide_block[place]
            g0 = tech_ptr[t]
            width = tech_ptr[t + 1] - g0
            for g in range(width):
                total = 0.0
                for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
                    total += entry_use[e] * scale[entry_row[e]] * v[entry_row[e]]
                price[g] = total
            for g in range(width):
                level = _dot(block, b + g * width, price, 0, width)
                for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
                    out[c, entry_row[e]] += entry_use[e] * scale[entry_row[e]] * level
