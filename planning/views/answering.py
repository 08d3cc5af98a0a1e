"""A table of suggested changes, answered row by row: the same for a workplace's lines and a place's consumption."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.forms import AnswerRow
from planning.models import Response
from planning.services.answers import Answer
from planning.views.demand import Tally, asked_back, asks
from planning.wording.demand import answer_label
from planning.wording.lines import SAME
from planning.wording.reading import in_unit, typed
from workplaces.errors import Forbidden, Refused
from workplaces.models.fields import localised
from workplaces.presentation import figures


def take(
    forms: Sequence[AnswerRow],
    rows: Sequence[Any],
    *,
    rest: bool,
    mine: bool,
    write: Callable[[Any, Answer], object],
) -> tuple[Tally, Refused | None]:
    """Write the answers that were changed, and acceptance of the rest if that was asked for.

    Each row that is refused or asked about says why, the others stand; what concerns no row ends it and is returned.
    """
    given = 0
    problem: Refused | None = None if rows else Forbidden(_("There is nothing to answer here."))
    for form, row in zip(forms, rows, strict=True):
        answer = _given(form, row, rest=rest, mine=mine)
        if answer is None:
            continue
        try:
            write(row, answer)
            given += 1
        except Refused as refused:
            if not refused.fields:
                problem = refused
                break
            form.refuse(refused)
    wrong = sum(bool(form.is_bound and form.errors) for form in forms)
    return Tally(given, wrong, asked_back(forms)), problem


def _given(form: AnswerRow, row: Any, *, rest: bool, mine: bool) -> Answer | None:
    """Return the answer to one row: as typed; acceptance where the rest is accepted and nobody has said otherwise."""
    if form.is_bound and form.has_changed() and not form.is_valid():
        return None
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if form.has_changed() and data.get("kind"):
        counters = data["kind"] == Response.Kind.COUNTER
        if counters and mine and asks(form, row, "figure"):
            return None
        return Answer(kind=data["kind"], figure=data["figure"], reason=data["reason"])
    if rest and row.asked and not row.answer:
        return Answer(kind=Response.Kind.ACCEPT)
    return None


def fields(data: Any, row: Any, letter: str) -> dict[str, Any]:
    """Return what a row's form is made of: what the browser sent of it, if it did, and what has been answered."""
    prefix = f"{letter}{row.entity_id}"
    counters = row.answer == Response.Kind.COUNTER
    return {
        "data": data if data is not None and f"{prefix}-kind" in data else None,
        "prefix": prefix,
        "initial": {
            "kind": row.answer or "",
            "figure": typed(row.figure, get_language()) if counters else "",
            "reason": row.reason or "",
        },
    }


def shown(row: Any, form: AnswerRow) -> dict[str, Any]:
    """Return what every table shows of a row: the change, what was answered, its form."""
    lang = get_language()
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, lang)
    base = abs(row.proposed) or abs(row.suggested) or 1.0
    return {
        "form": form,
        "product": localised(row.product, row.names),
        "unit": row.unit,
        "proposed": proposed,
        "suggested": suggested,
        "plain": in_unit(row.suggested, row.unit),
        "change": (row.suggested - row.proposed) / base,
        "asked": row.asked,
        "changed": abs(row.suggested - row.proposed) > SAME * base,
        "answer": answer_label(row.answer or ""),
        "figure": "" if row.figure is None else figures.quantity(row.figure, row.unit, lang),
        "reason": row.reason or "",
    }


def table(listed: Sequence[dict[str, Any]], tally: Tally | None) -> dict[str, Any]:
    """Return the rows by what they ask, and how many wait (``open``)."""
    asked = [item for item in listed if item["asked"]]
    inside = [item for item in listed if not item["asked"] and item["changed"]]
    return {
        "asked": asked,
        "inside": inside,
        "same": len(listed) - len(asked) - len(inside),
        "tally": tally or Tally(),
        "open": sum(not item["answer"] for item in asked),
    }


def stand(given: int) -> str:
    """Return what became of a table of answers."""
    if not given:
        return _("Nothing was changed.")
    return ngettext("%(count)s answer stands.", "%(count)s answers stand.", given) % {"count": given}
