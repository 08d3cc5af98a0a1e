"""The matrix of regions × sectors: on the round page its corner, by itself all of it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.models import Round, Run
from planning.selectors import names
from planning.selectors.matrix import Cell, Matrix, matrix
from planning.selectors.rounds import finished_run
from planning.views.common import crumbs, page, round_or_404
from planning.wording.sandboxes import matrix_title
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

CORNER = 5  # rows and columns on the round page
SHADES = 4
SHOWN = ("output", "change", "worst", "waiting")


def labels() -> dict[str, str]:
    """Return what a cell can show."""
    return {
        "output": _("Output"),
        "change": _("Change asked"),
        "worst": _("Worst imbalance"),
        "waiting": _("Who has not answered"),
    }


@login_required
@require_GET
def round_matrix(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """Show the whole matrix of a round, or send it as CSV."""
    round = round_or_404(year, number)
    run = finished_run(round)
    if request.GET.get("format") == "csv":
        return _csv(round, run)
    context: dict[str, Any] = {
        "round": round,
        "cycle": round.cycle,
        "title": _("%(round)s: regions and sectors") % {"round": round},
        "crumb_items": crumbs(round.cycle, (str(round), _round_url(round)), (_("Regions and sectors"), "")),
        **part(round, run, request.GET.get("show", ""), limit=None),
    }
    return page(request, "planning/round_matrix.html", context)


def _round_url(round: Round) -> str:
    return reverse("planning:round", args=[round.cycle.year, round.number])


def part(round: Round, run: Run | None, show: str, *, limit: int | None) -> dict[str, Any]:
    """Return what a page shows of the matrix: all of it, or the ``limit`` largest regions and sectors."""
    if run is None:
        return {"matrix": None}
    show = show if show in SHOWN else "output"
    found = matrix(round, run, waiting=show == "waiting")
    regions, sectors = found.regions[:limit], found.sectors[:limit]
    keys = [(region.pk, sector.entity_id) for region in regions for sector in sectors]
    pairs = [found.cells[key] for key in keys if key in found.cells]
    most = max((abs(_value(cell, show)) for cell in pairs), default=0.0)
    products = names.products(round.scenario, {cell.worst_product for cell in pairs})
    unit = names.money_unit(round.scenario)
    rows = [
        (
            region.label,
            [
                (s.label, _told(found.cells.get((region.pk, s.entity_id)), show, most, Words(products, unit)))
                for s in sectors
            ],
        )
        for region in regions
    ]
    return {
        "matrix": rows,
        "matrix_sectors": [sector.label for sector in sectors],
        "matrix_show": show,
        "matrix_label": labels()[show],
        "matrix_choices": list(labels().items()),
        "matrix_title": matrix_title(labels()[show], len(found.regions), len(found.sectors)),
        "matrix_cut": len(found.regions) > len(regions) or len(found.sectors) > len(sectors),
    }


def _value(cell: Cell, show: str) -> float:
    return float(getattr(cell, show))


@dataclass(frozen=True)
class Words:
    """What cells name: products by entity, and the unit of values."""

    products: dict[int, names.Name]
    unit: str


def _told(cell: Cell | None, show: str, most: float, words: Words) -> dict[str, str]:
    """Return a cell's text, what stands under it, and its shade: none to four, short and glut apart."""
    if cell is None:
        return {"text": figures.ABSENT, "detail": "", "shade": ""}
    lang, value = get_language(), _value(cell, show)
    strength = min(SHADES, 1 + int(SHADES * abs(value) / most)) if most and value else 0
    side = ""
    if show == "worst":
        text, detail = figures.change(value, lang), words.products[cell.worst_product].label if value else ""
        side = "short" if value < 0 else "glut"
    elif show == "change":
        text = figures.quantity(value, words.unit, lang, sign=True) if cell.asked else figures.ABSENT
        detail = figures.change(value / cell.proposed, lang) if cell.asked and cell.proposed else ""
        side = "short" if value < 0 else "glut"
    elif show == "waiting":
        text, detail = (
            figures.number(value, lang),
            _("of %(n)s lines asked") % {"n": cell.asked} if cell.asked else "",
        )
    else:
        text, detail = figures.quantity(value, words.unit, lang), ""
    return {"text": text, "detail": detail, "shade": f"shade-{strength} {side}".strip() if strength else ""}


def _csv(round: Round, run: Run | None) -> HttpResponseBase:
    found = matrix(round, run) if run else Matrix([], [], {})
    known = names.products(round.scenario, {cell.worst_product for cell in found.cells.values()})
    return csv_response(
        filename=f"matrix-{round.cycle.year}-{round.number}",
        header=["region", "region_name", "sector", "sector_name", "output", "proposed", "asked_change", "lines_asked",
                "workplaces_waiting", "worst_imbalance", "worst_product"],
        rows=(
            [r.code, r.label, s.code, s.label, c.output, c.proposed, c.change, c.asked, c.waiting, c.worst,
             known[c.worst_product].code]
            for r in found.regions
            for s in found.sectors
            if (c := found.cells.get((r.pk, s.entity_id)))
        ),
    )  # fmt: skip
