"""Input–output analysis of a table: multipliers, embodied labour, productivity, cost prices.

``A [n, n]`` holds technical coefficients, ``a_ij`` of product i per unit of output j; dense or sparse.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, sparse
from scipy.sparse import linalg as iterative

from planning.engine.errors import NotFinite, NotProductive, WrongShape
from planning.engine.problem import Floats

Matrix = Any
DENSE_PRODUCTS = 2000
RESIDUAL = 1e-10
REFINEMENTS = 3


def technical_coefficients(flows: Floats, output: Floats) -> Floats:
    """``a_ij = z_ij / x_j`` (Leontief 1936). ``flows [n, n]``, ``output [n]`` in the same money.

    A sector without output has coefficients 0 if it has no inputs; otherwise raises ``NotProductive``.
    """
    idle = output == 0
    if flows[:, idle].any():
        place = int(np.flatnonzero(idle & flows.any(axis=0))[0])
        message = f"Sector {place} uses inputs and has no output."
        raise NotProductive(message, array="output", axis="column", index=place)
    return np.divide(flows, output, out=np.zeros_like(flows, dtype=np.float64), where=~idle)


def leontief(A: ArrayLike | sparse.sparray, f: Floats) -> Floats:
    """Gross output ``x = (I − A)⁻¹ f`` for final demand ``f [n]`` or ``[n, k]`` (Leontief 1936).

    Dense LU up to 2,000 products; beyond, and for sparse ``A``, BiCGSTAB (van der Vorst 1992), never a
    factorisation. Raises ``NotProductive`` if the residual stays above 1e-10 of ``f``, ``WrongShape``,
    ``NotFinite``.
    """
    return _solve(_matrix(A), np.asarray(f, dtype=np.float64))


def leontief_inverse(A: ArrayLike | sparse.sparray) -> Floats:
    """``L = (I − A)⁻¹`` [n, n], written out; for tables of at most a few thousand products."""
    matrix = _matrix(A)
    return leontief(matrix, np.eye(matrix.shape[0]))


def multipliers(A: ArrayLike | sparse.sparray, intensity: ArrayLike | None = None) -> Floats:
    """``v = r (I − A)⁻¹``: what one unit of final demand needs in total, per product [n].

    ``intensity [n]`` is the direct need per unit of output: labour hours (embodied labour, Marx and
    Leontief),
    emissions, pay; without it 1, which gives the output multipliers (Miller and Blair 2009, ch. 6).
    """
    matrix = _matrix(A)
    direct = np.ones(matrix.shape[0]) if intensity is None else np.asarray(intensity, dtype=np.float64)
    return _solve(matrix.T, direct)


def embodied(A: ArrayLike | sparse.sparray, intensity: ArrayLike, final_demand: Floats) -> float:
    """Labour (emissions…) embodied in ``final_demand [n]``: ``r (I − A)⁻¹ f``."""
    return float((multipliers(A, intensity) * final_demand).sum())


def spectral_radius(A: ArrayLike | sparse.sparray) -> float:
    """The largest modulus of an eigenvalue of ``A``: the share of output that production itself uses up."""
    matrix = _matrix(A)
    if matrix.shape[0] == 0:
        return 0.0
    if matrix.shape[0] <= DENSE_PRODUCTS:
        whole: Any = matrix.toarray() if sparse.issparse(matrix) else matrix  # type: ignore[attr-defined]
        return float(np.abs(linalg.eigvals(whole)).max())
    start = np.ones(matrix.shape[0])  # a fixed start: the same figure every time
    return float(np.abs(iterative.eigs(matrix, k=1, which="LM", v0=start, return_eigenvectors=False))[0])


def hawkins_simon(A: ArrayLike | sparse.sparray) -> bool:
    """Can the economy make more than it uses up? For ``A ≥ 0`` the condition is ``spectral_radius(A) < 1``

    (Hawkins and Simon 1949). Raises ``NotProductive`` if a coefficient is negative: the theorem says
    nothing then.
    """
    matrix = _matrix(A)
    if matrix.min() < 0:
        raise NotProductive("The Hawkins–Simon condition needs coefficients of zero or more.", array="A")
    return spectral_radius(matrix) < 1.0


def cost_prices(
    A: ArrayLike | sparse.sparray,
    labour: ArrayLike,
    wage: ArrayLike,
    *,
    resources: ArrayLike | None = None,
    charge: ArrayLike | None = None,
    levy: ArrayLike = 0.0,
) -> Floats:
    """Cost prices ``p = pA + wℓ + τg + levy`` [n], in money per unit of output.

    ``labour [n]`` hours per unit at one ``wage``, or ``[q, n]`` at ``wage [q]`` by pool; ``resources [e,
    n]`` at
    ``charge [e]``; ``levy`` money per unit, one figure or ``[n]``. Raises as :func:`leontief`.
    """
    matrix = _matrix(A)
    direct = _priced(wage, labour) + np.asarray(levy, dtype=np.float64)
    if resources is not None and charge is not None:
        direct = direct + _priced(charge, resources)
    return _solve(matrix.T, np.broadcast_to(direct, (matrix.shape[0],)).astype(np.float64))


def _priced(price: ArrayLike, per_unit: ArrayLike) -> Floats:
    weights, needs = np.atleast_1d(np.asarray(price, dtype=np.float64)), np.atleast_2d(np.asarray(per_unit))
    result: Floats = (weights[:, None] * needs).sum(axis=0)
    return result


def _matrix(A: ArrayLike | sparse.sparray) -> Matrix:
    matrix = sparse.csr_array(A) if sparse.issparse(A) else np.asarray(A, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise WrongShape(f"A must be square, it has the shape {matrix.shape}.", array="A")
    if not np.isfinite(matrix.data if sparse.issparse(matrix) else matrix).all():
        raise NotFinite("A holds a coefficient that is not a finite number.", array="A")
    return matrix


def _solve(matrix: Matrix, right: Floats) -> Floats:
    """``(I − matrix) x = right`` with its residual checked."""
    size = matrix.shape[0]
    if right.shape[:1] != (size,):
        raise WrongShape(f"{size} figures are needed, there are {right.shape[:1]}.", array="f")
    dense = not sparse.issparse(matrix) and size <= DENSE_PRODUCTS
    x = _by_lu(matrix, right) if dense else _by_iteration(matrix, right)
    off = float(np.abs(right - (x - matrix @ x)).max(initial=0.0))
    if not off <= RESIDUAL * float(np.abs(right).max(initial=0.0)):
        raise NotProductive(
            f"(I − A) cannot be solved: the residual is {off:.1e}. Is a column sum 1 or more?"
        )
    return x


def _by_lu(matrix: Matrix, right: Floats) -> Floats:
    try:
        result: Floats = np.linalg.solve(np.eye(len(right)) - matrix, right)
    except np.linalg.LinAlgError:
        raise NotProductive("(I − A) is singular: something uses up all it makes.") from None
    return result


def _by_iteration(matrix: Matrix, right: Floats) -> Floats:
    if right.ndim == 2:
        return np.column_stack([_by_iteration(matrix, column) for column in right.T])
    system = iterative.LinearOperator(matrix.shape, matvec=lambda v: v - matrix @ v, dtype=np.float64)
    x = np.zeros_like(right)
    for _ in range(REFINEMENTS):
        missing = right - (x - matrix @ x)
        step, _ = iterative.bicgstab(system, missing, rtol=1e-10, atol=0.0, maxiter=2000)
        x = x + step
    return x
