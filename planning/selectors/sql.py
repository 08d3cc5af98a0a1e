"""Plain SQL for lists that join a run with the economy as its scenario saw it."""

import json
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

JSONB = 3802  # PostgreSQL's type number


def nearest(table: str) -> str:
    """Return a sub-query with, per entity, the row of the nearest scenario up the chain.

    It takes the scenario's id twice. Unlike ``runner.columns.overlay`` it lets PostgreSQL push a filter on
    the outside down into the table, which is what lists of a few rows want.
    """
    return (
        f"(SELECT t.* FROM {table} t JOIN scenario_chain(%s) c ON c.id = t.scenario_id "  # noqa: S608
        f"WHERE NOT t.removed AND NOT EXISTS (SELECT 1 FROM {table} n JOIN scenario_chain(%s) m "
        "ON m.id = n.scenario_id WHERE n.entity_id = t.entity_id AND m.depth < c.depth))"
    )


def select(query: str, parameters: Sequence[Any]) -> list[Any]:
    """Run the query and return its rows as named tuples."""
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        return list(_rows(cursor, cursor.fetchall()))


def stream(query: str, parameters: Sequence[Any], *, size: int = 2000) -> Iterator[Any]:
    """Yield the rows as named tuples, some thousand at a time: for downloads."""
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        while rows := cursor.fetchmany(size):
            yield from _rows(cursor, rows)


def _rows(cursor: Any, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """Name the columns; Django hands JSON over as text, so it is read here."""
    row = namedtuple("Row", [column.name for column in cursor.description])  # type: ignore[misc]
    coded = [place for place, column in enumerate(cursor.description) if column.type_code == JSONB]
    for values in rows:
        decoded = list(values)
        for place in coded:
            decoded[place] = json.loads(decoded[place]) if isinstance(decoded[place], str) else decoded[place]
        yield row(*decoded)
