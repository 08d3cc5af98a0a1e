"""Dividing a sum by size after a legal minimum."""

import numpy as np
from numpy.typing import ArrayLike

from planning.allocation.requests import Floats, Longs
from planning.allocation.whole import whole


def by_size(weight: ArrayLike, total: int, least: float) -> tuple[int, Longs]:
    """Return the minimum that everybody has and everybody's part (n) of ``total``, all in whole minor units.

    The minimum is ``least`` (a share) of an equal part; the rest goes by ``weight`` (n, not negative; equal parts where
    all are 0), rounded as ``whole`` does. The parts add up to ``total``. Raises AllocationError for a negative total.
    """
    weights: Floats = np.asarray(weight, float)
    minimum = int(least * total / len(weights))
    weights = weights if weights.sum() > 0 else np.ones(len(weights))
    rest = total - minimum * len(weights)
    parts = whole(rest * weights / weights.sum(), rest, np.full(len(weights), rest, np.int64))
    return minimum, minimum + parts
