"""Workplaces report what they made; every version stays, and each report stands in the record with who gave it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from planning import permissions
from planning.models import Cycle, OutputReport, Plan
from planning.policies_reports import check_report
from planning.rules import rule
from planning.selectors.reports import lines_made, plan_reported
from planning.services.plausible import UNIT
from planning.services.saying import at_most, said
from workplaces.errors import Invalid
from workplaces.models import Person, Workplace
from workplaces.models.fields import localised
from workplaces.record.services import entry_append, lock_chain

NOTE_LIMIT = 2000
MANY = 5000  # lines that one request reports on


@dataclass(frozen=True)
class Made:
    """What a workplace says of a line: its output in the product's unit, None to take back what was said; and why."""

    output: float | None
    cause: str = ""
    note: str = ""


@transaction.atomic
def outputs_report(
    *, cycle: Cycle, workplace: Workplace, made: Mapping[int, Made], by: Person, now: datetime
) -> int:
    """Take what a workplace made of its lines (by entity id) in the year; return of how many something new was said.

    What stands already is not said anew. One report is taken after the other, and settling the year waits for those under
    way. Raises Forbidden (no delegate of the workplace), TooLate (no plan in force, or the year is settled), Invalid with
    a sentence for each line (``line:<entity id>``) of which none is taken, and then nothing is.
    """
    hat = permissions.check_report_for(by, workplace, now.date())
    lock_chain()
    plan = _held(cycle)
    rows = {row.entity_id: row for row in lines_made(cycle, plan, [workplace.entity_id])}
    _check(cycle, workplace, rows, made)
    told = [
        _version(cycle, rows[line], one, by, now) for line, one in made.items() if _is_new(rows[line], one)
    ]
    if not told:
        return 0
    OutputReport.objects.bulk_create(told)
    body = {
        "year": cycle.year, "cycle": str(cycle.public_id), "workplace_name": workplace.name, "count": len(told),
        "lines": [_recorded(rows[report.line_id], report) for report in told],
    }  # fmt: skip
    subject = f"workplace:{workplace.public_id}"
    entry_append(kind="output.reported", by=by, hat=hat.label, subject=subject, body=body, now=now)
    return len(told)


def _held(cycle: Cycle) -> Plan:
    """Share-lock the cycle, so that settling waits for reports under way and later reports find it settled."""
    held = Cycle.objects.raw("SELECT * FROM planning_cycle WHERE id = %s FOR SHARE", [cycle.pk])[0]
    check_report(held)
    plan = plan_reported(held)
    assert plan is not None  # noqa: S101  (the policy says so)
    return plan


def _check(cycle: Cycle, workplace: Workplace, rows: Mapping[int, Any], made: Mapping[int, Made]) -> None:
    """Refuse lines of others, and outputs that are no amounts or cannot be meant; all of them at once."""
    wrong: dict[str, str] = {}
    for line, one in made.items():
        row = rows.get(line)
        if row is None:
            wrong[f"line:{line}"] = _("%(workplace)s has no such line in the plan for %(year)s.") % {
                "workplace": workplace.label, "year": cycle.year,
            }  # fmt: skip
        elif sentence := _fault(cycle, row, one):
            wrong[f"line:{line}"] = sentence
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)


def _fault(cycle: Cycle, row: Any, one: Made) -> str:
    """Return what is wrong with what is said of a line; nothing where nothing is."""
    if one.output is None and one.cause:
        return _("A cause belongs to an output; say what was made.")
    if one.cause and one.cause not in OutputReport.Cause.values:
        return _("“%(cause)s” is none of: %(known)s.") % {
            "cause": one.cause[:40], "known": ", ".join(OutputReport.Cause.values),
        }  # fmt: skip
    if len(one.note) > NOTE_LIMIT:
        text = _("The note has %(length)s characters; %(limit)s are the limit.")
        return text % {"length": len(one.note), "limit": NOTE_LIMIT}
    if one.output is None:
        return ""
    if not math.isfinite(one.output):
        return _("This is not a finite number.")
    if one.output < 0:
        return _("%(figure)s is negative; nothing can be made less than nothing.") % {
            "figure": said(one.output)
        }
    times = rule(cycle.rules, "plausible")
    most = times * max(row.planned, row.capacity, row.last, UNIT)
    if one.output > most:
        text = _("%(figure)s of %(product)s cannot be meant: it is more than %(limit)s, %(times)s times the line's own "
                 "largest figure of plan, capacity and last year.")  # fmt: skip
        return text % {
            "figure": said(one.output, row.unit), "product": localised(row.product, row.names), "limit": at_most(most),
            "times": said(times),
        }  # fmt: skip
    return ""


def _is_new(row: Any, one: Made) -> bool:
    """Say whether something is said that does not stand; nothing is taken back that nobody said."""
    if one.output is None:
        return row.made is not None
    return (row.made, row.cause, row.note) != (one.output, one.cause, one.note.strip())


def _version(cycle: Cycle, row: Any, one: Made, by: Person, now: datetime) -> OutputReport:
    return OutputReport(
        cycle_id=cycle.pk, line_id=row.entity_id, version=row.version + 1, output=one.output, cause=one.cause,
        note=one.note.strip(), by=by, at=now,
    )  # fmt: skip


def _recorded(row: Any, report: OutputReport) -> dict[str, Any]:
    return {
        "line": str(row.public_id), "product": row.code, "unit": row.unit, "planned": row.planned, "output": report.output,
        "version": report.version, "cause": report.cause, "note": report.note,
    }  # fmt: skip
