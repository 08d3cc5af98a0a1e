"""A scenario: its state, its digest, who closed it, what it holds."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces import permissions, selectors
from workplaces.models import (
    Agreement,
    DemandLine,
    LabourPool,
    Line,
    Product,
    Resource,
    Scenario,
    Sector,
    TradeLine,
    Workplace,
)
from workplaces.views.common import day, fact, here_or_404, page
from workplaces.views.details import number

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
