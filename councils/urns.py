"""Access to papers, bound on the server's side: no statement that reaches a log holds a voter's answer.

Django writes parameters into the text of a statement; PostgreSQL copies that text into its log when the statement
fails, or is slow. Papers therefore go through a cursor of psycopg's own, which sends them apart from the text.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from councils.choices import Choice
from councils.models import Ballot, RollEntry
from workplaces.models import Person

CAST = sql.SQL(
    "INSERT INTO councils_casting (roll_entry_id, tracker, choice, cast_by_id, cast_at)"
    " VALUES (%s, %s, %s::jsonb, %s, %s)"
)
ONE = sql.SQL("SELECT choice FROM {} AND tracker = %s")
ALL = sql.SQL('SELECT tracker, choice FROM {} ORDER BY tracker COLLATE "C"')


def cast(entry: RollEntry, tracker: str, choice: Choice, by: Person, now: datetime) -> None:
    """Mark the right as used and put the paper into the ballot's urn."""
    _execute(CAST, [entry.pk, tracker, json.dumps(choice), by.pk, now])


def paper(ballot: Ballot, tracker: str) -> Choice | None:
    """Return what a paper says, None when the ballot has none with this tracker."""
    found = _execute(ONE.format(_place(ballot)), [tracker])
    return json.loads(found[0][0]) if found else None


def papers(ballot: Ballot) -> list[tuple[str, Choice]]:
    """Return all papers, sorted by tracker; of an open ballot only its closing may ask for them."""
    rows = _execute(ALL.format(_place(ballot)), [])
    return [(tracker, json.loads(choice)) for tracker, choice in rows]


def _place(ballot: Ballot) -> sql.Composed:
    if ballot.state == Ballot.State.OPEN:
        return sql.SQL("{} WHERE true").format(sql.Identifier("urns", f"b{ballot.public_id.hex}"))
    return sql.SQL("councils_paper WHERE ballot_id = {}").format(sql.Literal(ballot.pk))


def _execute(statement: sql.SQL | sql.Composed, parameters: Sequence[Any]) -> list[Any]:
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
