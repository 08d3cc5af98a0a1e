"""Undoing a batch: only while its rows are as it left them and nothing else refers to them."""

from collections import defaultdict

from django.db import connection, models
from django.utils.translation import gettext as _

from workplaces.importing.drafts import Table
from workplaces.importing.existing import ORDER
from workplaces.importing.writing import digests
from workplaces.models import (
    ImportBatch,
    ImportedRow,
    Line,
    Occupation,
    Person,
    Product,
    Resource,
    Technology,
)

Made = dict[Table, list[int]]
# Ids that stand in arrays, where no foreign key holds them: (table, array, what it names).
ARRAYS: tuple[tuple[Table, str, Table], ...] = (
    (Line, "own_input_product", Product),
    (Line, "own_labour_occupation", Occupation),
    (Technology, "output_product", Product),
    (Technology, "input_product", Product),
    (Technology, "labour_occupation", Occupation),
    (Technology, "resource", Resource),
)


def made_by(batch: ImportBatch) -> Made:
    """Return the ids of the rows that the batch made, by table."""
    tables = {table._meta.db_table: table for table in ORDER}
    made: Made = defaultdict(list)
    rows = batch.made.filter(before__isnull=True).order_by("pk").values_list("table", "row_id")
    for name, pk in rows:
        made[tables[name]].append(pk)
    return dict(made)


def touched(batch: ImportBatch) -> list[str]:
    """Return a sentence for each table in which rows of the batch were changed or removed since."""
    tables = {table._meta.db_table: table for table in ORDER}
    left: dict[Table, dict[int, str]] = defaultdict(dict)
    for name, pk, after in batch.made.order_by("pk").values_list("table", "row_id", "after"):
        left[tables[name]][pk] = after
    sentences = []
    for table, rows in left.items():
        now = digests(table, list(rows))
        other = sum(now.get(pk) != after for pk, after in rows.items())
        if other:
            sentences.append(_counted(other, table, _("were changed or removed since")))
    return sentences


def references(batch: ImportBatch, made: Made) -> list[str]:
    """Return a sentence for each table whose rows refer to rows of the batch."""
    sentences = []
    for table in made:
        for other, field in _pointing_at(table):
            rows = other._base_manager.filter(**{f"{field}__in": _ids(batch, table)})
            own = _ids(batch, other) if other in ORDER else []
            found = rows.exclude(pk__in=own).count()
            if found:
                sentences.append(_refers(found, other, table))
    for holder, array, named in ARRAYS:
        found = _in_arrays(batch, holder, array, named) if named in made else 0
        if found:
            sentences.append(_refers(found, holder, named))
    if Person in made:
        people = Person.objects.filter(pk__in=_ids(batch, Person))
        signed_in = people.filter(last_login__isnull=False).count()
        if signed_in:
            sentences.append(_counted(signed_in, Person, _("have signed in since")))
    return sorted(set(sentences))


def delete(made: Made) -> None:
    """Delete the rows, last table first; the database checks every reference before this returns."""
    with connection.cursor() as cursor:
        for table in reversed(ORDER):
            if table in made:
                name = connection.ops.quote_name(table._meta.db_table)
                cursor.execute(f"DELETE FROM {name} WHERE id = ANY(%s)", [made[table]])  # noqa: S608
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def restore(batch: ImportBatch) -> int:
    """Give the rows that the batch changed the values they had before; return how many."""
    tables = {table._meta.db_table: table for table in ORDER}
    count = 0
    for note in batch.made.filter(before__isnull=False).order_by("pk").iterator(chunk_size=1000):
        table = tables[note.table]
        fields = {field.attname: field for field in table._meta.concrete_fields}
        values = {name: fields[name].to_python(value) for name, value in (note.before or {}).items()}
        count += table._default_manager.filter(pk=note.row_id).update(**values)
    return count


def _ids(batch: ImportBatch, table: Table) -> models.QuerySet[ImportedRow, int]:
    """Return the ids that the batch made in a table, as a subquery: a file may have made a hundred thousand."""
    return batch.made.filter(before__isnull=True, table=table._meta.db_table).values_list("row_id", flat=True)


def _in_arrays(batch: ImportBatch, holder: Table, array: str, named: Table) -> int:
    """Count the rows of ``holder``, not made by the batch itself, whose array names a row that it made."""
    table = connection.ops.quote_name(holder._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT h.id) FROM {table} h, unnest(h.{array}) named, workplaces_importedrow made"  # noqa: S608
            " WHERE made.batch_id = %s AND made.table = %s AND made.before IS NULL AND made.row_id = named"
            " AND NOT EXISTS (SELECT 1 FROM workplaces_importedrow own WHERE own.batch_id = made.batch_id"
            "   AND own.table = %s AND own.before IS NULL AND own.row_id = h.id)",
            [batch.pk, named._meta.db_table, holder._meta.db_table],
        )
        return int(cursor.fetchone()[0])


def _pointing_at(table: Table) -> list[tuple[Table, str]]:
    """Return every (table, foreign key) that points at this one, those without a way back included."""
    relations = table._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if isinstance(relation, models.ManyToOneRel) and isinstance(relation.field, models.ForeignKey)
    ]


def _refers(count: int, holder: Table, named: Table) -> str:
    return _("%(count)s %(holders)s refer to %(rows)s of this file.") % {
        "count": count,
        "holders": holder._meta.verbose_name_plural,
        "rows": named._meta.verbose_name_plural,
    }


def _counted(count: int, table: Table, what: str) -> str:
    return f"{count} {table._meta.verbose_name_plural} {what}."
