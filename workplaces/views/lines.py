"""Lines and agreements: what a workplace used, who supplies whom."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces import permissions, policies, selectors
from workplaces.models import (
    Agreement,
    Line,
    Workplace,
)
from workplaces.views import tables
from workplaces.views.common import Here, fact, here_or_404, page, period, provenance, row_or_404
from workplaces.views.details import amount


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
