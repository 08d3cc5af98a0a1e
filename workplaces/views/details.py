"""One row each: what it is, what belongs to it, and where its figures came from."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces import permissions, policies, selectors
from workplaces.models import (
    Agreement,
    Counterparty,
    DemandLine,
    LabourPool,
    Line,
    Membership,
    Product,
    Region,
    Resource,
    Scenario,
    Sector,
    SectorMembership,
    TradeLine,
    Workplace,
)
from workplaces.presentation import figures
from workplaces.views import tables
from workplaces.views.common import Fact, Here, day, fact, here_or_404, page, period, provenance, row_or_404
from workplaces.views.lists import as_csv, section
from workplaces.views.tables import Column

Section = tuple[str, str, Sequence[Column], QuerySet[Any]]


def number(value: Any) -> str:
    """Return a whole number in the reader's language."""
    return figures.number(value, get_language())


def amount(value: Any, unit: str = "") -> str:
    """Return a quantity in the reader's language."""
    return figures.quantity(value, unit, get_language())


def detail(
    request: HttpRequest,
    place: Here,
    *,
    title: str,
    crumb: tuple[str, str],
    name: str,
    facts: list[Fact],
    sections: Sequence[Section] = (),
    source: list[Fact] | None = None,
    actions: Sequence[dict[str, str]] = (),
    note: str = "",
) -> HttpResponseBase:
    """Render a row's page; ``?format=csv&table=<key>`` gives one of its tables."""
    if request.GET.get("format") == "csv":
        wanted = next((item for item in sections if item[0] == request.GET.get("table")), None)
        if wanted is None:
            raise Http404
        return as_csv(f"{name}-{wanted[0]}", wanted[2], wanted[3])
    query = f"&scenario={place.scenario.public_id}" if not place.is_current else ""
    shown = []
    for key, heading, columns, rows in sections:
        item = section(heading, columns, rows, place)
        shown.append({**item, "key": key, "csv_url": f"?format=csv&table={key}{query}"})
    context = {
        "here": place,
        "title": title,
        "crumbs": [(crumb[0], place.url(crumb[1])), (name, "")],
        "name": name,
        "facts": facts,
        "sections": [item for item in shown if item["total"]],
        "source": source or [],
        "actions": actions,
        "note": note,
    }
    return page(request, "workplaces/detail.html", context)


