"""Consumption of a community or region, proposed in one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from planning import permissions, policies
from planning.forms import AskingForm, NoteForm, QuantityRow
from planning.models import Cycle
from planning.selectors import demand as selectors
from planning.services.answers import consumption_set
from planning.services.cycles import standing
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.wording import demand as wording
from planning.wording.reading import in_unit, typed
from workplaces.errors import Refused
from workplaces.models import DemandLine, Region
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

SHOWN = 20  # rows until somebody asks for all


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


@dataclass(frozen=True)
class Place:
    """A community or region whose consumption is on the page: its uses as the scenario has them."""

    cycle: Cycle
    region: Region
    rows: list[Any]
    currency: str


@login_required
@require_http_methods(["GET", "POST"])
def consumption(request: HttpRequest, year: int, code: str) -> HttpResponseBase:
    """Show what a place wants to use; while proposals are open its delegate writes it here."""
    cycle = cycle_or_404(year)
    region = get_object_or_404(Region, code=code)
    scenario = standing(cycle) or _last(cycle)
    place = Place(cycle, region, selectors.standing_demand(scenario, region), scenario.currency)
    if not place.rows:
        raise Http404
    if request.GET.get("format") == "csv":
        return _standing_csv(place)
    forms, note = _forms(place, request.POST), NoteForm(request.POST or None)
    if request.method == "GET" or request.POST.get("do") in {"look", "all"}:
        return _consumption_page(request, place, forms, note)
    return _propose(request, place, forms, note)


def _last(cycle: Cycle) -> Any:
    last = cycle.rounds.select_related("scenario").order_by("-number").first()
    return last.scenario if last else cycle.baseline


def _stands(row: Any) -> float:
    return float(row.last if row.quantity is None else row.quantity)


def _forms(place: Place, data: Any) -> list[QuantityRow]:
    """Return a form a row; one that the browser did not send is not bound."""
    lang = get_language()
    return [
        QuantityRow(
            data if f"d{row.entity_id}-quantity" in data else None,
            prefix=f"d{row.entity_id}",
            initial={"quantity": typed(_stands(row), lang)},
        )
        for row in place.rows
    ]


def lines_of(rows: Sequence[Any]) -> dict[int, DemandLine]:
    """Return the final uses of rows, by the rows' ids, in one query."""
    return DemandLine.objects.select_related("product").in_bulk([row.id for row in rows])


def speaks(request: HttpRequest, rows: Sequence[Any]) -> bool:
    """Say whether the reader speaks for the place of these rows: one row stands for all of a place."""
    here = lines_of(rows[:1]).values()
    return any(permissions.can_speak_for_demand(person(request), line, moment().date()) for line in here)


def _propose(
    request: HttpRequest, place: Place, forms: list[QuantityRow], note: NoteForm
) -> HttpResponseBase:
    """Write the rows that were changed; each row that is refused or asked about says why, the others stand."""
    by, now, written = person(request), moment(), 0
    words, mine = note.cleaned_data["note"] if note.is_valid() else "", speaks(request, place.rows)
    problem: Refused | None = None
    lines = lines_of([row for form, row in zip(forms, place.rows, strict=True) if form.is_bound])
    for form, row in zip(forms, place.rows, strict=True):
        if not form.is_bound or not form.has_changed() or not form.is_valid() or (mine and asks(form, row)):
            continue
        quantity = form.cleaned_data["quantity"]
        try:
            consumption_set(
                cycle=place.cycle, demand_line=lines[row.id], quantity=quantity, by=by, now=now, note=words
            )
            written += 1
        except Refused as refused:
            if not refused.fields:
                problem = refused
                break
            form.refuse(refused)
    open_rows = Tally(written, sum(not form.is_valid() for form in forms if form.is_bound), asked_back(forms))
    if problem or open_rows.wrong or open_rows.asked:
        response = _consumption_page(request, place, forms, note, problem, open_rows)
        response.status_code = problem.status if problem else 422
        return response
    messages.success(request, wording.written(written))
    text = request.POST.get("q", "").strip()
    return redirect(f"{request.path}?{urlencode({'q': text})}" if text else request.path)


def asks(form: AskingForm, row: Any, name: str = "quantity") -> bool:
    """Say whether a figure is so far from last year's that the row asks back first."""
    return form.asks(name, last=row.last, unit=row.unit, least=row.floor, most=row.ceiling)


