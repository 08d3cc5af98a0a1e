"""Query results as NumPy arrays in one piece: the server packs the rows, nothing walks over them here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
SEND = {
    "i": ("int8send(({0})::bigint)", ">i8"),
    "f": ("float8send(({0})::double precision)", ">f8"),
    "a": ("int8send(cardinality({0})::bigint)", ">i8"),
}
HEADER, EMPTY, ELEMENT = (
    20,
    12,
    12,
)  # bytes of array_send: before the elements, of an empty array, of a float8


def fetch(query: str, parameters: Sequence[Any], **kinds: str) -> Columns:
    """Run ``query`` and return the named columns, rows in query order.

    ``i`` is read as int64, ``f`` as float64, ``a`` as an array of floats: the column then holds how many each row
    has and ``<name>_values`` all of them, one row after the other. No column may be NULL, no array hold NULL.
    PostgreSQL limits one packed answer to 1 GB: 10⁷ rows of twelve columns.
    """
    packed = " || ".join(SEND[kind][0].format(name) for name, kind in kinds.items())
    arrays = [name for name, kind in kinds.items() if kind == "a"]
    parts = [
        f"string_agg({packed}, ''::bytea)",
        *(f"string_agg(array_send({name}), ''::bytea)" for name in arrays),
    ]
    connection.ensure_connection()
    # Django's own cursor binds in the client and so gets no binary answers
    with psycopg.Cursor(connection.connection) as cursor:
        statement = f"SELECT {', '.join(parts)} FROM ({query}) rows"  # noqa: S608
        fixed, *sent = cursor.execute(statement, parameters or None, binary=True).fetchone()
    rows = np.frombuffer(
        fixed or b"", dtype=np.dtype([(name, SEND[kind][1]) for name, kind in kinds.items()])
    )
    columns = {name: rows[name].astype("f8" if kind == "f" else "i8") for name, kind in kinds.items()}
    for name, raw in zip(arrays, sent, strict=True):
        columns[f"{name}_values"] = _elements(raw or b"", columns[name])
    return columns


def _elements(raw: bytes, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Read the floats out of arrays as ``array_send`` writes them, one after the other."""
    sizes = np.where(counts > 0, HEADER + ELEMENT * counts, EMPTY)
    start = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    place = np.repeat(start, counts) + HEADER + ELEMENT * within + 4
    taken = np.frombuffer(raw, np.uint8)[place[:, None] + np.arange(8)]
    return np.ascontiguousarray(taken).view(">f8").reshape(-1).astype(np.float64)


def overlay(table: str, key: str = "entity_id") -> str:
    """Return a sub-query with, per ``key``, the row of the nearest scenario up the chain.

    It takes one parameter, the scenario's id.
    """
    return (
        f"(SELECT * FROM (SELECT DISTINCT ON (t.{key}) t.* FROM {table} t "  # noqa: S608
        f"JOIN scenario_chain(%s) c ON c.id = t.scenario_id ORDER BY t.{key}, c.depth) v WHERE NOT v.removed)"
    )


class Overlay:
    """The overlay of one scenario, as sub-queries that read a table only in the scenarios that have rows in it.

    ``overlay`` sorts every row to find the nearest; most tables have rows in the baseline only, and there is
    nothing to choose.
    """

    def __init__(self, scenario: int) -> None:
        """Look up the scenario's chain, nearest first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM scenario_chain(%s) ORDER BY depth", [scenario])
            self.chain = [int(row[0]) for row in cursor.fetchall()]

    def of(self, table: str, key: str = "entity_id") -> str:
        """Return the sub-query for one table; it takes no parameter."""
        found = self._inhabited(table)
        if len(found) <= 1:
            return f"(SELECT * FROM {table} WHERE scenario_id = {found[0] if found else 0} AND NOT removed)"  # noqa: S608
        depth = ", ".join(f"({scenario}, {place})" for place, scenario in enumerate(found))
        return (
            f"(SELECT * FROM (SELECT DISTINCT ON (t.{key}) t.* FROM {table} t "  # noqa: S608
            f"JOIN (VALUES {depth}) c(id, depth) ON c.id = t.scenario_id "
            f"ORDER BY t.{key}, c.depth) v WHERE NOT v.removed)"
        )

    def _inhabited(self, table: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s FROM unnest(%s::bigint[]) WITH ORDINALITY u(s, place) "  # noqa: S608
                f"WHERE EXISTS (SELECT 1 FROM {table} t WHERE t.scenario_id = s) ORDER BY place",
                [self.chain],
            )
            return [int(row[0]) for row in cursor.fetchall()]
