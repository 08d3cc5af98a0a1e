"""Requests for investment: all of a year's, one of them, asking and taking back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, InvestmentRequest
from planning.models.ledger import MINOR
from planning.selectors import requests as selectors
from planning.services.requests import investment_ask, investment_withdraw
from planning.views.common import act, crumbs, cycle_or_404, listing, moment, page, person
from planning.views.envelopes import read_money
from planning.views.granted import decided_on, show_again
from planning.wording import investment as wording
from planning.wording.reading import Unreadable, read_figure
from workplaces.errors import Invalid, Refused
from workplaces.models import Line, Product
from workplaces.tables_out import csv_response

ROWS = 4  # goods offered on the form


@login_required
@require_GET
def request_list(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show what workplaces ask for in a year."""
    cycle = cycle_or_404(year)
    found = selectors.requests_of(cycle)
    if request.GET.get("format") == "csv":
        return _csv(cycle)
    pages = listing(request, found)
    total = sum(one.amount for one in found)
    context = {
        **pages,
        "cycle": cycle,
        "currency": cycle.baseline.currency,
        "total": len(found),
        "title": wording.requests_title(cycle, len(found), total),
        "crumb_items": crumbs(cycle, (_("Requests for investment"), "")),
    }
    return page(request, "planning/requests.html", context)


@login_required
@require_GET
def request_detail(request: HttpRequest, year: int, public_id: UUID) -> HttpResponse:
    """Show one request."""
    cycle = cycle_or_404(year)
    return request_page(request, cycle, request_or_404(cycle, public_id))


def request_or_404(cycle: Cycle, public_id: UUID) -> InvestmentRequest:
    """Return that request of that year."""
    related = ("workplace", "line__product", "sector", "region", "asked_by", "cycle__baseline")
    return get_object_or_404(cycle.investment_requests.select_related(*related), public_id=public_id)


def request_page(
    request: HttpRequest, cycle: Cycle, found: InvestmentRequest, refused: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Render one request, with a refusal on top if there was one; ``typed`` is an appeal that was refused."""
    now = moment()
    decided = decided_on(found, cycle, person(request), now)
    if refused and typed:
        show_again(decided, typed, refused)
    goods = list(found.goods.select_related("product"))
    context = {
        "cycle": cycle,
        "request_": found,
        "currency": cycle.baseline.currency,
        "title": wording.request_title(found, cycle.baseline.currency),
        "goods": [
            (good, good.product, round(selectors.cost(_priced(good), good.quantity) * MINOR)) for good in goods
        ],
        "standing": wording.standing_sentence(found, cycle.baseline.currency),
        "decided": decided,
        "can_withdraw": permissions.can_speak_for_line(person(request), found.line, now.date())
        and policies.can_withdraw(found, cycle),
        "crumb_items": crumbs(
            cycle,
            (_("Requests for investment"), reverse("planning:requests", args=[cycle.year])),
            (found.workplace.label, ""),
        ),
    }  # fmt: skip
    return page(request, "planning/request_detail.html", context, refused)


def _priced(good: Any) -> Product:
    """Return the product at the price of the day on which it was asked for."""
    product: Product = good.product
    product.price = good.price
    return product


@login_required
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest, year: int, public_id: UUID) -> HttpResponse:
    """Ask for investment for one line."""
    cycle = cycle_or_404(year)
    lines = Line.objects.in_scenario(cycle.baseline).select_related("workplace", "product")
    line = get_object_or_404(lines, public_id=public_id)
    typed: Mapping[str, str] = request.POST.dict() if request.method == "POST" else {}
    problem: Refused | None = None
    if request.method == "POST":
        try:
            made = _ask(request, cycle, line, typed)
        except Refused as refused:
            problem = refused
        else:
            return redirect("planning:request", year=year, public_id=made.public_id)
    now = moment()
    context = {
        "cycle": cycle,
        "line": line,
        "currency": cycle.baseline.currency,
        "title": _("What does %(name)s need to make more, or better?") % {"name": line.workplace.label},
        "parts": selectors.recipients(cycle, line.workplace, now.date()),
        "products": Product.objects.in_scenario(cycle.baseline).order_by("code"),
        "rows": [_row(typed, number) for number in range(1, ROWS + 1)],
        "typed": typed,
        "can_ask": permissions.can_speak_for_line(person(request), line, now.date()) and policies.can_request(cycle),
        "crumb_items": crumbs(
            cycle,
            (line.workplace.label, reverse("planning:workplace", args=[year, line.workplace.public_id])),
            (_("Ask for investment"), ""),
        ),
    }  # fmt: skip
    return page(request, "planning/request_new.html", context, problem)


def _row(typed: Mapping[str, str], number: int) -> dict[str, Any]:
    product, quantity = f"product-{number}", f"quantity-{number}"
    return {"product": product, "quantity": quantity, "number": number,
            "code": typed.get(product, ""), "figure": typed.get(quantity, "")}  # fmt: skip


def _ask(request: HttpRequest, cycle: Cycle, line: Line, typed: Mapping[str, str]) -> InvestmentRequest:
    faults: dict[str, str] = {}
    amount = 0
    try:
        amount = read_money(typed.get("amount") or "0")
    except Unreadable as problem:
        faults["amount"] = str(problem)
    goods: dict[Product, float] = {}
    for number in range(1, ROWS + 1):
        code, figure = typed.get(f"product-{number}", "").strip(), typed.get(f"quantity-{number}", "").strip()
        if not code and not figure:
            continue
        product = Product.objects.in_scenario(cycle.baseline).filter(code=code).first()
        if product is None:
            faults["goods"] = _("There is no product with the code “%(code)s”.") % {"code": code[:80]}
            continue
        try:
            goods[product] = goods.get(product, 0.0) + read_figure(figure, get_language())
        except Unreadable as problem:
            faults["goods"] = str(problem)
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return investment_ask(
        cycle=cycle, line=line, of=typed.get("of", ""), amount=amount, purpose=typed.get("purpose", ""),
        expected=typed.get("expected", ""), goods=goods, by=person(request), now=moment(),
    )  # fmt: skip


@login_required
@require_POST
def request_withdraw_view(request: HttpRequest, year: int, public_id: UUID) -> HttpResponse:
    """Take a request back."""
    cycle = cycle_or_404(year)
    found = request_or_404(cycle, public_id)
    return act(
        request,
        lambda: investment_withdraw(request=found, by=person(request), now=moment()),
        done=_("The request is withdrawn."),
        to=reverse("planning:requests", args=[year]),
        refused=lambda problem: request_page(request, cycle, found, problem),
    )


def _csv(cycle: Cycle) -> HttpResponseBase:
    return csv_response(
        filename=f"requests-{cycle.year}",
        header=[
            "id", "workplace", "name", "product", "of", "amount", "currency", "members", "value_added", "hours", "level",
            "returns", "returns_from", "purpose",
        ],
        rows=(
            [
                str(r.public_id), r.workplace.code, r.workplace.name, r.line.product.code,
                (r.sector or r.region).code, r.amount / MINOR, cycle.baseline.currency, r.members, r.value_added, r.hours,  # type: ignore[union-attr]
                r.level, r.returns, r.returns_from, r.purpose,
            ]
            for r in selectors.requests_of(cycle)
        ),
    )  # fmt: skip
