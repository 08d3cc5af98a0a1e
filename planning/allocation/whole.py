"""Whole minor units of money out of real amounts: nothing is made or lost."""

import numpy as np
from numpy.typing import NDArray

from planning.allocation.errors import AllocationError
from planning.allocation.requests import Floats, Longs

LARGEST = 2.0**62  # of one part at first; what is above it is spread like what is left


def whole(amounts: Floats, total: int, most: Longs) -> Longs:
    """Round ``amounts`` (n) to whole units, none above ``most`` (n), that add up to exactly ``total``.

    Each gets the whole part; what is left goes, a unit each, to the largest fractions (Hamilton 1792); of equal
    fractions the earlier in the order goes first. Amounts that add up to something else are brought to it evenly.
    Raises AllocationError if ``most`` adds up to less than ``total`` or ``total`` is negative.
    """
    room_of_all = sum(most.tolist())  # whole numbers of Python: not every such sum fits in 64 bits
    if not 0 <= total <= room_of_all:
        raise AllocationError(
            f"{total} cannot be shared out where {room_of_all} is the most that may be given."
        )
    positive = np.clip(amounts, 0.0, LARGEST)
    parts = np.minimum(np.floor(positive).astype(np.int64), most)
    fraction = positive - parts
    while (left := total - sum(parts.tolist())) != 0:
        room = most - parts if left > 0 else parts
        can = np.flatnonzero(room > 0)
        if abs(left) >= len(can):  # amounts that add up to something else: the difference is spread evenly
            step = np.minimum(room[can], abs(left) // len(can))
        else:
            can = can[_largest(np.sign(left) * fraction[can], abs(left))]
            step = np.ones(len(can), np.int64)
        parts[can] += np.sign(left) * step
    return parts


def _largest(figures: Floats, count: int) -> NDArray[np.intp]:
    """Return the places of the ``count`` largest, of equal ones the earlier; of all, if there are fewer."""
    if count >= len(figures):
        return np.arange(len(figures))
    limit = np.partition(figures, len(figures) - count)[len(figures) - count]
    above = np.flatnonzero(figures > limit)
    return np.concatenate([above, np.flatnonzero(figures == limit)[: count - len(above)]])
