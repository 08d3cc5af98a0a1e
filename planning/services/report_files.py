"""A workplace's table of what it made, filled in elsewhere: the page's own download, with the output of each line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.models import Cycle, OutputReport, Plan
from planning.selectors.reports import lines_made
from planning.services.reports import NOTE_LIMIT, Made, outputs_report
from workplaces.errors import Invalid
from workplaces.importing.columns import Column, Marks, choice, figure, text
from workplaces.importing.errors import ImportRefused, RowError
from workplaces.importing.reading import Options, Record, Sheet, read_sheet
from workplaces.models import Person, Workplace


def line_id(cell: str, marks: Marks) -> UUID:  # noqa: ARG001
    """Read a line's id, as the download states it."""
    try:
        return UUID(cell)
    except ValueError as error:
        raise ValueError(
            _("“%(cell)s” is no line's id; take the one from the download.") % {"cell": cell}
        ) from error


COLUMNS: Sequence[Column] = (
    Column("line", line_id, gettext_lazy("the line's id, as the download states it"), "", required=True),
    Column("product_code", text(), gettext_lazy("for reading only"), "bread"),
    Column("product", text(), gettext_lazy("for reading only"), "Bread"),
    Column("unit", text(), gettext_lazy("for reading only"), "t"),
    Column("planned", text(), gettext_lazy("for reading only"), "95"),
    Column("made", figure(), gettext_lazy("what was made, in the line's unit; empty: nothing is said"), "90", is_figure=True),
    Column("cause", choice(OutputReport.Cause), gettext_lazy("inputs, equipment, people, demand or other"), "inputs"),
    Column("note", text(NOTE_LIMIT), gettext_lazy("a note, if you want"), "No flour in May."),
)  # fmt: skip
HEADER = [column.name for column in COLUMNS]


def report_rows(rows: Sequence[Any], name: Any) -> list[list[Any]]:
    """Return lines as the download has them; ``name`` says a row's product in the reader's language."""
    return [[str(r.public_id), r.code, name(r), r.unit, r.planned, r.made, r.cause, r.note] for r in rows]


def file_report(
    *, cycle: Cycle, plan: Plan, workplace: Workplace, file: tuple[str, bytes], options: Options, by: Person, now: datetime
) -> int:  # fmt: skip
    """Report what the file (name, content) states; a row without an output says nothing, and changes nothing.

    Raises ImportRefused with every fault and its row, in which case nothing is reported; otherwise as ``outputs_report``.
    """
    sheet = read_sheet(file[0], file[1], COLUMNS, options)
    known = {row.public_id: row.entity_id for row in lines_made(cycle, plan, [workplace.entity_id])}
    made, places = _made(sheet, known, workplace)
    if sheet.errors:
        raise ImportRefused(sheet.errors)
    try:
        return outputs_report(cycle=cycle, workplace=workplace, made=made, by=by, now=now)
    except Invalid as refused:
        faults = [
            RowError(file[0], places[line], "made", refused.fields[f"line:{line}"])
            for line in made
            if f"line:{line}" in refused.fields
        ]
        raise ImportRefused(faults) from refused


def _made(
    sheet: Sheet, known: Mapping[UUID, int], workplace: Workplace
) -> tuple[dict[int, Made], dict[int, int]]:
    """Return what is said by line (entity id), and in which row; lines of others and lines told twice are faults."""
    made: dict[int, Made] = {}
    places: dict[int, int] = {}
    for record in sheet.records:
        line = known.get(record["line"])
        if line is None:
            sheet.fault(
                record.number,
                "line",
                _("%(name)s has no such line in this plan.") % {"name": workplace.label},
            )
        elif line in places:
            words = {"row": places[line]}
            sheet.fault(record.number, "line", _("This line stands in row %(row)s already.") % words)
        else:
            places[line] = record.number
            if record["made"] is not None:
                made[line] = _said(record)
    return made, places


def _said(record: Record) -> Made:
    return Made(record["made"], record["cause"] or "", record["note"] or "")
