"""Writing a plan: COPY for what is new, one statement per block for what changes, and notes for the undo."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from workplaces.importing.drafts import Draft, Ref, Table
from workplaces.importing.existing import ORDER
from workplaces.importing.planning import Change, ImportPlan
from workplaces.loading import analyze, copy_rows, reserve_ids
from workplaces.models import ImportBatch, ImportedRow, Person, ScenarioRow

BLOCK = 1000
# From here on the database needs fresh statistics to plan what follows in the same transaction.
MANY = 2000
Keys = dict[Ref, int]


def write(plan: ImportPlan, batch: ImportBatch, by: Person | None) -> dict[Table, list[int]]:
    """Write all of a plan without faults, note each row in the batch, return the ids made by table."""
    keys: Keys = {}
    made: dict[Table, list[int]] = {}
    for table in ORDER:
        drafts, changes = plan.make.get(table, []), plan.change.get(table, [])
        ids = _make(table, drafts, plan, by, keys)
        overlays = [change for change in changes if not change.is_own]
        versions = _versions(table, overlays, plan, by)
        _note(batch, table, ids + versions)
        _change(batch, table, [change for change in changes if change.is_own])
        if ids:
            made[table] = ids
    big = [table for table, ids in made.items() if len(ids) >= MANY]
    if big:
        analyze(*big)
    return made


def _make(
    table: Table, drafts: Sequence[Draft], plan: ImportPlan, by: Person | None, keys: Keys
) -> list[int]:
    if not drafts:
        return []
    ids = [int(pk) for pk in reserve_ids(table, len(drafts))]
    keys |= {Ref(table, draft.key): pk for draft, pk in zip(drafts, ids, strict=True)}
    rows = [{name: _resolved(value, keys) for name, value in draft.values.items()} for draft in drafts]
    _copy(table, rows, ids, _everywhere(table, plan, by))
    return ids


def _versions(table: Table, changes: Sequence[Change], plan: ImportPlan, by: Person | None) -> list[int]:
    """Write new versions of rows that an ancestor scenario holds (copy on write)."""
    if not changes:
        return []
    ids = [int(pk) for pk in reserve_ids(table, len(changes))]
    left = {"id", "scenario", "origin", "created_by"}
    names = [f.attname for f in table._meta.concrete_fields if not f.generated and f.name not in left]
    rows = []
    for change in changes:
        row = {name: getattr(change.row, name) for name in names} | change.draft.values
        rows.append(row | {"origin_id": change.row.entity_id})  # type: ignore[attr-defined]
    _copy(table, rows, ids, _everywhere(table, plan, by))
    return ids


def _everywhere(table: Table, plan: ImportPlan, by: Person | None) -> dict[str, Any]:
    names = {field.attname for field in table._meta.concrete_fields}
    same: dict[str, Any] = {}
    if issubclass(table, ScenarioRow):
        same["scenario_id"] = plan.scenario.pk
    if "created_by_id" in names:
        same["created_by_id"] = by.pk if by else None
    if "offered_by_id" in names:
        same["offered_by_id"] = by.pk if by else None
    return same


def _copy(table: Table, rows: Sequence[dict[str, Any]], ids: Sequence[int], same: dict[str, Any]) -> None:
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    copy_rows(table, {**columns, **same, "id": np.array(ids, np.int64)}, count=len(rows))


def _resolved(value: Any, keys: Keys) -> Any:
    return keys[value] if isinstance(value, Ref) else value


def _change(batch: ImportBatch, table: Table, changes: Sequence[Change]) -> None:
    """Overwrite rows of the scenario itself; what they held before goes into the batch."""
    if not changes:
        return
    before = {
        change.row.pk: {name: getattr(change.row, name) for name in change.differing} for change in changes
    }
    names = sorted({name for change in changes for name in change.differing})
    for change in changes:
        for name in change.differing:
            setattr(change.row, name, change.draft.values[name])
    fields = [table._meta.get_field(name.removesuffix("_id")).name for name in names]
    table._default_manager.bulk_update([change.row for change in changes], fields, batch_size=BLOCK)
    after = digests(table, list(before))
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(
                batch=batch, table=table._meta.db_table, row_id=pk, before=_plain(old), after=after[pk]
            )
            for pk, old in before.items()
        ],
        batch_size=BLOCK,
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    import json

    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def _note(batch: ImportBatch, table: Table, ids: Sequence[int]) -> None:
    if not ids:
        return
    after = digests(table, ids)
    columns = {"batch_id": batch.pk, "table": table._meta.db_table, "row_id": np.array(ids, np.int64)}
    copy_rows(ImportedRow, {**columns, "before": None, "after": [after[pk] for pk in ids]}, count=len(ids))


def digests(table: type[Model], ids: Sequence[int]) -> dict[int, str]:
    """Return the MD5 of each row as PostgreSQL writes it, by id; a row that is gone is left out.

    A person's sign-ins, password and flags are their own affair and do not count.
    """
    own = {"last_login", "password", "is_active", "is_staff", "is_superuser"} if table is Person else set()
    quote = connection.ops.quote_name
    columns = sorted(
        str(f.column) for f in table._meta.concrete_fields if not f.generated and f.name not in own
    )
    row = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, md5(ROW({row})::text) FROM {quote(table._meta.db_table)} WHERE id = ANY(%s)",  # noqa: S608
            [list(ids)],
        )
        return dict(cursor.fetchall())
