"""Row locks, always taken in this order: council, motion, ballot, roll entry; the record's chain comes last."""

from typing import Any

from django.db import connection, models

from councils.models import Ballot, RollEntry


def locked[Row: models.Model](row: Row, *, related: tuple[str, ...] = ()) -> Row:
    """Return the row as it now is, locked against changes until the transaction ends."""
    manager: Any = type(row)._default_manager
    rows = manager.select_related(*related) if related else manager
    found: Row = rows.select_for_update(of=("self",)).get(pk=row.pk)
    return found


def ballot_shared(ballot_id: int) -> Ballot:
    """Return the ballot, held FOR SHARE: many can cast at once, nobody can close it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM councils_ballot WHERE id = %s FOR SHARE", [ballot_id])
    return Ballot.objects.select_related("motion", "council").get(pk=ballot_id)


def roll_entry_held(entry_id: int) -> RollEntry:
    """Return the roll entry, locked: one cast at a time for one voting right."""
    entries = RollEntry.objects.select_for_update(of=("self",), no_key=True)
    return entries.select_related("person").get(pk=entry_id)
