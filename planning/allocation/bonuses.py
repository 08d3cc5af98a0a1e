"""Bonuses out of a sum: each member's part by weight, in whole minor units."""

import numpy as np

from planning.allocation.errors import AllocationError
from planning.allocation.requests import Floats, Longs
from planning.allocation.whole import whole

ORDINARY = 6  # intensity and unpleasantness of ordinary work together, on grades from 1 to 5


def effort(hours: Floats, intensity: Longs, unpleasantness: Longs) -> Floats:
    """Return what weekly hours (n) count for by how hard they are: ``w = h (i + u) / 6``, grades ``i``, ``u`` from 1 to 5.

    Ordinary work (3 and 3) counts its hours, the lightest a third of them, the hardest five thirds.
    """
    return np.asarray(hours * (intensity + unpleasantness) / ORDINARY, np.float64)


def bonuses(total: int, weights: Floats) -> Longs:
    """Divide ``total`` (minor units) by ``weights`` (n): ``z_i = total · w_i / Σ w``, whole, adding up to exactly ``total``.

    The units that remain go to the largest fractions, of equal ones to the earlier in the order (Hamilton 1792, as in
    ``whole``). Raises AllocationError for a weight that is not above 0, for no weights, and for a negative total.
    """
    if not len(weights) or not (np.isfinite(weights) & (weights > 0)).all():
        raise AllocationError("Bonuses are divided among members, each with a weight above 0.")
    return whole(total * (weights / weights.sum()), total, np.full(len(weights), max(total, 0), np.int64))
