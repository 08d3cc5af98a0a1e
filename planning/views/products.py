"""Products in a round: all of them as a table; one of them with who can help and who is asked."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.models import RunRow
from planning.selectors import products as product_selectors
from planning.selectors import rounds as selectors
from planning.views.changes import change_row, changes_csv
from planning.views.common import crumbs, listing, page, round_or_404
from planning.views.rounds import imbalances_csv, round_url
from planning.wording import rounds as wording
from workplaces.models import Product
from workplaces.presentation import figures


@login_required
@require_GET
def product_list(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """Show every product's balance, searchable and sortable, beside the round before."""
    round = round_or_404(year, number)
    if request.GET.get("format") == "csv":
        return imbalances_csv(round)
    run = selectors.finished_run(round)
    rows = selectors.balances(run, round.scenario) if run else []
    before = product_selectors.previous_imbalances(round)
    text = request.GET.get("q", "").strip().casefold()
    found = [row for row in rows if not text or text in row.name.casefold() or text in row.code.casefold()]
    found = selectors.sort_balances(found, request.GET.get("sort", ""))
    pages = listing(request, found)
    context = {
        **pages,
        "round": round,
        "rows": [(row, before.get(row.entity)) for row in pages["page_obj"]],
        "compare": bool(before),
        "previous": round.number - 1,
        "total": len(rows),
        "shown": len(found),
        "q": request.GET.get("q", ""),
        "largest": max((abs(row.before) for row in rows), default=0.0),
        "title": _title(rows, float(round.cycle.rules["tolerance"])),
        "crumb_items": crumbs(round.cycle, (str(round), round_url(round)), (_("Products"), "")),
    }
    return page(request, "planning/product_list.html", context)


def _title(rows: list[selectors.Balance], tolerance: float) -> str:
    out = sum(abs(row.before) > tolerance for row in rows)
    lang = get_language()
    return _("%(out)s of %(total)s products are more than %(tolerance)s out of balance") % {
        "out": figures.number(out, lang),
        "total": figures.number(len(rows), lang),
        "tolerance": figures.percent(tolerance, lang),
    }


@login_required
@require_GET
def product_detail(request: HttpRequest, year: int, number: int, code: str) -> HttpResponseBase:
    """Show one product in a round."""
    round = round_or_404(year, number)
    product = Product.objects.in_scenario(round.scenario).filter(code=code).first()
    if product is None:
        raise Http404
    run = selectors.finished_run(round)
    wanted = selectors.Filter(product=product.entity_id, text=request.GET.get("q", "").strip()[:80])
    if request.GET.get("format") == "csv":
        return changes_csv(round, run, wanted)
    row = run.rows.filter(kind=RunRow.Kind.PRODUCT, entity=product.entity_id).first() if run else None
    if run is None or row is None:
        return _not_computed(request, round, product)
    return _product_page(request, round, product, run, row, wanted)


def _not_computed(request: HttpRequest, round: Any, product: Product) -> HttpResponse:
    context = {
        "round": round,
        "product": product,
        "title": _("%(product)s: nothing has been computed yet") % {"product": product.label},
        "crumb_items": crumbs(round.cycle, (str(round), round_url(round)), (product.label, "")),
    }
    return page(request, "planning/product_detail.html", context)


def _product_page(
    request: HttpRequest, round: Any, product: Product, run: Any, row: RunRow, wanted: selectors.Filter
) -> HttpResponse:
    lang, tolerance = get_language(), float(round.cycle.rules["tolerance"])
    balance = selectors.balances_of([row], round.scenario)[0]
    total = selectors.changes_count(round, run, wanted)
    asked = selectors.changes_count(round, run, selectors.Filter(product=product.entity_id, asked=True))
    pages = listing(request, range(total))
    first, limit = pages["page_obj"].start_index(), pages["page_obj"].paginator.per_page
    rows = selectors.changes(round, run, wanted, offset=max(0, first - 1), limit=limit)
    needed, offered = figures.quantity_pair(balance.needed, balance.offered, product.unit, lang)
    gap = figures.quantity(abs(balance.needed - balance.offered), product.unit, lang)
    query = request.GET.copy()
    query["format"] = "csv"
    context = {
        "round": round,
        "product": product,
        "balance": balance,
        "needed": needed,
        "offered": offered,
        "title": wording.product_title(product.label, balance.needed, balance.offered, tolerance),
        "lead": wording.product_lead(
            is_short=balance.is_short,
            asked=asked,
            moving=total,
            after=balance.after,
            missing=gap,
        ),
        "helpers": product_selectors.helpers_by_region(run, round.scenario, row),
        "users": product_selectors.demand_lines(round, run, product),
        "rows": [change_row(r, lang) for r in rows],
        "total": total,
        **pages,
        "q": wanted.text,
        "csv_url": f"?{query.urlencode()}",
        "crumb_items": crumbs(round.cycle, (str(round), round_url(round)), (product.label, "")),
    }
    return page(request, "planning/product_detail.html", context)
