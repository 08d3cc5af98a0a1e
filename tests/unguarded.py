"""Putting a world into a state that the database would not let it jump to: for tests that begin there."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models


@contextmanager
def unguarded(model: type[models.Model]) -> Iterator[None]:
    """Lift the triggers of a model's table; its constraints and foreign keys stay."""
    table = connection.ops.quote_name(model._meta.db_table)
    _execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        _execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER USER")


def _execute(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{statements}; SET CONSTRAINTS ALL DEFERRED")
