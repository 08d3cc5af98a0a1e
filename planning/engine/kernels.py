# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: C901 - a compiled loop is one function, or it is slow to compile and to run
"""The loops over columns, compiled. All arrays are in the order of techniques (see sweep.py).

Columns are cut into chunks whose number depends on the problem only, each chunk adds into its own
accumulator, and accumulators are added in order: the result has the same bits on one thread or on many.
"""

import math

import numba
import numpy as np


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


@numba.njit(inline="always")
def _widest(tech_ptr):
    """The number of groups of the technique that has most."""
    widest = 1
    for t in range(len(tech_ptr) - 1):
        widest = max(widest, tech_ptr[t + 1] - tech_ptr[t])
    return widest


@numba.njit(inline="always")
def _price(price, g0, width, group_ptr, entry_row, entry_use, y):
    """What each group of a technique costs at the duals ``y``."""
    for g in range(width):
        price[g] = 0.0
        for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
            price[g] += entry_use[e] * y[entry_row[e]]


@numba.njit(inline="always")
def _scatter(gross, g0, width, group_ptr, entry_row, entry_use, positive, negative):
    """Add what a technique's columns use and supply, by groups' levels of either sign, to the rows' totals."""
    for g in range(width):
        for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
            use = entry_use[e]
            if use >= 0.0:
                gross[0, entry_row[e]] += use * positive[g]
                gross[1, entry_row[e]] += use * negative[g]
            else:
                gross[1, entry_row[e]] -= use * positive[g]
                gross[0, entry_row[e]] -= use * negative[g]


@numba.njit(nogil=True, cache=True)
def sweep(first, last, linear, start, tech, tech_ptr, group_ptr, entry_row, entry_use, factor_ptr, factors,
          proposal, lower, upper, flex, band, kappa, rounding, y, x, curvature, margin, gross, value):  # fmt: skip
    """Chunks first..last: answers of all columns to the duals ``y`` and what they use and supply, row by row.

    ``gross[chunk, 0 or 1, row]`` gets use and supply, ``value[chunk]`` the columns' part of the dual value.
    With ``linear`` it multiplies instead: ``gross[:, 0] − gross[:, 1] = K D Kᵀ y`` (x, margin stay as they
    are). With ``rounding [n]`` (empty: none) answers are smooth and there is no value.
    """
    widest = _widest(tech_ptr)
    price = np.empty(widest)
    positive = np.empty(widest)
    negative = np.empty(widest)
    for c in range(first, last):
        gross[c] = 0.0
        total = 0.0
        j = start[c]
        while j < start[c + 1]:
            t = tech[j]
            g0 = tech_ptr[t]
            width = tech_ptr[t + 1] - g0
            positive[:width] = 0.0
            negative[:width] = 0.0
            _price(price, g0, width, group_ptr, entry_row, entry_use, y)
            while j < start[c + 1] and tech[j] == t:
                base = factor_ptr[j]
                cost = 0.0
                for g in range(width):
                    cost += factors[base + g] * price[g]
                if linear:
                    level = curvature[j] * cost
                elif len(rounding) > 0:
                    change, curvature[j] = _smooth_answer(
                        -cost, proposal[j], lower[j], upper[j], flex[j], band[j], kappa[j], rounding[j]
                    )
                    level = min(max(proposal[j] + change, lower[j]), upper[j])
                else:
                    change, curvature[j], part = _answer(
                        -cost, proposal[j], lower[j], upper[j], flex[j], band[j], kappa[j]
                    )
                    level = min(max(proposal[j] + change, lower[j]), upper[j])
                    margin[j] = -cost
                    x[j] = level
                    total += part
                if level >= 0.0:
                    for g in range(width):
                        positive[g] += factors[base + g] * level
                else:
                    for g in range(width):
                        negative[g] -= factors[base + g] * level
                j += 1
            _scatter(gross[c], g0, width, group_ptr, entry_row, entry_use, positive, negative)
        value[c] = total


@numba.njit(nogil=True, cache=True)
def hessian(first, last, diagonal, start, tech, tech_ptr, group_ptr, entry_row, entry_use, factor_ptr, factors,
            curvature, out):  # fmt: skip
    """Adds ``K D Kᵀ`` of chunks first..last to ``out``, technique by technique: ``P_t (Σ_j d_j f_j f_jᵀ)
    P_tᵀ``.

    The lower triangle only; the rows of a group must stand in order. With ``diagonal`` only
    ``Σ_j d_j Σ_e use_e²`` is added, to ``out[0]``.
    """
    widest = _widest(tech_ptr)
    block = np.empty((widest, widest))
    for c in range(first, last):
        j = start[c]
        while j < start[c + 1]:
            t = tech[j]
            g0 = tech_ptr[t]
            width = tech_ptr[t + 1] - g0
            block[:width, :width] = 0.0
            moving = False
            while j < start[c + 1] and tech[j] == t:
                if curvature[j] > 0.0:
                    moving = True
                    base = factor_ptr[j]
                    for g in range(width):
                        weight = curvature[j] * factors[base + g]
                        for h in range(width):
                            block[g, h] += weight * factors[base + h]
                j += 1
            if not moving:
                continue
            for g in range(width):
                for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
                    row = entry_row[e]
                    if diagonal:
                        out[0, row] += block[g, g] * entry_use[e] * entry_use[e]
                        continue
                    begin = group_ptr[g0 + g]
                    weight = block[g, g] * entry_use[e]
                    for k in range(begin, e + 1):
                        out[row, entry_row[k]] += weight * entry_use[k]
                    k = e - 1
                    while k >= begin and entry_row[k] == row:  # a row met twice: its cross term counts twice
                        out[row, row] += weight * entry_use[k]
                        k -= 1
                    for h in range(g):
                        weight = block[g, h] * entry_use[e]
                        for k in range(group_ptr[g0 + h], group_ptr[g0 + h + 1]):
                            other = entry_row[k]
                            if other < row:
                                out[row, other] += weight * entry_use[k]
                            elif other > row:
                                out[other, row] += weight * entry_use[k]
                            else:
                                out[row, row] += 2.0 * weight * entry_use[k]


@numba.njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def cholesky_solve(a, b, floor):
    """Solves ``a z = b`` for symmetric positive definite ``a`` (its lower triangle is overwritten).

    Own loops rather than LAPACK: the same bits at any number of BLAS threads, and no second thread pool.
    Rows go in blocks so that a finished row is read once per block. A pivot below ``floor`` is lifted to it.
    """
    n = len(b)
    size = 16
    for top in range(0, n, size):
        end = min(top + size, n)
        for j in range(end):
            for i in range(max(top, j), end):
                total = a[i, j]
                for k in range(j):
                    total -= a[i, k] * a[j, k]
                if i == j:
                    a[i, i] = math.sqrt(max(total, floor))
                else:
                    a[i, j] = total / a[j, j]
    z = b.copy()
    for i in range(n):
        total = z[i]
        for k in range(i):
            total -= a[i, k] * z[k]
        z[i] = total / a[i, i]
    for i in range(n - 1, -1, -1):
        z[i] /= a[i, i]
        for k in range(i):
            z[k] -= a[i, k] * z[i]
    return z
