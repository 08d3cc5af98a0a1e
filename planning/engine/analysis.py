"""Input–output analysis of a table: multipliers, embodied labour, productivity, cost prices.

``A [n, n]`` holds technical coefficients, ``a_ij`` of product i per unit of output j; dense or sparse. Where it has none
below zero, an economy that is not productive (Hawkins and Simon 1949) is refused, never answered with negative outputs.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, sparse
from scipy.sparse import linalg as iterative

from planning.engine.checks import finite, vector
from planning.engine.errors import NegativeCoefficient, NotConverged, NotProductive, WrongShape
from planning.engine.problem import Floats

Matrix = Any
DENSE_PRODUCTS = 2000
RESIDUAL = 1e-10
REFINEMENTS = 3
ROUNDING = 1e-9  # of the largest figure: less below zero than this is not below zero


def technical_coefficients(flows: ArrayLike, output: ArrayLike) -> Floats:
    """``a_ij = z_ij / x_j`` (Leontief 1936). ``flows [n, n]``, ``output [n]`` in the same money.

    A sector without output has coefficients 0 if it has no inputs; otherwise raises ``NotProductive``. Raises
    ``NegativeCoefficient`` for an output below zero, ``NotFinite``, ``WrongShape``.
    """
    used = _matrix(flows, "flows")
    made = vector("output", output, used.shape[0])
    if (made < 0).any():
        place = int(np.argmin(made))
        message = f"Sector {place} has an output below zero."
        raise NegativeCoefficient(message, array="output", axis="column", index=place)
    idle = made == 0
    if used[:, idle].any():
        place = int(np.flatnonzero(idle & used.any(axis=0))[0])
        message = f"Sector {place} uses inputs and has no output."
        raise NotProductive(message, array="output", axis="column", index=place)
    result: Floats = np.divide(used, made, out=np.zeros_like(used), where=~idle)
    return result


def leontief(A: ArrayLike | sparse.sparray, f: ArrayLike) -> Floats:
    """Gross output ``x = (I − A)⁻¹ f`` for final demand ``f [n]`` or ``[n, k]`` (Leontief 1936).

    Dense LU up to 2,000 products; beyond, and for sparse ``A``, BiCGSTAB (van der Vorst 1992), never a
    factorisation. Raises ``NotProductive`` if the residual stays above 1e-10 of ``f``, or if ``A ≥ 0`` and the series
    ``f + Af + A²f + …`` does not end (a product would have to be made in a quantity below zero); ``WrongShape``,
    ``NotFinite``.
    """
    matrix = _matrix(A)
    return _solve(matrix, finite("f", f))


def leontief_inverse(A: ArrayLike | sparse.sparray) -> Floats:
    """``L = (I − A)⁻¹`` [n, n], written out; for tables of at most a few thousand products."""
    matrix = _matrix(A)
    return leontief(matrix, np.eye(matrix.shape[0]))


def multipliers(A: ArrayLike | sparse.sparray, intensity: ArrayLike | None = None) -> Floats:
    """``v = r (I − A)⁻¹``: what one unit of final demand needs in total, per product [n].

    ``intensity [n]`` is the direct need per unit of output: labour hours (embodied labour, Marx and
    Leontief), emissions, pay; without it 1, which gives the output multipliers (Miller and Blair 2009, ch. 6).
    Raises as :func:`leontief`.
    """
    matrix = _matrix(A)
    direct = np.ones(matrix.shape[0]) if intensity is None else intensity
    return _solve(matrix.T, vector("intensity", direct, matrix.shape[0]))


def embodied(A: ArrayLike | sparse.sparray, intensity: ArrayLike, final_demand: ArrayLike) -> float:
    """Labour (emissions…) embodied in ``final_demand [n]``: ``r (I − A)⁻¹ f``. Raises as :func:`leontief`."""
    each = multipliers(A, intensity)
    return float((each * vector("final_demand", final_demand, len(each))).sum())


def spectral_radius(A: ArrayLike | sparse.sparray) -> float:
    """The largest modulus of an eigenvalue of ``A``: the share of output that production itself uses up.

    Raises ``NotConverged`` where no eigenvalue of a large table is found.
    """
    matrix = _matrix(A)
    if matrix.shape[0] == 0:
        return 0.0
    if matrix.shape[0] <= DENSE_PRODUCTS:
        whole: Any = matrix.toarray() if sparse.issparse(matrix) else matrix  # type: ignore[attr-defined]
        return float(np.abs(linalg.eigvals(whole)).max())
    start = np.ones(matrix.shape[0])  # a fixed start: the same figure every time
    try:
        found = iterative.eigs(matrix, k=1, which="LM", v0=start, return_eigenvectors=False)
    except iterative.ArpackError as problem:
        raise NotConverged(f"The largest eigenvalue of A was not found: {problem}") from None
    return float(np.abs(found)[0])


def hawkins_simon(A: ArrayLike | sparse.sparray) -> bool:
    """Can the economy make more than it uses up? For ``A ≥ 0`` the condition is ``spectral_radius(A) < 1``

    (Hawkins and Simon 1949). Raises ``NotProductive`` if a coefficient is negative: the theorem says
    nothing then.
    """
    matrix = _matrix(A)
    if matrix.shape[0] and matrix.min() < 0:
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
    n]`` at ``charge [e]``; ``levy`` money per unit, one figure or ``[n]``. Raises as :func:`leontief`, and ``WrongShape``
    for resources without a charge.
    """
    matrix = _matrix(A)
    size = matrix.shape[0]
    surcharge = finite("levy", levy)
    direct = _priced("wage", wage, "labour", labour, size)
    direct = direct + (surcharge if surcharge.ndim == 0 else vector("levy", surcharge, size))
    if (resources is None) != (charge is None):
        raise WrongShape("Resources need a charge, and a charge the resources it is for.", array="charge")
    if resources is not None and charge is not None:
        direct = direct + _priced("charge", charge, "resources", resources, size)
    return _solve(matrix.T, direct)


