"""The lines of a workplace in a round, answered for in one table."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import permissions, policies
from planning.forms import LineAnswerRow
from planning.models import Response, Round
from planning.models.answers import Source
from planning.selectors import lines as selectors
from planning.services.answers import Answer, line_answer
from planning.services.saying import at_most
from planning.views.answering import fields, shown, stand, table, take
from planning.views.common import crumbs, moment, page, person, round_or_404
from planning.views.demand import Tally
from planning.wording import line_tables as wording
from planning.wording.duties import minute_words
from planning.wording.minutes import LINE_ROW, minutes
from workplaces.errors import Refused
from workplaces.models import Line, Workplace
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@dataclass(frozen=True)
class Place:
    """A workplace in a round: its lines as the published iteration would change them."""

    round: Round
    workplace: Workplace
    rows: list[Any]

    @cached_property
    def lines(self) -> dict[int, Line]:
        """The lines of the rows, by the rows' ids."""
        return Line.objects.select_related("product").in_bulk([row.id for row in self.rows])


@login_required
@require_http_methods(["GET", "POST"])
def lines_review(request: HttpRequest, year: int, number: int, public_id: UUID) -> HttpResponseBase:
    """Show what the round suggests for a workplace's lines, and take its answers."""
    round = round_or_404(year, number)
    found = Workplace.objects.in_scenario(round.scenario).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    run = round.published_run
    place = Place(round, found, selectors.suggested_lines(round, run, found) if run else [])
    if request.GET.get("format") == "csv":
        return _csv(place)
    if request.method == "POST":
        return _answer(request, place)
    return _page(request, place, _forms(place, None))


def _speaks(request: HttpRequest, place: Place) -> bool:
    """Say whether the reader speaks for the workplace: one line stands for all."""
    on = moment().date()
    return any(
        permissions.can_speak_for_line(person(request), line, on) for line in [*place.lines.values()][:1]
    )


def _forms(place: Place, data: Any) -> list[LineAnswerRow]:
    """Return a form a row; one that the browser did not send is not bound."""
    return [LineAnswerRow(**fields(data, row, "l"), answers=_answers(row)) for row in place.rows]


def _answers(row: Any) -> list[tuple[str, str]]:
    """Return the answers to choose from, each with its figure; what has been answered stays answered."""
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, get_language())
    given = [
        (Response.Kind.ACCEPT.value, _("accept %(figure)s") % {"figure": suggested}),
        (Response.Kind.COUNTER.value, _("another figure")),
        (Response.Kind.FIRM.value, _("hold firm at %(figure)s") % {"figure": proposed}),
    ]
    return given if row.answer else [("", _("no answer yet")), *given]


def _answer(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Take the answers that were changed, and acceptance of the rest if that was asked for."""
    forms, by, now = _forms(place, request.POST), person(request), moment()

    def write(row: Any, answer: Answer) -> None:
        line_answer(round=place.round, line=place.lines[row.id], answer=answer, by=by, now=now)

    rest = request.POST.get("rest") == Response.Kind.ACCEPT
    tally, problem = take(forms, place.rows, rest=rest, mine=_speaks(request, place), write=write)
    if problem or tally.wrong or tally.asked:
        response = _page(request, place, forms, problem, tally)
        response.status_code = problem.status if problem else 422
        return response
    messages.success(request, stand(tally.written))
    return redirect(request.path)


def _page(
    request: HttpRequest,
    place: Place,
    forms: list[LineAnswerRow],
    refused: Refused | None = None,
    tally: Tally | None = None,
) -> HttpResponse:
    round, workplace = place.round, place.workplace
    mine = _speaks(request, place)
    listed = table([_row(row, form) for row, form in zip(place.rows, forms, strict=True)], tally)
    waiting = listed["open"]
    own = workplace.band
    band = float(own if own is not None else round.cycle.rules["band"])
    context = {
        "round": round,
        "cycle": round.cycle,
        "workplace": workplace,
        "mine": mine,
        "can_answer": mine and policies.can_answer(round, moment()),
        **listed,
        "table": "planning/_line_rows.html",
        "about": minute_words(minutes(LINE_ROW * waiting)),
        "mandate": wording.mandate(band, voted=own is not None),
        "silence": wording.table_silence(workplace.label),
        "title": wording.table_title(
            workplace.label, len(listed["asked"]), waiting, published=bool(place.rows)
        ),
        "crumb_items": crumbs(
            round.cycle,
            (str(round), reverse("planning:round", args=[round.cycle.year, round.number])),
            (workplace.label, reverse("planning:workplace", args=[round.cycle.year, workplace.public_id])),
            (_("Lines"), ""),
        ),
    }
    return page(request, "planning/lines_review.html", context, refused)


def _row(row: Any, form: LineAnswerRow) -> dict[str, Any]:
    change = row.suggested - row.proposed
    common = shown(row, form)
    return {
        **common,
        "line": row.public_id,
        "limits": _("at most %(ceiling)s") % {"ceiling": at_most(row.ceiling, row.unit)},
        "why": wording.why_row(
            product=common["product"], imbalance=-(row.imbalance_before or 0.0), change=change
        ),
        "by": _("simulated") if row.source == Source.SIMULATED else row.by or "",
    }


def _csv(place: Place) -> HttpResponseBase:
    return csv_response(
        filename=f"lines-{place.round.cycle.year}-{place.round.number}-{place.workplace.code}",
        header=["product_code", "product", "unit", "proposed", "suggested", "asked", "answer", "figure", "reason"],
        rows=(
            [
                r.code, localised(r.product, r.names), r.unit, r.proposed, r.suggested, r.asked, r.answer, r.figure, r.reason,
            ]
            for r in place.rows
        ),
    )  # fmt: skip
