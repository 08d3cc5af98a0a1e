# mypy: disable-error-code="no-untyped-def"
"""The Hessian written out, and its Cholesky factors: compiled loops for tables with few rows."""

import math

import numba


@numba.njit(nogil=True, cache=True)
def hessian(first, last, diagonal, start, start_tech, start_block, col_ptr, tech_ptr, group_ptr, entry_row, entry_use,
            block, out):  # fmt: skip
    """Adds ``K D Kᵀ`` of chunks first..last to ``out``, piece by piece: ``P_t B P_tᵀ``, the lower triangle only.

    With ``diagonal`` only ``Σ_g B_gg Σ_e use_e²`` is added, to ``out[0]``.
    """
    for c in range(first, last):
        j, t, b = start[c], start_tech[c], start_block[c]
        while j < start[c + 1]:
            stop = min(col_ptr[t + 1], start[c + 1])
            if stop <= j:
                t += 1
                continue
            j = stop
            g0 = tech_ptr[t]
            width = tech_ptr[t + 1] - g0
            for g in range(width):
                own = block[b + g * width + g]
                if own == 0.0:
                    continue
                for e in range(group_ptr[g0 + g], group_ptr[g0 + g + 1]):
                    row = entry_row[e]
                    weight = own * entry_use[e]
                    if diagonal:
                        out[0, row] += weight * entry_use[e]
                        continue
                    out[row, row] += weight * entry_use[e]
                    _couple_rows(out, row, weight, group_ptr[g0 + g], e, entry_row, entry_use)
                    for h in range(g):
                        weight = block[b + g * width + h] * entry_use[e]
                        _couple_rows(
                            out, row, weight, group_ptr[g0 + h], group_ptr[g0 + h + 1], entry_row, entry_use
                        )
            b += width * width
            t += 1


@numba.njit(inline="always")
def _couple_rows(out, row, weight, first, last, entry_row, entry_use):
    """Add one entry's couplings with others below it; a row met twice counts twice on the diagonal."""
    for k in range(first, last):
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