@login_required
@require_GET
def workplace_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a workplace: its lines, whom it supplies, who supplies it, who works there."""
    place = here_or_404(request)
    row = row_or_404(Workplace, place, public_id)
    lines = tables.line_rows(place, workplace_id=row.entity_id)
    shares = SectorMembership.objects.in_scenario(place.scenario).filter(
        workplace_id=row.entity_id, validity__contains=place.now.date()
    )
    belonging = ", ".join(
        f"{share.sector.label} {figures.percent(share.share, get_language())}"
        for share in shares.select_related("sector").order_by("-share")
    )
    facts = [
        fact(_("Place"), row.region.label, place.url("region", row.region.public_id)),
        fact(
            _("Sectors"), belonging or row.main_sector.label, place.url("sector", row.main_sector.public_id)
        ),
        fact(_("Form"), row.get_form_display()),
        fact(_("Owned by"), row.owner.label if row.owner else _("nobody: self-employed")),
        fact(_("People"), number(row.size)),
        fact(
            _("Standing mandate"),
            _("changes up to %(band)s") % {"band": figures.percent(row.band, get_language())}
            if row.band is not None
            else _("as the charter says"),
        ),
    ]
    agreed = selectors.agreements_of(row, place.scenario).select_related("scenario")
    sections: list[Section] = [
        ("lines", _("What it makes"), tables.LINES[1:], lines),
        ("agreements", _("Who supplies whom"), tables.AGREEMENTS.columns, agreed),
    ]
    members = Membership.objects.filter(workplace_id=row.entity_id, validity__contains=place.now.date())
    if permissions.can_see_members(place.person, row, place.now.date()):
        sections.append(
            ("members", _("Members"), MEMBERS, members.select_related("person").order_by("person__name"))
        )
    else:
        facts.append(fact(_("Members on the roll"), number(members.count())))
    title = workplace_title(row, list(lines.values_list("product__name", flat=True)[:3]), lines.count())
    return detail(
        request, place, title=title, crumb=(_("Workplaces"), "workplaces"), name=row.label, facts=facts,
        sections=sections, source=provenance(place, row), actions=_workplace_actions(place, row),
    )  # fmt: skip


MEMBERS = (
    Column("name", gettext_lazy("Name"), lambda row: str(row.person)),
    Column(
        "since",
        gettext_lazy("Since"),
        lambda row: row.validity.lower,
        lambda row, _lang: day(row.validity.lower),
    ),
)


def workplace_title(row: Workplace, products: Sequence[str], lines: int) -> str:
    """Return what the workplace makes, in a sentence."""
    if not lines:
        return _("%(name)s has not stated yet what it makes") % {"name": row.label}
    what = ", ".join(products)
    if lines > len(products):
        return _("%(name)s makes %(what)s and more") % {"name": row.label, "what": what}
    return _("%(name)s makes %(what)s") % {"name": row.label, "what": what}


def _workplace_actions(place: Here, row: Workplace) -> list[dict[str, str]]:
    may = permissions.can_state(place.person, row, place.now.date()) and policies.is_open(place.scenario)
    if not may:
        return []
    return [
        {"url": place.url("line_new", row.public_id), "label": _("State what you make and need")},
        {"url": place.url("agreement_new", row.public_id), "label": _("Offer an agreement")},
    ]


@login_required
@require_GET
def product_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a product: who makes it, who uses it, where it comes in and goes out."""
    place = here_or_404(request)
    row = row_or_404(Product, place, public_id)
    makers = tables.line_rows(place, product_id=row.entity_id)
    users = selectors.users(row, place.scenario).select_related("workplace", "product", "scenario")
    made = makers.aggregate(total=Sum("last_output"))["total"]
    facts = [
        fact(_("Unit"), row.unit),
        fact(_("Made last"), amount(made or 0.0, row.unit)),
        fact(_("Accounting price"), figures.money(row.price, place.scenario.currency, get_language())),
        fact(_("Status"), row.get_price_status_display()),
        fact(_("Flexibility η"), figures.number(row.flexibility, get_language(), digits=2)),
    ]
    sections: list[Section] = [
        ("makers", _("Who makes it"), tables.LINES, makers),
        ("users", _("Who needs it for what they make"), tables.LINES, users),
        ("demand", _("Final use"), tables.DEMAND[1:], tables.demand_rows(place, product_id=row.entity_id)),
        (
            "trade",
            _("Trade with the outside"),
            tables.TRADE[1:],
            tables.trade_rows(place, product_id=row.entity_id),
        ),
    ]
    words = {"name": row.label, "made": amount(made or 0.0, row.unit)}
    title = (
        _("%(name)s: %(made)s made last") % words
        if made
        else _("%(name)s: nobody in the federation makes it yet") % words
    )
    return detail(
        request, place, title=title, crumb=(_("Products"), "products"), name=row.label, facts=facts,
        sections=sections, source=provenance(place, row),
    )  # fmt: skip


@login_required
@require_GET
def sector_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a sector and its workplaces."""
    place = here_or_404(request)
    row = row_or_404(Sector, place, public_id)
    inside = SectorMembership.objects.in_scenario(place.scenario).filter(
        sector_id=row.entity_id, validity__contains=place.now.date()
    )
    found = (
        tables.WORKPLACES.rows(place)
        .filter(entity_id__in=inside.values("workplace_id"))
        .order_by("name", "pk")
    )
    count = found.count()
    return detail(
        request, place, title=tables.WORKPLACES.count(count) % {"n": number(count)}, crumb=(_("Sectors"), "sectors"),
        name=row.label, facts=[fact(_("Code"), row.code)],
        sections=[("workplaces", _("Workplaces of %(sector)s") % {"sector": row.label}, tables.WORKPLACES.columns, found)],
        source=provenance(place, row),
    )  # fmt: skip


@login_required
@require_GET
def region_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a region or community: what lies in it, its workplaces, its labour, its consumption."""
    place = here_or_404(request)
    row = get_object_or_404(Region.objects.select_related("parent"), public_id=public_id)
    facts = [
        fact(_("Kind"), row.get_kind_display()),
        *(
            [fact(_("Lies in"), row.parent.label, place.url("region", row.parent.public_id))]
            if row.parent
            else []
        ),
        fact(_("People"), number(row.population)),
    ]
    workplaces = tables.WORKPLACES.rows(place).filter(region=row).order_by("name", "pk")
    below = tables.REGIONS.rows(place).filter(parent=row).order_by("name")
    labour = tables.POOLS.rows(place).filter(region=row).order_by("-hours")
    sections: list[Section] = [
        ("places", _("What lies in it"), tables.REGIONS.columns, below),
        ("workplaces", _("Workplaces"), tables.WORKPLACES.columns, workplaces),
        ("labour", _("Labour pools"), tables.POOLS.columns, labour),
        ("demand", _("Consumption and services"), tables.DEMAND, tables.demand_rows(place, region=row)),
    ]  # fmt: skip
    return detail(
        request, place, title=row.label, crumb=(_("Regions and communities"), "regions"), name=row.label, facts=facts,
        sections=sections,
    )  # fmt: skip


