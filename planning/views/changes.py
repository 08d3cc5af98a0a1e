"""Who is asked to change what in a round, and who is still missing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.models import Round, Run
from planning.selectors import rounds as selectors
from planning.views.common import crumbs, listing, page, round_or_404
from planning.views.rounds import round_url
from planning.wording import rounds as wording
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@login_required
@require_GET
def round_changes(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """Show who is asked to change what, or who is still missing."""
    round = round_or_404(year, number)
    run = selectors.finished_run(round)
    wanted = selectors.Filter(
        asked=request.GET.get("all") != "1",
        waiting=request.GET.get("waiting") == "1",
        text=request.GET.get("q", "").strip()[:80],
    )
    if request.GET.get("format") == "csv":
        return changes_csv(round, run, wanted)
    return page(request, "planning/round_changes.html", changes_context(request, round, run, wanted))


def changes_context(
    request: HttpRequest, round: Round, run: Run | None, wanted: selectors.Filter
) -> dict[str, Any]:
    """Return a page of the list of changes."""
    total = selectors.changes_count(round, run, wanted) if run else 0
    pages = listing(request, range(total))
    shown = pages["page_obj"]
    rows = (
        selectors.changes(round, run, wanted, offset=shown.start_index() - 1, limit=shown.paginator.per_page)
        if run and total
        else []
    )
    lang = get_language()
    query = request.GET.copy()
    query["format"] = "csv"
    return {
        "round": round,
        "cycle": round.cycle,
        "wanted": wanted,
        "total": total,
        **pages,
        "rows": [change_row(row, lang) for row in rows],
        "csv_url": f"?{query.urlencode()}",
        "title": changes_title(total, wanted),
        "crumb_items": crumbs(round.cycle, (str(round), round_url(round)), (_("Changes"), "")),
    }


def changes_title(total: int, wanted: selectors.Filter) -> str:
    """Return how many lines the list holds, and which."""
    return wording.changes_title(total, waiting=wanted.waiting, asked=wanted.asked)


def change_row(row: Any, lang: str | None) -> dict[str, Any]:
    """Return a change as a table shows it."""
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, lang)
    base = abs(row.proposed) or abs(row.suggested) or 1.0
    return {
        "line": row.line,
        "workplace_id": row.workplace_id,
        "workplace": localised(row.workplace, row.workplace_names),
        "region": localised(row.region, row.region_names),
        "product": localised(row.product, row.product_names),
        "product_code": row.product_code,
        "proposed": proposed,
        "suggested": suggested,
        "change": (row.suggested - row.proposed) / base,
        "asked": row.asked,
        "answer": row.answer,
        "figure": None if row.figure is None else figures.quantity(row.figure, row.unit, lang),
        "reason": row.reason,
    }


def changes_csv(round: Round, run: Run | None, wanted: selectors.Filter) -> HttpResponseBase:
    """Send the whole list as CSV."""
    rows = selectors.changes_stream(round, run, wanted) if run else iter(())
    return csv_response(
        filename=f"changes-{round.cycle.year}-{round.number}",
        header=[
            "workplace_code", "workplace", "region", "product_code", "product", "unit", "proposed", "suggested",
            "capacity", "asked", "answer", "figure", "reason",
        ],
        rows=(
            [
                r.workplace_code, localised(r.workplace, r.workplace_names), localised(r.region, r.region_names),
                r.product_code, localised(r.product, r.product_names), r.unit, r.proposed, r.suggested, r.capacity,
                r.asked, r.answer, r.figure, r.reason,
            ]
            for r in rows
        ),
    )  # fmt: skip