def _priced(price_name: str, price: ArrayLike, name: str, per_unit: ArrayLike, size: int) -> Floats:
    weights, needs = np.atleast_1d(finite(price_name, price)), np.atleast_2d(finite(name, per_unit))
    if weights.ndim != 1 or needs.shape != (len(weights), size):
        message = f"{name} has the shape {needs.shape}; one row of {size} figures for each of {len(weights)} is needed."
        raise WrongShape(message, array=name)
    result: Floats = (weights[:, None] * needs).sum(axis=0)
    return result


def _matrix(A: ArrayLike | sparse.sparray, name: str = "A") -> Matrix:
    matrix: Any = sparse.csr_array(A) if sparse.issparse(A) else finite(name, A)  # type: ignore[arg-type]
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise WrongShape(f"{name} must be square, it has the shape {matrix.shape}.", array=name)
    if sparse.issparse(A):
        finite(name, matrix.data)
    return matrix


def _solve(matrix: Matrix, right: Floats) -> Floats:
    """``(I − matrix) x = right`` with its residual checked."""
    size = matrix.shape[0]
    if right.shape[:1] != (size,):
        raise WrongShape(f"{size} figures are needed, there are {right.shape[:1]}.", array="f")
    x = _solved(matrix, right)
    off = float(np.abs(right - (x - matrix @ x)).max(initial=0.0))
    if not off <= RESIDUAL * float(np.abs(right).max(initial=0.0)):
        raise NotProductive(
            f"(I − A) cannot be solved: the residual is {off:.1e}. Is a column sum 1 or more?"
        )
    if size and matrix.min() >= 0:
        _require_series(x if (right >= 0).all() else _solved(matrix, np.abs(right)))
    return x


def _solved(matrix: Matrix, right: Floats) -> Floats:
    dense = not sparse.issparse(matrix) and matrix.shape[0] <= DENSE_PRODUCTS
    return _by_lu(matrix, right) if dense else _by_iteration(matrix, right)


def _require_series(x: Floats) -> None:
    """With ``A, f, x ≥ 0`` and ``x = f + Ax``, ``x ≥ f + Af + … + Aᵏf`` for every ``k``: the series ends, and at ``x``.

    So where it does not, some figure is below zero.
    """
    below = x if x.ndim == 1 else x.min(axis=1)
    if below.min() < -ROUNDING * float(np.abs(x).max()):
        place = int(np.argmin(below))
        message = (
            f"The economy is not productive: product {place} would have to be made in a quantity below zero. "
            "It uses up more than it makes, by itself or through others (Hawkins–Simon fails)."
        )
        raise NotProductive(message, array="A", axis="column", index=place)


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
