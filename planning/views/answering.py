"""A table of suggested changes, answered row by row: the same for a workplace's lines and a place's consumption."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.forms import AnswerRow
from planning.models import Response
from planning.services.answers import Answer
from planning.views.demand import Tally, asked_back, asks
from workplaces.errors import Forbidden, Refused


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


def stand(given: int) -> str:
    """Return what became of a table of answers."""
    if not given:
        return _("Nothing was changed.")
    return ngettext("%(count)s answer stands.", "%(count)s answers stand.", given) % {"count": given}
