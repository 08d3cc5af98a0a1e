"""What rounds ask of those who speak for workplaces."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.models import Round
from planning.selectors import duties as selectors
from planning.wording import duties as wording
from planning.wording import line_tables
from planning.wording import lines as line_wording
from planning.wording.duties import Duty
from planning.wording.minutes import DUTY, LINE_REVIEW, LINE_ROW, minutes
from workplaces.authority import Hat
from workplaces.models.fields import localised
from workplaces.presentation import figures


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