@login_required
@require_GET
def labour_pool_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a labour pool."""
    place = here_or_404(request)
    row = row_or_404(LabourPool, place, public_id)
    facts = [
        fact(_("Place"), row.region.label, place.url("region", row.region.public_id)),
        fact(_("Hours offered"), amount(row.hours)),
        fact(_("Accounting wage per hour"), figures.money(row.wage, place.scenario.currency, get_language())),
    ]
    same = (
        tables.POOLS.rows(place).filter(occupation_id=row.occupation_id).exclude(pk=row.pk).order_by("-hours")
    )
    name = _("%(occupation)s in %(region)s") % {
        "occupation": row.occupation.label,
        "region": row.region.label,
    }
    return detail(
        request, place, title=name, crumb=(_("Labour pools"), "labour_pools"), name=name, facts=facts,
        sections=[("elsewhere", _("The same work elsewhere"), tables.POOLS.columns, same)],
        source=provenance(place, row),
    )  # fmt: skip


@login_required
@require_GET
def resource_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a limited resource."""
    place = here_or_404(request)
    row = row_or_404(Resource, place, public_id)
    cap = amount(row.cap, row.unit) if row.cap is not None else ""
    facts = [
        fact(_("Owner"), row.owner.label if row.owner else "–"),
        fact(_("Unit"), row.unit),
        fact(_("Cap"), cap or _("none")),
    ]
    title = _("%(name)s: at most %(cap)s a cycle") if cap else _("%(name)s: nobody has set a cap")
    return detail(
        request, place, title=title % {"name": row.label, "cap": cap}, crumb=(_("Limited resources"), "resources"),
        name=row.label, facts=facts, source=provenance(place, row),
    )  # fmt: skip


@login_required
@require_GET
def counterparty_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show an outside supplier or customer: agreements and trade with it."""
    place = here_or_404(request)
    row = row_or_404(Counterparty, place, public_id)
    agreed = (
        selectors.agreements(place.scenario).filter(counterparty_id=row.entity_id).select_related("scenario")
    )
    sections: list[Section] = [
        ("agreements", _("Agreements"), tables.AGREEMENTS.columns, agreed),
        ("trade", _("Trade"), tables.TRADE, tables.trade_rows(place, counterparty_id=row.entity_id)),
    ]
    return detail(
        request, place, title=_("%(name)s, outside the federation") % {"name": row.label},
        crumb=(_("Outside counterparties"), "counterparties"), name=row.label, facts=[fact(_("Code"), row.code)],
        sections=sections, source=provenance(place, row),
    )  # fmt: skip


COUNTED = (Workplace, Line, Product, Sector, LabourPool, Resource, DemandLine, TradeLine, Agreement)


@login_required
@require_GET
def scenario_detail(request: HttpRequest, public_id: UUID) -> HttpResponse | HttpResponseBase:
    """Show a scenario: its state, its digest, who closed it, what it holds."""
    place = here_or_404(request)
    row = get_object_or_404(Scenario.objects.select_related("parent", "created_by"), public_id=public_id)
    if not permissions.can_see_scenario(place.person, row):
        raise Http404
    entry = selectors.closing(row)
    facts = [
        fact(_("Kind"), row.get_kind_display()),
        fact(_("State"), row.get_state_display()),
        fact(_("Currency"), row.currency),
        fact(_("Opened by"), str(row.created_by or "–")),
        *([fact(_("Branches from"), row.parent.name, place.url("scenario", row.parent.public_id))] if row.parent else []),
        *([fact(_("Closed by"), entry.actor_name or _("the clock")), fact(_("Closed on"), day(entry.at))] if entry else []),
        *[
            fact(capfirst(str(table._meta.verbose_name_plural)) or "", number(count), _rows_url(row, table))
            for table, count in selectors.counts(row, COUNTED)
        ],
    ]  # fmt: skip
    context = {
        "here": place,
        "row": row,
        "title": scenario_title(row),
        "facts": facts,
        "entry": entry,
        "imports": selectors.batches(place.person, place.now.date()).filter(scenario=row)[:20],
        "children": row.children.exclude(kind=Scenario.Kind.SANDBOX).order_by("-pk")[:20],
        "is_closed": row.state == Scenario.State.CLOSED,
    }  # fmt: skip
    return page(request, "workplaces/scenario_detail.html", context)


def scenario_title(row: Scenario) -> str:
    """Return what state the scenario is in, in a sentence."""
    if row.state == Scenario.State.CLOSED:
        return _("%(name)s is closed: its figures are final") % {"name": row.name}
    return _("%(name)s is open: its figures can still be typed in") % {"name": row.name}


def _rows_url(row: Scenario, table: Any) -> str:
    names = {Workplace: "workplaces", Product: "products", Sector: "sectors", LabourPool: "labour_pools",
             Resource: "resources", Agreement: "agreements"}  # fmt: skip
    return f"{reverse(f'workplaces:{names[table]}')}?scenario={row.public_id}" if table in names else ""


@login_required
@require_GET
def line_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a line: what it made last, and everything it used for that, in absolute quantities."""
    place = here_or_404(request)
    row = row_or_404(Line, place, public_id)
    unit = row.product.unit
    facts = [
        fact(_("Workplace"), row.workplace.label, place.url("workplace", row.workplace.public_id)),
        fact(_("Product"), row.product.label, place.url("product", row.product.public_id)),
        fact(_("Made last"), amount(row.last_output, unit)),
        fact(_("Capacity"), amount(row.capacity, unit)),
        fact(_("Technique"), row.technology.label if row.technology else _("its own")),
    ]
    workplace = selectors.by_entity(Workplace, place.scenario, [row.workplace_id])[row.workplace_id]
    may = permissions.can_state(place.person, workplace, place.now.date()) and policies.is_open(
        place.scenario
    )
    words = {
        "workplace": row.workplace.label,
        "output": amount(row.last_output, unit),
        "product": row.product.label,
    }
    context = {
        "here": place,
        "row": row,
        "title": _("%(workplace)s made %(output)s of %(product)s") % words,
        "crumbs": [
            (_("Workplaces"), place.url("workplaces")),
            (row.workplace.label, place.url("workplace", row.workplace.public_id)),
            (row.product.label, ""),
        ],
        "facts": facts,
        "source": provenance(place, row),
        "inputs": selectors.inputs_of(row, place.scenario),
        "labour": selectors.labour_of(row, place.scenario),
        "edit_url": place.url("line_edit", row.public_id) if may else "",
    }
    return page(request, "workplaces/line_detail.html", context)


