"""Locks, always taken in this order: the record's chain, council, motion, ballot, roll entry.

A service that will write to the record locks the chain before any row: so services can be combined in one
transaction in any order without two of them waiting for each other.  Casting a vote writes no entry and
never waits for the chain.
"""

from typing import Any

from django.db import connection, models

from councils.models import Ballot
from workplaces.record.services import lock_chain


def chain_first() -> None:
    """Lock the record's chain until the transaction ends."""
    lock_chain()


def locked[Row: models.Model](row: Row, *, related: tuple[str, ...] = ()) -> Row:
    """Return the row as it now is, locked against changes until the transaction ends."""
    manager: Any = type(row)._default_manager
    rows = manager.select_related(*related) if related else manager
    found: Row = rows.select_for_update(of=("self",)).get(pk=row.pk)
    return found


def ballot_shared(ballot_id: int) -> Ballot:
    """Return the ballot as it now is, held FOR SHARE: many can cast at once, nobody can close it meanwhile."""
    return next(
        iter(Ballot.objects.raw("SELECT * FROM councils_ballot WHERE id = %s FOR SHARE", [ballot_id]))
    )


def roll_entry_held(entry_id: int) -> None:
    """Lock the roll entry until the transaction ends: one cast at a time for one voting right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM councils_rollentry WHERE id = %s FOR NO KEY UPDATE", [entry_id])
