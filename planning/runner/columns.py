"""Query results as NumPy arrays in one piece: the server packs the rows, nothing walks over them here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
SEND = {"i": ("int8send(({0})::bigint)", ">i8"), "f": ("float8send(({0})::double precision)", ">f8")}


def fetch(query: str, parameters: Sequence[Any], **kinds: str) -> Columns:
    """Run ``query`` and return the named columns, ``i`` as int64 and ``f`` as float64, rows in query order.

    No column may be NULL.  PostgreSQL limits one packed answer to 1 GB: 10⁷ rows of twelve columns.
    """
    packed = " || ".join(SEND[kind][0].format(name) for name, kind in kinds.items())
    dtype = np.dtype([(name, SEND[kind][1]) for name, kind in kinds.items()])
    connection.ensure_connection()
    with psycopg.Cursor(
        connection.connection
    ) as cursor:  # Django's own binds in the client: no binary answers
        statement = f"SELECT string_agg({packed}, ''::bytea) FROM ({query}) rows"  # noqa: S608
        row = cursor.execute(statement, parameters, binary=True).fetchone()
    rows = np.frombuffer(row[0] if row and row[0] else b"", dtype=dtype)
    return {name: rows[name].astype("i8" if kind == "i" else "f8") for name, kind in kinds.items()}


def overlay(table: str, key: str = "entity_id") -> str:
    """Return a sub-query with, per ``key``, the row of the nearest scenario up the chain.

    It takes one parameter, the scenario's id.
    """
    return (
        f"(SELECT * FROM (SELECT DISTINCT ON (t.{key}) t.* FROM {table} t "  # noqa: S608
        f"JOIN scenario_chain(%s) c ON c.id = t.scenario_id ORDER BY t.{key}, c.depth) v WHERE NOT v.removed)"
    )