@login_required
@require_GET
def agreement_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an agreement, and what this person can do with it."""
    place = here_or_404(request)
    return agreement_page(request, place, row_or_404(Agreement, place, public_id))


def agreement_page(request: HttpRequest, place: Here, row: Agreement, refused: Any = None) -> HttpResponse:
    """Render an agreement's page."""
    supplier, client = tables.party(row, "supplier"), tables.party(row, "client")
    on, is_open = place.now.date(), policies.is_open(place.scenario)
    words = {"supplier": supplier, "client": client, "product": row.product.label,
             "quantity": amount(row.quantity, row.product.unit)}  # fmt: skip
    titles = {
        Agreement.State.OFFERED: _(
            "Offered: %(supplier)s supplies %(client)s with %(quantity)s of %(product)s"
        ),
        Agreement.State.AGREED: _("%(supplier)s supplies %(client)s with %(quantity)s of %(product)s"),
        Agreement.State.ENDED: _("Ended: %(supplier)s supplied %(client)s with %(quantity)s of %(product)s"),
    }
    facts = [
        fact(_("Supplier"), str(supplier), tables.party_url("supplier")(row, place)),
        fact(_("Client"), str(client), tables.party_url("client")(row, place)),
        fact(_("Product"), row.product.label, place.url("product", row.product.public_id)),
        fact(_("Quantity"), amount(row.quantity, row.product.unit)),
        fact(_("When"), period(row.period)),
        fact(_("State"), row.get_state_display()),
        fact(_("Offered by"), str(row.offered_by or "–")),
        *([fact(_("Accepted by"), str(row.agreed_by))] if row.agreed_by else []),
    ]
    context = {
        "here": place,
        "row": row,
        "title": titles[Agreement.State(row.state)] % words,
        "crumbs": [(_("Agreements"), place.url("agreements")), (row.product.label, "")],
        "facts": facts,
        "source": provenance(place, row),
        "can_accept": is_open
        and row.state == Agreement.State.OFFERED
        and permissions.can_answer(place.person, row, on),
        "can_end": is_open
        and row.state != Agreement.State.ENDED
        and permissions.can_end(place.person, row, on),
    }
    return page(request, "workplaces/agreement_detail.html", context, refused)
