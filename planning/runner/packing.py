"""Tables of figures as plain JSON, in which they are kept for all processes, and back."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from scipy import sparse

from planning.engine.analysis import DENSE_PRODUCTS


def worth_keeping(products: int) -> bool:
    """Say whether a table of so many products is small enough to be kept; a larger one is read again by each process."""
    return products <= DENSE_PRODUCTS


def packed(one: Any) -> dict[str, Any]:
    """Return the fields of a dataclass of figures, arrays, sparse matrices and other such dataclasses."""
    return {field.name: _packed(getattr(one, field.name)) for field in fields(one)}


def _packed(value: Any) -> Any:
    if isinstance(value, sparse.csr_array):
        parts = (value.data, value.indices, value.indptr)
        return {"shape": list(value.shape), "parts": [_packed(part) for part in parts]}
    if isinstance(value, np.ndarray):
        return {"type": value.dtype.str, "shape": list(value.shape), "values": value.ravel().tolist()}
    return packed(value) if is_dataclass(value) else value


def unpacked[One](kind: type[One], found: dict[str, Any], **inside: type[Any]) -> One:
    """Return the dataclass; ``inside`` names the kinds of its fields that are dataclasses."""
    values = {
        name: unpacked(inside[name], value) if name in inside else _unpacked(value)
        for name, value in found.items()
    }
    return kind(**values)


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "parts" in value:
        parts = tuple(_unpacked(part) for part in value["parts"])
        return sparse.csr_array(parts, shape=tuple(value["shape"]))
    return np.array(value["values"], dtype=value["type"]).reshape(value["shape"])
