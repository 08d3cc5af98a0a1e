"""The board's sheet: ten roles in figures, each open to its formula, its inputs and who decided."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.models import Cycle
from planning.selectors import cycles as cycle_selectors
from planning.selectors.board import Figure, Part, Triple, sheet
from planning.views.common import crumbs, cycle_or_404, page
from planning.wording import board as wording
from workplaces.tables_out import csv_response

PARTS, FOLDED = 12, 300  # of a figure on the page at once, and in the fold below them; the CSV has all
HEADER = ["role", "figure", "part", "name", "unit", "target", "last_year", "plan", "actual", "owner", "note"]


@login_required
@require_GET
def current_board(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Go to the sheet of the cycle being planned, or of the latest one."""
    cycle = cycle_selectors.latest_cycle()
    return redirect("planning:current") if cycle is None else redirect("planning:board", year=cycle.year)


@login_required
@require_GET
def board(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show the sheet of a year; as CSV too."""
    cycle = cycle_or_404(year)
    found = sheet(cycle)
    currency = cycle.baseline.currency
    if request.GET.get("format") == "csv":
        return csv_response(filename=f"board-{year}", header=HEADER, rows=rows(found, currency))
    context = {
        "cycle": cycle,
        "title": wording.title(cycle),
        "lead": wording.lead(cycle, computed=any(f.values.plan is not None for f in found)),
        "roles": [
            {"key": key, "label": wording.ROLES[key], "figures": [_told(one, cycle) for one in own]}
            for key, own in groupby(found, key=lambda one: one.role)
        ],
        "total": len(found),
        "crumb_items": crumbs(cycle, (_("The board's sheet"), "")),
        "plan_url": reverse("planning:plan", args=[year]),
    }
    return page(request, "planning/board.html", context)


def _told(one: Figure, cycle: Cycle) -> dict[str, Any]:
    currency = cycle.baseline.currency

    def cells(values: Triple, unit: str) -> dict[str, str]:
        return {name: wording.said(value, unit, currency) for name, value in values._asdict().items()}

    def part(each: Part) -> dict[str, Any]:
        owner = wording.owner(each) if one.role == "limits" or one.key == "charges" else ""
        target = wording.said(each.target, each.unit, currency)
        return {"label": each.label, "owner": owner, "target": target, **cells(each.values, each.unit)}

    target = (
        wording.said(one.target, one.unit, currency) if one.target is not None else wording.no_target(one)
    )
    return {
        "key": one.key,
        "label": wording.LABELS[one.key],
        "formula": wording.FORMULAS[one.key],
        "missing": wording.MISSING.get(one.missing, ""),
        "unrecorded": wording.MISSING.get(one.unrecorded, "") if not one.missing else "",
        "note": wording.NOTES.get(one.note, ""),
        "target": target,
        **cells(one.values, one.unit),
        "trend": wording.trend(one.trend, one.unit, currency),
        "years": [
            {
                "year": p.year,
                "plan": wording.said(p.plan, one.unit, currency),
                "actual": wording.said(p.actual, one.unit, currency),
            }
            for p in one.trend
        ],
        "inputs": [{"label": wording.INPUTS[each.name], **cells(each.values, each.unit)} for each in one.inputs],
        "parts": [part(each) for each in one.parts[:PARTS]],
        "folded": [part(each) for each in one.parts[PARTS : PARTS + FOLDED]],
        "more": max(0, len(one.parts) - PARTS - FOLDED),
        "decided": [{"text": wording.decision(each), "url": each.url} for each in one.decided],
    }  # fmt: skip


def rows(found: list[Figure], currency: str) -> Iterator[list[Any]]:
    """Yield every figure, its inputs and its parts, as bare numbers in the unit that is named."""
    for one in found:
        unit = wording.unit_name(one.unit, currency)
        note = str(wording.MISSING.get(one.missing or one.unrecorded) or wording.NOTES.get(one.note, ""))
        yield [one.role, one.key, "", str(wording.LABELS[one.key]), unit, one.target, *one.values, "", note]
        for given in one.inputs:
            name = str(wording.INPUTS[given.name])
            yield [one.role, one.key, f"input:{given.name}", name, wording.unit_name(given.unit, currency), None,
                   *given.values, "", ""]  # fmt: skip
        for part in one.parts:
            yield [one.role, one.key, part.code, part.label, wording.unit_name(part.unit, currency), part.target,
                   *part.values, part.owner, ""]  # fmt: skip
