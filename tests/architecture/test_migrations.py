"""Migrations: none is missing, and the way there is also a way back."""

import re

import pytest
from django.core.management import call_command
from django.db import connection

from councils.clock import time_simulate

# The tests' database was read from an archive, and PostgreSQL prints a condition that it has read back with its casts
# and brackets elsewhere: what they hold is the same.
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")
APPS = ("planning", "councils", "workplaces")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back() -> None:
    """All the way down and up again; what is left at the bottom is nothing of ours."""
    before = _schema()
    for app in APPS:
        call_command("migrate", app, "zero", verbosity=0)
    assert not [name for name in connection.introspection.table_names() if name.startswith(APPS)]
    call_command("migrate", verbosity=0)
    time_simulate()  # as the tests' database does: the table that says so was made anew
    assert _schema() == before


def _schema() -> list[tuple[str, ...]]:
    """Return columns, constraints and triggers of our tables, and our functions."""
    queries = (
        (
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype::text FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        ),
        (
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
            " WHERE NOT tgisinternal"
        ),
        (
            "SELECT proname, md5(prosrc), '', '' FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ),
    )
    found: list[tuple[str, ...]] = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            found += [tuple(CASTS.sub("", text) for text in row) for row in cursor.fetchall()]
    return sorted(found)
