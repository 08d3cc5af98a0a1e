"""Consumption of a community or region, answered for in one table."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import policies
from planning.forms import AnswerRow
from planning.models import Response, Round
from planning.selectors import demand as selectors
from planning.services.answers import Answer, demand_answer
from planning.views.answering import fields, shown, stand, table, take
from planning.views.common import crumbs, moment, page, person, round_or_404
from planning.views.demand import Tally, lines_of, speaks
from planning.wording import demand as wording
from workplaces.errors import Refused
from workplaces.models import DemandLine, Region
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@login_required
@require_http_methods(["GET", "POST"])
def consumption_review(request: HttpRequest, year: int, number: int, code: str) -> HttpResponseBase:
    """Show what the round suggests for a place's consumption, and take its answers."""
    round = round_or_404(year, number)
    region = get_object_or_404(Region, code=code)
    run = round.published_run
    rows = selectors.suggested_demand(round, run, region) if run else []
    if request.GET.get("format") == "csv":
        return _review_csv(round, region, rows)
    if request.method == "POST":
        return _answer(request, round, region, rows)
    return _review_page(request, round, region, rows, _answer_forms(rows, None))


def _answer_forms(rows: list[Any], data: Any) -> list[AnswerRow]:
    return [AnswerRow(**fields(data, row, "d")) for row in rows]


def _answer(request: HttpRequest, round: Round, region: Region, rows: list[Any]) -> HttpResponseBase:
    """Take the answers that were changed, and acceptance of the rest if that was asked for."""
    forms, lines = _answer_forms(rows, request.POST), lines_of(rows)
    by, now = person(request), moment()

    def write(row: Any, answer: Answer) -> None:
        demand_answer(round=round, demand_line=lines[row.id], answer=answer, by=by, now=now)

    rest = request.POST.get("rest") == Response.Kind.ACCEPT
    tally, problem = take(forms, rows, rest=rest, mine=speaks(request, rows), write=write)
    if problem or tally.wrong or tally.asked:
        response = _review_page(request, round, region, rows, forms, problem, tally)
        response.status_code = problem.status if problem else 422
        return response
    messages.success(request, stand(tally.written))
    return redirect("planning:consumption_review", round.cycle.year, round.number, region.code)


def _review_page(
    request: HttpRequest,
    round: Round,
    region: Region,
    rows: list[Any],
    forms: list[AnswerRow],
    refused: Refused | None = None,
    tally: Tally | None = None,
) -> HttpResponse:
    now = moment()
    mine = speaks(request, rows)
    can_answer = mine and policies.can_answer(round, now)
    listed = table([_review_row(row, form) for row, form in zip(rows, forms, strict=True)], tally)
    context = {
        "round": round,
        "cycle": round.cycle,
        "region": region,
        "mine": mine,
        "can_answer": can_answer,
        **listed,
        "table": "planning/_demand_rows.html",
        "sums": _sums(round, rows) if rows else None,
        "title": wording.review_title(
            region.label, len(listed["asked"]), listed["open"], published=bool(rows)
        ),
        "crumb_items": crumbs(
            round.cycle,
            (str(round), reverse("planning:round", args=[round.cycle.year, round.number])),
            (region.label, ""),
        ),
    }
    return page(request, "planning/consumption_review.html", context, refused)


def _sums(round: Round, rows: list[Any]) -> list[dict[str, str]]:
    """Return the place's whole consumption at last year's prices: last year's, as asked for, as suggested."""
    lang, currency = get_language(), round.scenario.currency
    last = sum(figures.worth(row.last, row.price, row.unit) for row in rows)
    asked = sum(figures.worth(row.proposed, row.price, row.unit) for row in rows)
    suggested = sum(figures.worth(row.suggested, row.price, row.unit) for row in rows)
    return [
        {"label": label, "value": _beside(value, last, currency, lang)}
        for label, value in ((_("Last year"), last), (_("Asked for"), asked), (_("Suggested"), suggested))
    ]


def _beside(value: float, last: float, currency: str, lang: str | None) -> str:
    text = figures.money(value, currency, lang, significant=4)
    return (
        text if value == last or not last else f"{text} ({figures.change((value - last) / abs(last), lang)})"
    )


def _review_row(row: Any, form: AnswerRow) -> dict[str, Any]:
    cost = (row.indicative or 0.0) - (row.dual or 0.0)
    return {
        **shown(row, form),
        "code": row.code,
        "category": str(dict(DemandLine.Category.choices)[row.category]),
        "limits": wording.limits(row.floor, row.ceiling, row.unit),
        "why": wording.why(-(row.imbalance_before or 0.0), (row.dual or 0.0) / cost if cost else 0.0),
    }


def _review_csv(round: Round, region: Region, rows: list[Any]) -> HttpResponseBase:
    return csv_response(
        filename=f"consumption-{round.cycle.year}-{round.number}-{region.code}",
        header=[
            "product_code", "product", "category", "unit", "proposed", "suggested", "asked", "answer", "figure", "reason",
        ],
        rows=(
            [
                r.code, localised(r.product, r.names), r.category, r.unit, r.proposed, r.suggested, r.asked, r.answer,
                r.figure, r.reason,
            ]
            for r in rows
        ),
    )  # fmt: skip
