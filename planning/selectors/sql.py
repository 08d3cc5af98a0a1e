"""Plain SQL for lists that join a run with the economy as its scenario saw it."""

import json
import re
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from workplaces.models.chains import Chain, chain_of

JSONB = 3802  # PostgreSQL's type number


def nearest(table: str) -> str:
    """Return a sub-query with, per entity, the row of the nearest scenario up the chain.

    It takes the scenario's id twice. Unlike ``runner.columns.overlay`` it lets PostgreSQL push a filter on
    the outside down into the table, which is what lists of a few rows want. ``select`` and ``stream`` read the
    table directly where it is settled that one scenario of the chain holds all of its rows.
    """
    return (
        f"(SELECT t.* /* nearest {table} */ FROM {table} t JOIN scenario_chain(%s) c ON c.id = t.scenario_id "  # noqa: S608
        f"WHERE NOT t.removed AND NOT EXISTS (SELECT 1 FROM {table} n JOIN scenario_chain(%s) m "
        "ON m.id = n.scenario_id WHERE n.entity_id = t.entity_id AND m.depth < c.depth))"
    )


NEAREST = re.compile(re.escape(nearest("TABLE")).replace("TABLE", "(\\w+)", 1).replace("TABLE", "\\w+"))


def _settled(query: str, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
    """Return the query and its parameters with sub-queries of ``nearest`` replaced where there is nothing to choose."""
    given, text, before, place = list(parameters), "", 0, 0
    taken: list[Any] = []
    chains: dict[int, Chain] = {}
    for found in NEAREST.finditer(query):
        between = query[before : found.start()]
        count = between.replace("%%", "").count("%s")
        taken += given[place : place + count]
        place += count
        scenario = given[place]
        chain = chains[scenario] = chains.get(scenario) or chain_of(scenario)
        only = chain.only(found[1])
        text += between
        if only is None:
            text += found[0]
            taken += given[place : place + 2]
        else:
            text += f"(SELECT t.* FROM {found[1]} t WHERE t.scenario_id = %s AND NOT t.removed)"  # noqa: S608
            taken.append(only)
        before, place = found.end(), place + 2
    return text + query[before:], taken + given[place:]


def select(query: str, parameters: Sequence[Any]) -> list[Any]:
    """Run the query and return its rows as named tuples."""
    with connection.cursor() as cursor:
        cursor.execute(*_settled(query, parameters))
        return list(_rows(cursor, cursor.fetchall()))


def stream(query: str, parameters: Sequence[Any], *, size: int = 2000) -> Iterator[Any]:
    """Yield the rows as named tuples, some thousand at a time: for downloads."""
    with connection.cursor() as cursor:
        cursor.execute(*_settled(query, parameters))
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
