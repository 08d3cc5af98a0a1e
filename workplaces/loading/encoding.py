"""Columns in the binary form that PostgreSQL's COPY reads, vectorised: one field is its length and its bytes.

The formats are those of the types' ``…_recv`` functions (PostgreSQL documentation, COPY, "Binary Format").
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LOWER_INCLUSIVE, UPPER_INCLUSIVE, LOWER_INFINITE, UPPER_INFINITE = 0x02, 0x04, 0x08, 0x10

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Encoded:
    """One column of n rows: ``lengths[n]`` (−1 for NULL) and the fields' bytes one after another."""

    lengths: NDArray[np.int64]
    payload: Bytes


Encoder = Callable[[Any], Encoded]


@dataclass(frozen=True)
class Ragged:
    """Rows of different lengths: row r is ``values[offsets[r]:offsets[r + 1]]``."""

    values: NDArray[Any]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.offsets) - 1

    def __getitem__(self, rows: slice) -> "Ragged":
        """Return the rows ``start:stop``."""
        start, stop, _step = rows.indices(len(self))
        first, last = self.offsets[start], self.offsets[stop]
        return Ragged(self.values[first:last], self.offsets[start : stop + 1] - first)


def fixed(values: Any, dtype: str) -> Encoded:
    """Numbers of one width; entries masked by a NumPy masked array are NULL."""
    if isinstance(values, list) and None in values:
        values = np.ma.array([value or 0 for value in values], mask=[value is None for value in values])
    mask = np.ma.getmaskarray(values) if np.ma.isMaskedArray(values) else None
    plain = np.ascontiguousarray(np.ma.getdata(values), dtype=dtype)
    width = plain.dtype.itemsize
    rows = plain.view(np.uint8).reshape(len(plain), width)
    if mask is None:
        return Encoded(np.full(len(plain), width, np.int64), rows.reshape(-1))
    return Encoded(np.where(mask, -1, width).astype(np.int64), rows[~mask].reshape(-1))


def chunks(parts: Sequence[bytes | None]) -> Encoded:
    """Fields of any length; None is NULL."""
    lengths = np.fromiter((-1 if part is None else len(part) for part in parts), np.int64, len(parts))
    return Encoded(lengths, np.frombuffer(b"".join(part for part in parts if part), np.uint8))


def repeated(encode: Encoder, value: Any, count: int) -> Encoded:
    """The same field in every one of ``count`` rows."""
    if value is None:
        return Encoded(np.full(count, -1, np.int64), np.empty(0, np.uint8))
    one = encode([value])
    return Encoded(np.repeat(one.lengths, count), np.tile(one.payload, count))


def text(values: Sequence[str | None]) -> Encoded:
    """Strings in UTF-8."""
    return chunks([None if value is None else value.encode() for value in values])


def jsonb(values: Sequence[Any]) -> Encoded:
    """JSON documents, version byte 1 before the text; None is the SQL NULL."""
    return chunks([None if value is None else b"\x01" + json.dumps(value).encode() for value in values])


def uuids(values: Any) -> Encoded:
    """UUIDs, as ``uint8[n, 16]`` or as a sequence of ``uuid.UUID`` (None is NULL)."""
    if isinstance(values, np.ndarray) and values.dtype == np.uint8:
        return Encoded(np.full(len(values), 16, np.int64), values.reshape(-1))
    return chunks([None if value is None else value.bytes for value in values])


def dates(values: Sequence[dt.date | None]) -> Encoded:
    """Dates, as days since 2000-01-01."""
    return chunks([None if value is None else _day(value) for value in values])


def moments(values: Sequence[dt.datetime | None]) -> Encoded:
    """Points in time with their zone, as microseconds since 2000-01-01 UTC."""
    return chunks([None if value is None else _microseconds(value) for value in values])


def date_ranges(values: Sequence[Any]) -> Encoded:
    """Date ranges: anything with ``lower``, ``upper``, ``lower_inc`` and ``upper_inc``."""
    return chunks([None if value is None else _date_range(value) for value in values])


def array(values: Any, dtype: str, oid: int) -> Encoded:
    """One-dimensional arrays without NULL inside, from a ``Ragged``, a matrix or a sequence of sequences."""
    ragged = as_ragged(values, dtype)
    counts = np.diff(ragged.offsets)
    width = np.dtype(dtype).itemsize
    elements = np.empty((len(ragged.values), 4 + width), np.uint8)
    elements[:, :4] = np.frombuffer(width.to_bytes(4, "big"), np.uint8)
    elements[:, 4:] = np.ascontiguousarray(ragged.values, dtype).view(np.uint8).reshape(-1, width)
    heads = _heads(counts, oid)
    return interleave([heads, Encoded(counts * (4 + width), elements.reshape(-1))])


def as_ragged(values: Any, dtype: str) -> Ragged:
    """The same rows as ``Ragged``."""
    if isinstance(values, Ragged):
        return values
    if isinstance(values, np.ndarray) and values.ndim == 2:
        rows, columns = values.shape
        return Ragged(values.reshape(-1), np.arange(rows + 1, dtype=np.int64) * columns)
    counts = [len(row) for row in values]
    flat = np.array([entry for row in values for entry in row], dtype=dtype)
    return Ragged(flat, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))


def interleave(columns: Sequence[Encoded]) -> Encoded:
    """Join the fields of each row, first column first; no NULL among them."""
    lengths = np.sum([column.lengths for column in columns], axis=0)
    payload = np.empty(int(lengths.sum()), np.uint8)
    at = np.cumsum(lengths) - lengths
    for column in columns:
        place(payload, at, column)
        at = at + column.lengths
    return Encoded(lengths, payload)


def place(target: Bytes, at: NDArray[np.int64], column: Encoded) -> None:
    """Write each row's field of ``column`` into ``target`` from position ``at[row]`` on."""
    lengths = np.maximum(column.lengths, 0)
    before = np.cumsum(lengths) - lengths
    target[np.repeat(at - before, lengths) + np.arange(len(column.payload))] = column.payload


def _heads(counts: NDArray[np.int64], oid: int) -> Encoded:
    """Array headers: dimensions, flags, element type; unless the array is empty, its length and lower bound."""
    full = counts > 0
    heads = np.zeros((len(counts), 5), ">i4")
    heads[:, 0], heads[:, 2], heads[:, 3], heads[:, 4] = full, oid, counts, 1
    kept = np.broadcast_to(np.arange(20) < 12, (len(counts), 20)) | full[:, None]
    return Encoded(np.where(full, 20, 12).astype(np.int64), heads.view(np.uint8).reshape(-1, 20)[kept])


def _day(value: dt.date) -> bytes:
    return (value - EPOCH.date()).days.to_bytes(4, "big", signed=True)


def _microseconds(value: dt.datetime) -> bytes:
    return ((value - EPOCH) // dt.timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def _date_range(value: Any) -> bytes:
    if value.isempty:
        return b"\x01"
    flags = LOWER_INCLUSIVE * value.lower_inc | UPPER_INCLUSIVE * value.upper_inc
    flags |= LOWER_INFINITE * (value.lower is None) | UPPER_INFINITE * (value.upper is None)
    bounds = [_day(bound) for bound in (value.lower, value.upper) if bound is not None]
    return bytes([flags]) + b"".join(len(bound).to_bytes(4, "big") + bound for bound in bounds)
