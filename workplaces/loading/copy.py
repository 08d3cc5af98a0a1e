"""COPY of columns into a model's table, checked by the same constraints and triggers as any other write."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import DEFAULT_DB_ALIAS, connections, models
from numpy.typing import NDArray

from workplaces.ids import uuid7
from workplaces.loading import encoding
from workplaces.loading.encoding import Encoded, Encoder, Ragged

Ids = NDArray[np.int64]
BLOCK = 50_000
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = (-1).to_bytes(2, "big", signed=True)
NUMBERS = {
    "BigAutoField": (">i8", 20),
    "BigIntegerField": (">i8", 20),
    "PositiveBigIntegerField": (">i8", 20),
    "AutoField": (">i4", 23),
    "IntegerField": (">i4", 23),
    "PositiveIntegerField": (">i4", 23),
    "SmallIntegerField": (">i2", 21),
    "PositiveSmallIntegerField": (">i2", 21),
    "FloatField": (">f8", 701),
    "BooleanField": ("?", 16),
}
OTHERS: dict[str, Encoder] = {
    "CharField": encoding.text,
    "TextField": encoding.text,
    "EmailField": encoding.text,
    "JSONField": encoding.jsonb,
    "UUIDField": encoding.uuids,
    "DateField": encoding.dates,
    "DateTimeField": encoding.moments,
}


def reserve_ids(model: type[models.Model], count: int, *, using: str = DEFAULT_DB_ALIAS) -> Ids:
    """Take ``count`` ids from the table's identity sequence, in ascending order."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(pg_get_serial_sequence(%s, %s)) ORDER BY n)"
            " FROM generate_series(1, %s) n",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return np.array(cursor.fetchone()[0] or [], dtype=np.int64)


def copy_rows(
    model: type[models.Model], columns: Mapping[str, Any], *, count: int, using: str = DEFAULT_DB_ALIAS
) -> Ids:
    """Write ``count`` rows and return their ids, in the rows' order.

    ``columns`` maps a field's attribute name (``region_id``, not ``region``) to its values: a NumPy array
    (masked entries are NULL), a list, or for an array field a ``Ragged`` or a matrix. Anything else, be it a
    string, number, date, range, tuple or None, is the same value in every row. Fields left out get the
    model's default; version-7 UUIDs are made here. Raises ValueError for an unknown field, a field that
    has neither value nor default, or a column of another length; IntegrityError where a constraint refuses.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    given = dict(columns)
    if model._meta.pk.attname not in given:
        given[model._meta.pk.attname] = reserve_ids(model, count, using=using)
    _refuse_unknown(model, fields, given)
    ready = [_values(model, field, given, count) for field in fields]
    connection = connections[using]
    with connection.cursor() as cursor, connection.wrap_database_errors:
        names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT BINARY)") as stream:
            stream.write(SIGNATURE)
            for start in range(0, count, BLOCK):
                size = min(BLOCK, count - start)
                stream.write(rows_bytes([_encode(*pair, start, size) for pair in ready], size))
            stream.write(END)
    return np.asarray(given[model._meta.pk.attname], dtype=np.int64)


def analyze(*tables: type[models.Model], using: str = DEFAULT_DB_ALIAS) -> None:
    """Tell the query planner what the tables hold now, in the same transaction.

    Until then it takes freshly filled tables for empty ones and joins them row by row.
    """
    quote = connections[using].ops.quote_name
    with connections[using].cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(quote(table._meta.db_table) for table in tables)}")


def rows_bytes(columns: Sequence[Encoded], count: int) -> bytes:
    """Lay ``count`` rows out as COPY reads them: number of fields, then length and bytes of each."""
    number = np.tile(np.frombuffer(len(columns).to_bytes(2, "big"), np.uint8), count)
    pieces = [Encoded(np.full(count, 2, np.int64), number)]
    for column in columns:
        pieces.append(encoding.fixed(column.lengths, ">i4"))
        pieces.append(Encoded(np.maximum(column.lengths, 0), column.payload))
    return encoding.interleave(pieces).payload.tobytes()


def encoder(field: Any) -> Encoder:
    """Return what turns a column for this field into bytes; ValueError for a type not met so far."""
    if isinstance(field, models.ForeignKey):
        return encoder(field.target_field)
    if isinstance(field, ArrayField):
        dtype, oid = NUMBERS[field.base_field.get_internal_type()]
        return partial(encoding.array, dtype=dtype, oid=oid)
    if isinstance(field, DateRangeField):
        return encoding.date_ranges
    kind = field.get_internal_type()
    if kind in NUMBERS:
        return partial(encoding.fixed, dtype=NUMBERS[kind][0])
    if kind in OTHERS:
        return OTHERS[kind]
    raise ValueError(f"{field.model.__name__}.{field.name}: no COPY encoder for a {kind}.")


def uuid7_array(count: int) -> NDArray[np.uint8]:
    """Return ``count`` version-7 UUIDs of this millisecond as ``uint8[count, 16]``, ascending.

    In ascending order they go to the end of an index one after another, not each to another page.
    """
    stamp = np.frombuffer(uuid7().bytes[:6], np.uint8)
    made = np.frombuffer(os.urandom(16 * count), np.uint8).reshape(count, 16).copy()
    made[:, :6] = stamp
    made[:, 6] = made[:, 6] & 0x0F | 0x70
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    high, low = made.view(">u8").T
    return made[np.lexsort((low, high))]


def _refuse_unknown(model: type[models.Model], fields: Sequence[Any], given: Mapping[str, Any]) -> None:
    unknown = set(given) - {field.attname for field in fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no column {', '.join(sorted(unknown))}.")


def _values(
    model: type[models.Model], field: Any, given: Mapping[str, Any], count: int
) -> tuple[Encoder, Any, bool]:
    """Return the encoder, the values and whether one value stands for all rows."""
    if field.attname not in given:
        return encoder(field), *_default(model, field, count)
    values = given[field.attname]
    same = not isinstance(values, np.ndarray | list | Ragged)
    if not same and len(values) != count:
        raise ValueError(f"{model.__name__}.{field.attname}: {len(values)} values for {count} rows.")
    return encoder(field), values, same


def _default(model: type[models.Model], field: Any, count: int) -> tuple[Any, bool]:
    if field.default is uuid7:
        return uuid7_array(count), False
    if not field.has_default() and not field.null and not field.empty_strings_allowed:
        raise ValueError(f"{model.__name__}.{field.attname} has no default; give its values.")
    return field.get_default(), True


def _encode(encode: Encoder, values: Any, same: bool, start: int, size: int) -> Encoded:  # noqa: FBT001
    return encoding.repeated(encode, values, size) if same else encode(values[start : start + size])
