"""The level of the best, beyond which nobody is lifted."""

import numpy as np

from planning.allocation.requests import Floats

BEST = 0.9  # nobody is lifted beyond the level that this share of the sector's people stay below
BEST_FROM = 10  # workplaces that a sector has at least before there is such a level
WEAKEST = 0.1


def quantile(level: Floats, members: Floats, share: float) -> float:
    """Return the ``level`` (n) that ``share`` of the people (``members``, n) stand at or below."""
    order = np.lexsort((members, level))
    upto = np.cumsum(members[order])
    return float(level[order][np.searchsorted(upto, share * upto[-1])])


def ceiling(level: Floats, members: Floats) -> float:
    """Return the level of the best tenth of a sector's people; ∞ where it has too few workplaces to say."""
    return quantile(level, members, BEST) if len(level) >= BEST_FROM else float("inf")
