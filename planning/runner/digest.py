"""One digest for many figures, so that the record can hold a whole country's in one entry."""

import hashlib

import numpy as np
from numpy.typing import NDArray


def digest(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 of the arrays' bytes in little-endian order, each preceded by its length."""
    total = hashlib.sha256()
    for array in arrays:
        total.update(len(array).to_bytes(8, "little"))
        total.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()