def asked_back(forms: Sequence[AskingForm]) -> int:
    """Count the rows that ask back."""
    return sum(form.question is not None for form in forms)


@dataclass(frozen=True)
class Tally:
    """What became of a table that was sent: figures taken, refused, asked back."""

    written: int = 0
    wrong: int = 0
    asked: int = 0


def _consumption_page(
    request: HttpRequest,
    place: Place,
    forms: list[QuantityRow],
    note: NoteForm,
    refused: Refused | None = None,
    tally: Tally | None = None,
) -> HttpResponse:
    cycle, region, can_propose = place.cycle, place.region, policies.can_propose(place.cycle)
    mine = speaks(request, place.rows)
    sent = request.POST if request.method == "POST" else request.GET
    every = bool(sent.get("all")) or sent.get("do") == "all"
    context = {
        "cycle": cycle,
        "region": region,
        "mine": mine,
        "can_propose": mine and can_propose,
        "all": every,
        "total": len(place.rows),
        "sums": _sums(place, forms),
        "tally": tally or Tally(),
        "note": note,
        "q": sent.get("q", ""),
        "latest_round": cycle.rounds.order_by("-number").first(),
        "title": wording.consumption_title(region.label, cycle.year, proposing=can_propose),
        "crumb_items": crumbs(
            cycle,
            (_("Consumption"), reverse("planning:places", args=[cycle.year])),
            (region.label, ""),
        ),
        **_listed(place, forms, sent.get("q", ""), every=every),
    }
    return page(request, "planning/consumption.html", context, refused)


def _listed(place: Place, forms: list[QuantityRow], text: str, *, every: bool) -> dict[str, Any]:
    """Return the rows to show, and how many fit the search: what was typed into stays in sight, whatever is sought."""
    text, categories = text.strip().casefold(), dict(DemandLine.Category.choices)
    shown, found, left = [], 0, 0
    for row, form in zip(place.rows, forms, strict=True):
        fits = text in localised(row.product, row.names).casefold()
        found += fits
        if (fits and (found <= SHOWN or every)) or (form.is_bound and form.has_changed()):
            shown.append(_row(row, form, str(categories[row.category])))
        elif fits:
            left += 1
    return {"rows": shown, "found": found, "left": left}


def _row(row: Any, form: QuantityRow, category: str) -> dict[str, Any]:
    wanted = _wanted(form, row)
    return {
        "form": form,
        "product": localised(row.product, row.names),
        "code": row.code,
        "category": category,
        "unit": row.unit,
        "last": in_unit(row.last, row.unit),
        "stands": in_unit(_stands(row), row.unit),
        "change": (wanted - row.last) / abs(row.last) if row.last else None,
        "limits": wording.limits(row.floor, row.ceiling, row.unit),
        "note": row.note or "",
    }


def _wanted(form: QuantityRow, row: Any) -> float:
    """Return the figure as typed; what stands where nothing was typed or it cannot be read."""
    if form.is_bound and form.has_changed() and form.is_valid():
        return float(form.cleaned_data["quantity"])
    return _stands(row)


def _sums(place: Place, forms: list[QuantityRow]) -> dict[str, Any]:
    """Return last year's and the wanted consumption of all rows, also of those not shown, at last year's prices."""
    last = sum(figures.worth(row.last, row.price, row.unit) for row in place.rows)
    wanted = sum(
        figures.worth(_wanted(form, row), row.price, row.unit)
        for form, row in zip(forms, place.rows, strict=True)
    )
    lang, currency = get_language(), place.currency
    first, second = (
        figures.money(last, currency, lang, significant=4),
        figures.money(wanted, currency, lang, significant=4),
    )
    return {"last": first, "wanted": second, "change": (wanted - last) / abs(last) if last else None}


def _standing_csv(place: Place) -> HttpResponseBase:
    return csv_response(
        filename=f"consumption-{place.cycle.year}-{place.region.code}",
        header=["product_code", "product", "category", "unit", "last", "floor", "ceiling", "quantity", "source"],
        rows=(
            [
                r.code, localised(r.product, r.names), r.category, r.unit, r.last, r.floor, r.ceiling, _stands(r),
                r.source or "last_year",
            ]
            for r in place.rows
        ),
    )  # fmt: skip
