"""Consumption of a community or region: proposed in one table, answered for in one table."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from planning import permissions, policies
from planning.forms import AnswerRow, QuantityRow
from planning.models import Cycle, Round
from planning.selectors import demand as selectors
from planning.services.answers import Answer, consumption_set, demand_answer
from planning.services.cycles import standing
from planning.views.common import crumbs, cycle_or_404, moment, page, person, round_or_404
from planning.wording import demand as wording
from planning.wording.reading import typed
from workplaces.errors import Forbidden, Refused
from workplaces.models import DemandLine, Region
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@login_required
@require_GET
def place_list(request: HttpRequest, year: int) -> HttpResponse:
    """List the communities and regions with consumption to plan."""
    cycle = cycle_or_404(year)
    rows = selectors.places_with_demand(cycle.baseline)
    kinds = dict(Region.Kind.choices)
    context = {
        "cycle": cycle,
        "places": [
            {"code": r.code, "name": localised(r.name, r.names), "kind": kinds[r.kind], "lines": r.lines}
            for r in rows
        ],
        "crumb_items": crumbs(cycle, (_("Consumption"), "")),
    }
    return page(request, "planning/place_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def consumption(request: HttpRequest, year: int, code: str) -> HttpResponseBase:
    """Show what a place wants to use; while proposals are open its delegate writes it here."""
    cycle = cycle_or_404(year)
    region = get_object_or_404(Region, code=code)
    scenario = standing(cycle) or _last(cycle)
    rows = selectors.standing_demand(scenario, region)
    if not rows:
        raise Http404
    if request.GET.get("format") == "csv":
        return _standing_csv(cycle, region, rows)
    if request.method == "POST":
        return _propose(request, cycle, region, rows)
    return _consumption_page(request, cycle, region, rows, _forms(rows, None))


def _last(cycle: Cycle) -> Any:
    last = cycle.rounds.select_related("scenario").order_by("-number").first()
    return last.scenario if last else cycle.baseline


def _stands(row: Any) -> float:
    return float(row.last if row.quantity is None else row.quantity)


def _forms(rows: list[Any], data: Any) -> list[QuantityRow]:
    lang = get_language()
    return [
        QuantityRow(data, prefix=f"d{row.entity_id}", initial={"quantity": typed(_stands(row), lang)})
        for row in rows
    ]


def _line(row: Any) -> DemandLine:
    return DemandLine.objects.get(pk=row.id)


def _propose(request: HttpRequest, cycle: Cycle, region: Region, rows: list[Any]) -> HttpResponseBase:
    """Write the rows that were changed; each row that is refused says why, the others stand."""
    present = [row for row in rows if f"d{row.entity_id}-quantity" in request.POST]
    forms = _forms(rows, request.POST)
    for form, row in zip(forms, rows, strict=True):
        if row not in present:
            form.is_bound = False
    by, now, written = person(request), moment(), 0
    problem: Refused | None = None
    for form, row in zip(forms, rows, strict=True):
        if not form.is_bound or not form.has_changed() or not form.is_valid():
            continue
        try:
            consumption_set(
                cycle=cycle, demand_line=_line(row), quantity=form.cleaned_data["quantity"], by=by, now=now
            )
            written += 1
        except Refused as refused:
            if not refused.fields:
                problem = refused
                break
            form.refuse(refused)
    wrong = sum(bool(form.is_bound and form.errors) for form in forms)
    if problem or wrong:
        response = _consumption_page(
            request, cycle, region, rows, forms, problem, written=written, wrong=wrong
        )
        response.status_code = problem.status if problem else 422
        return response
    messages.success(
        request,
        ngettext("%(count)s figure was written.", "%(count)s figures were written.", written)
        % {"count": written}
        if written
        else _("Nothing was changed."),
    )
    return redirect(request.get_full_path())


def _consumption_page(
    request: HttpRequest,
    cycle: Cycle,
    region: Region,
    rows: list[Any],
    forms: list[QuantityRow],
    refused: Refused | None = None,
    *,
    written: int = 0,
    wrong: int = 0,
) -> HttpResponse:
    lang, now = get_language(), moment()
    mine = permissions.can_speak_for_demand(person(request), _line(rows[0]), now.date())
    text = request.GET.get("q", "").strip().casefold()
    categories = {k: str(v) for k, v in DemandLine.Category.choices}
    listed = [
        {
            "form": form,
            "product": localised(row.product, row.names),
            "code": row.code,
            "category": categories[row.category],
            "unit": row.unit,
            "last": figures.quantity(row.last, row.unit, lang),
            "stands": figures.quantity(_stands(row), row.unit, lang),
            "change": (_stands(row) - row.last) / abs(row.last) if row.last else None,
            "floor": figures.quantity(row.floor, row.unit, lang) if row.floor > 0 else "",
        }
        for row, form in zip(rows, forms, strict=True)
        if not text or text in localised(row.product, row.names).casefold() or form.errors
    ]
    latest = cycle.rounds.order_by("-number").first()
    context = {
        "cycle": cycle,
        "region": region,
        "mine": mine,
        "can_propose": mine and policies.can_propose(cycle),
        "rows": listed,
        "total": len(rows),
        "written": written,
        "wrong": wrong,
        "q": request.GET.get("q", ""),
        "latest_round": latest,
        "title": wording.consumption_title(region.label, cycle.year, proposing=policies.can_propose(cycle)),
        "crumb_items": crumbs(
            cycle,
            (_("Consumption"), reverse("planning:places", args=[cycle.year])),
            (region.label, ""),
        ),
    }
    return page(request, "planning/consumption.html", context, refused)


def _standing_csv(cycle: Cycle, region: Region, rows: list[Any]) -> HttpResponseBase:
    return csv_response(
        filename=f"consumption-{cycle.year}-{region.code}",
        header=["product_code", "product", "category", "unit", "last", "floor", "ceiling", "quantity", "source"],
        rows=(
            [
                r.code, localised(r.product, r.names), r.category, r.unit, r.last, r.floor, r.ceiling, _stands(r),
                r.source or "last_year",
            ]
            for r in rows
        ),
    )  # fmt: skip


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
    lang = get_language()
    return [
        AnswerRow(
            data if data is not None and f"d{row.entity_id}-kind" in data else None,
            prefix=f"d{row.entity_id}",
            initial={
                "kind": row.answer or "",
                "figure": typed(row.figure, lang) if row.answer == "counter" else "",
                "reason": row.reason or "",
            },
        )
        for row in rows
    ]


def _answer(request: HttpRequest, round: Round, region: Region, rows: list[Any]) -> HttpResponseBase:
    """Take the answers that were changed; each row that is refused says why, the others stand."""
    forms = _answer_forms(rows, request.POST)
    by, now, given = person(request), moment(), 0
    problem: Refused | None = None
    for form, row in zip(forms, rows, strict=True):
        if (
            not form.is_bound
            or not form.has_changed()
            or not form.is_valid()
            or not form.cleaned_data["kind"]
        ):
            continue
        data = form.cleaned_data
        answer = Answer(kind=data["kind"], figure=data["figure"], reason=data["reason"])
        try:
            demand_answer(round=round, demand_line=_line(row), answer=answer, by=by, now=now)
            given += 1
        except Refused as refused:
            if not refused.fields:
                problem = refused
                break
            form.refuse(refused)
    wrong = sum(bool(form.is_bound and form.errors) for form in forms)
    if problem is None and not rows:
        problem = Forbidden(_("There is nothing to answer here."))
    if problem or wrong:
        response = _review_page(request, round, region, rows, forms, problem, given=given, wrong=wrong)
        response.status_code = problem.status if problem else 422
        return response
    messages.success(
        request,
        ngettext("%(count)s answer stands.", "%(count)s answers stand.", given) % {"count": given}
        if given
        else _("Nothing was changed."),
    )
    return redirect("planning:consumption_review", round.cycle.year, round.number, region.code)


def _review_page(
    request: HttpRequest,
    round: Round,
    region: Region,
    rows: list[Any],
    forms: list[AnswerRow],
    refused: Refused | None = None,
    *,
    given: int = 0,
    wrong: int = 0,
) -> HttpResponse:
    now = moment()
    mine = bool(rows) and permissions.can_speak_for_demand(person(request), _line(rows[0]), now.date())
    can_answer = mine and policies.can_answer(round, now)
    listed = [_review_row(row, form) for row, form in zip(rows, forms, strict=True)]
    asked = [item for item in listed if item["asked"]]
    inside = [item for item in listed if not item["asked"] and item["changed"]]
    context = {
        "round": round,
        "cycle": round.cycle,
        "region": region,
        "mine": mine,
        "can_answer": can_answer,
        "asked": asked,
        "inside": inside,
        "same": len(listed) - len(asked) - len(inside),
        "given": given,
        "wrong": wrong,
        "open": sum(not item["answer"] for item in asked),
        "title": wording.review_title(
            region.label, len(asked), sum(not item["answer"] for item in asked), published=bool(rows)
        ),
        "crumb_items": crumbs(
            round.cycle,
            (str(round), reverse("planning:round", args=[round.cycle.year, round.number])),
            (region.label, ""),
        ),
    }
    return page(request, "planning/consumption_review.html", context, refused)


def _review_row(row: Any, form: AnswerRow) -> dict[str, Any]:
    lang = get_language()
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, lang)
    base = abs(row.proposed) or abs(row.suggested) or 1.0
    return {
        "form": form,
        "product": localised(row.product, row.names),
        "code": row.code,
        "unit": row.unit,
        "category": str(dict(DemandLine.Category.choices)[row.category]),
        "proposed": proposed,
        "suggested": suggested,
        "change": (row.suggested - row.proposed) / base,
        "imbalance": -(row.imbalance_before or 0.0),
        "asked": row.asked,
        "changed": abs(row.suggested - row.proposed) > 1e-9 * base,
        "answer": wording.answer_label(row.answer or ""),
        "figure": "" if row.figure is None else figures.quantity(row.figure, row.unit, lang),
        "reason": row.reason or "",
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
