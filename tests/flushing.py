"""Emptying the database between transactional tests, although some tables refuse to be emptied.

The public record and the votes refuse TRUNCATE by trigger, and mean it.  A test database is emptied by
lifting that one trigger for the length of one transaction; the tests of the refusal itself run with it on.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

GUARDED = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND t.tgtype & 32 = 32 AND c.relnamespace = 'public'::regnamespace
"""
URNS = (
    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'urns'"
)


def lift_truncate_guards() -> None:
    """Make Django's flush of test databases put the guards aside for as long as it takes."""
    original: Callable[..., list[str]] = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = original(self, style, tables, **options)
        if not statements:
            return statements
        with self.connection.cursor() as cursor:
            cursor.execute(GUARDED)
            guards = [f'"{table}" %s TRIGGER "{name}"' for table, name in cursor.fetchall()]
            cursor.execute(URNS)
            urns = [f"DROP TABLE {urn}" for (urn,) in cursor.fetchall()]
        off = [f"ALTER TABLE {guard % 'DISABLE'}" for guard in guards]
        on = [f"ALTER TABLE {guard % 'ENABLE'}" for guard in guards]
        return [*off, *statements, *on, *urns]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
