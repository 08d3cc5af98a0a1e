"""From which envelope on a request is given something, and from which all that it can be given."""

import numpy as np

from planning.allocation.filling import Pieces
from planning.allocation.requests import Requests


def breakpoints(requests: Requests, index: int, alpha: float) -> tuple[float, float]:
    """Return the envelopes (minor units, not whole) between which the grant of ``index`` rises from 0 to its cap.

    ``z_i(ν)`` is one straight piece (see ``filling``), so both are ``Σ_j z_j(ν)`` at the piece's ends. At α = 0 those where
    money brings more come first, and of equals the lowest. Without minimum shares. Both are the same for a cap of 0.
    """
    if alpha == 0:
        return _best_first(requests, index)
    pieces = Pieces(requests, 0.0 if alpha == np.inf else 1.0 / alpha)
    return _between(pieces, index)


def _between(pieces: Pieces, index: int) -> tuple[float, float]:
    return (
        float(pieces.grants(float(pieces.start[index])).sum()),
        float(pieces.grants(float(pieces.end[index])).sum()),
    )


def _best_first(requests: Requests, index: int) -> tuple[float, float]:
    gain = requests.weight * requests.effect
    before = float(requests.most[gain > gain[index]].sum())
    same = gain == gain[index]
    place = int(same[:index].sum())
    begins, full = _between(Pieces(requests.only(same), 0.0), place)
    return before + begins, before + full
