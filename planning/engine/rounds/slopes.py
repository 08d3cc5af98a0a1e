"""How supply and use move with the prices, added up over councils."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from planning.engine.problem import Floats
from planning.engine.rounds.economy import Layout


@dataclass(frozen=True, eq=False)
class Slopes:
    """Reported responses, added up: ``∂ supply/∂ log price`` and ``∂ use/∂ log price``, both [m, m] (row: the good
    that answers, column: the good whose price moves), in the row good's unit."""

    supply: Floats
    use: Floats


def price_slopes(
    layout: Layout, output: Floats, inputs: Floats, demands: Floats, shares: Floats, returns: Floats,
    leontief: NDArray[np.bool_],
) -> Slopes:  # fmt: skip
    """Slopes of best replies, exact for the technologies of :class:`CouncilEconomy`.

    ``shares`` [h] are each input's cost in the council's turnover, ``returns`` [n] ``θ < 1``. With
    ``g = ∂ log Q/∂ log p = (θ e_own − Σ_j share_j e_j)/(1 − θ)`` (``e_i`` the unit vectors):
    ``∂Q = Q g``; ``∂x_j = x_j (e_own − e_j + g)`` where inputs substitute,
    ``x_j (e_own − Σ_l (share_l/Σ share) e_l + g)`` in fixed proportions. A council that makes nothing does not move.
    """
    shape = (layout.workers, layout.goods)
    own = sparse.csr_array(
        (np.ones(layout.workers), layout.product, np.arange(layout.workers + 1)), shape=shape
    )
    needs = sparse.csr_array((shares, layout.input_good, layout.input_ptr), shape=shape)
    used = sparse.csr_array((inputs, layout.input_good, layout.input_ptr), shape=shape)
    response = _rows(_rows(own, returns) - needs, 1.0 / (1.0 - returns))
    total = layout.per_council(shares)
    fixed = np.divide(1.0, total, out=np.zeros_like(total), where=leontief & (total > 0))
    supply = _dense(_rows(own, output).T @ response)
    use = _dense(used.T @ (own + response - _rows(needs, fixed)))
    substituted = np.where(leontief[layout.owner], 0.0, inputs)
    down = np.bincount(layout.input_good, substituted, layout.goods)
    down += np.bincount(layout.wanted_good, demands.sum(axis=0), layout.goods)
    use[np.diag_indices(layout.goods)] -= down
    return Slopes(supply, use)


def _rows(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(factors) @ matrix)


def _dense(matrix: sparse.csr_array | sparse.csc_array) -> Floats:
    return np.asarray(matrix.toarray(), dtype=np.float64)
