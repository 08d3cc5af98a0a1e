"""What rounds, and a year that ends, ask of those who speak for workplaces."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.models import Cycle, Round
from planning.policies_reports import can_report
from planning.selectors import duties as selectors
from planning.selectors.cycles import phase_dates
from planning.selectors.reports import due_of, plan_reported
from planning.wording import duties as wording
from planning.wording import line_tables, reports
from planning.wording import lines as line_wording
from planning.wording.duties import Duty
from planning.wording.minutes import DUTY, LINE_REVIEW, LINE_ROW, REPORT_ROW, minutes
from workplaces.authority import Hat
from workplaces.models.fields import localised
from workplaces.presentation import figures

BEFORE = timedelta(
    days=31
)  # how long before the year is settled, where that is announced, reports are asked for


def as_delegate(hat: Hat, name: str = "") -> str:
    """Return in which hat something is put to a person."""
    return _("as delegate of %(name)s") % {"name": name} if name else _("as %(hat)s") % {"hat": hat.label}


def line_duties(round: Round, lines: list[Any], hats: dict[int, Hat]) -> list[Duty]:
    """Return a duty a workplace: its table, or the page of its one line."""
    waiting: dict[int, list[Any]] = {}
    for row in lines:
        if row.asked and row.answer is None:
            waiting.setdefault(row.workplace_id, []).append(row)
    return [
        _line_duty(round, rows[0], hats[place]) if len(rows) == 1 else _lines_duty(round, rows, hats[place])
        for place, rows in [*waiting.items()][: selectors.LIMIT]
    ]


def _lines_duty(round: Round, rows: list[Any], hat: Hat) -> Duty:
    name = localised(rows[0].workplace, rows[0].workplace_names)
    return Duty(
        question=line_tables.table_question(name, len(rows)),
        hat=as_delegate(hat, name),
        detail=_("One table, an answer a row."),
        silence=line_tables.table_silence(name),
        url=reverse("planning:lines_review", args=[round.cycle.year, round.number, rows[0].workplace_public]),
        action=_("Answer"),
        minutes=minutes(LINE_ROW * len(rows) + DUTY),
        due=round.answers_close_at,
    )


def _line_duty(round: Round, row: Any, hat: Hat) -> Duty:
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, get_language())
    return Duty(
        question=line_wording.question(localised(row.product, row.names), row.proposed, row.suggested),
        hat=as_delegate(hat, localised(row.workplace, row.workplace_names)),
        detail=wording.line_detail(round.number, proposed, suggested),
        silence=line_wording.silence(proposed),
        url=reverse("planning:line_review", args=[round.cycle.year, round.number, row.public_id]),
        action=_("Answer"),
        minutes=minutes(LINE_REVIEW + DUTY),
        due=round.answers_close_at,
    )


def report_duties(cycle: Cycle, hats: dict[int, Hat], now: datetime) -> list[Duty]:
    """Ask, a duty a workplace, what it made: while the plan is in force, or from a month before the announced settlement."""
    if not hats or not can_report(cycle):
        return []
    announced = phase_dates(cycle).get(Cycle.Phase.SETTLEMENT)
    due = datetime.combine(announced.begins, time(), tzinfo=UTC) if announced else None
    plan = plan_reported(cycle) if due is None or now >= due - BEFORE else None
    if plan is None:
        return []
    waiting = {place: found.planned for place, found in due_of(cycle, plan, hats).items() if found.planned}
    works = selectors.workplaces_by_entity(plan.scenario, waiting)
    return [
        Duty(
            question=reports.question(works[place].label, cycle.year),
            hat=as_delegate(hats[place], works[place].label),
            detail=reports.detail(left),
            silence=reports.silence(),
            url=reverse("planning:report", args=[cycle.year, works[place].public_id]),
            action=_("Report"),
            minutes=minutes(REPORT_ROW * left + DUTY),
            due=due,
        )
        for place, left in [*waiting.items()][: selectors.LIMIT]
        if place in works
    ]
