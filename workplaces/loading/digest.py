"""The digest of a scenario: SHA-256 over all of its rows, computed in the database, table by table.

A table's digest is the SHA-256 of its rows' SHA-256, ordered by id; a row is hashed as PostgreSQL writes a
``ROW(…)`` of the named columns as text. The columns are noted beside the digest, so that a column that a later
version adds does not make an old scenario look changed. The scenario's digest is over the tables' digests and
the parent's, so that it stands for everything the scenario shows.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from workplaces.models import Scenario, ScenarioRow

# How figures and dates are written must not depend on who asks.
WRITING = {"extra_float_digits": "1", "DateStyle": "ISO, YMD", "TimeZone": "UTC", "bytea_output": "hex"}


def tables() -> Iterator[type[ScenarioRow]]:
    """Yield every model whose rows belong to a scenario, by table name."""
    rows = [model for model in apps.get_models() if issubclass(model, ScenarioRow)]
    yield from sorted(rows, key=lambda model: model._meta.db_table)


def statement(scenario: Scenario) -> dict[str, Any]:
    """Return what is hashed: scenario, parent's digest and, per table that has rows, rows, columns and digest."""
    found = {model._meta.db_table: table_digest(model, scenario.pk, _columns(model)) for model in tables()}
    return {
        "scenario": str(scenario.public_id),
        "parent": scenario.parent.digest if scenario.parent else None,
        "tables": {name: digest for name, digest in found.items() if digest["rows"]},
    }


def table_digest(model: type[ScenarioRow], scenario: int, columns: list[str]) -> dict[str, Any]:
    """Return ``{"rows": …, "columns": […], "digest": …}`` of one table's rows in a scenario."""
    quote = connection.ops.quote_name
    row = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        for name, value in WRITING.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute(
            f"SELECT count(*), encode(sha256(coalesce(string_agg(sha256(convert_to(ROW({row})::text, 'UTF8')),"  # noqa: S608
            f" ''::bytea ORDER BY id), ''::bytea)), 'hex') FROM {quote(model._meta.db_table)}"
            " WHERE scenario_id = %s",
            [scenario],
        )
        count, digest = cursor.fetchone()
    return {"rows": count, "columns": columns, "digest": digest}


def digest_of(said: dict[str, Any]) -> str:
    """Return the digest over a statement: SHA-256 of its JSON with sorted keys and no spaces."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def differing_tables(scenario: Scenario, said: dict[str, Any]) -> list[str]:
    """Return the tables whose rows are no longer those of the statement ``said`` (none, if all is well)."""
    models = {model._meta.db_table: model for model in tables()}
    return [
        name for name, model in models.items() if not _still(model, scenario.pk, said["tables"].get(name))
    ]


def _still(model: type[ScenarioRow], scenario: int, said: dict[str, Any] | None) -> bool:
    now = table_digest(model, scenario, said["columns"] if said else _columns(model))
    return now == said if said else not now["rows"]


def _columns(model: type[ScenarioRow]) -> list[str]:
    return sorted(str(field.column) for field in model._meta.concrete_fields if not field.generated)
