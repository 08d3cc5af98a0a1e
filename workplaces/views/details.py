"""One row each: what it is, what belongs to it, and where its figures came from."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces import elsewhere, permissions, policies, selectors
from workplaces.models import (
    Counterparty,
    LabourPool,
    Membership,
    Product,
    Region,
    Resource,
    Sector,
    SectorMembership,
    Workplace,
)
from workplaces.presentation import figures
from workplaces.views import tables
from workplaces.views.common import Fact, Here, day, fact, here_or_404, page, provenance, row_or_404
from workplaces.views.lists import as_csv, section
from workplaces.views.posts import POSTS, post_rows
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
    settled: str = "",
) -> HttpResponseBase:
    """Render a row's page; ``?format=csv&table=<key>`` gives one of its tables.

    ``settled`` names a row whose tables hang on the scenario's rows alone: of a closed scenario they are found once.
    """
    if request.GET.get("format") == "csv":
        wanted = next((item for item in sections if item[0] == request.GET.get("table")), None)
        if wanted is None:
            raise Http404
        return as_csv(f"{name}-{wanted[0]}", wanted[2], wanted[3])
    query = f"&scenario={place.scenario.public_id}" if not place.is_current else ""
    shown = []
    for key, heading, columns, rows in sections:
        item = section(heading, columns, rows, place, settled=f"{settled}:{key}" if settled else "")
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
        ("posts", _("Posts"), POSTS, post_rows(place, row)),
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
    more = [{"url": url, "label": label} for label, url in elsewhere.links(row)]
    may = permissions.can_state(place.person, row, place.now.date()) and policies.is_open(place.scenario)
    if not may:
        return more
    return [
        {"url": place.url("line_new", row.public_id), "label": _("State what you make and need")},
        {"url": place.url("agreement_new", row.public_id), "label": _("Offer an agreement")},
        *more,
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
        sections=sections, source=provenance(place, row), settled=f"product:{row.entity_id}",
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
        source=provenance(place, row), settled=f"sector:{row.entity_id}:{place.now.date()}",
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
        fact(_("Hours offered"), amount(row.hours, row.occupation.unit)),
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
