"""A workplace's surplus: what each year left, what its members made of it; and everybody's own bonuses."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from councils.models import Council, Motion
from planning import permissions
from planning import policies_division as policies
from planning.models import SurplusDivision
from planning.models.ledger import MINOR
from planning.selectors import divisions as selectors
from planning.selectors.charges import surplus_account
from planning.views.common import listing, moment, page, person
from planning.views.ledger import currency_now
from planning.wording import divisions as wording
from workplaces.errors import Refused
from workplaces.models import Workplace
from workplaces.tables_out import csv_response


def workplace_or_404(public_id: UUID) -> Workplace:
    """Return the first version of that workplace, at which accounts and councils point."""
    return get_object_or_404(Workplace.objects.filter(origin=None), public_id=public_id)


def assembly_of(workplace: Workplace) -> Council | None:
    """Return the assembly of a workplace (first version), if it has one."""
    return Council.objects.filter(workplace=workplace).first()


@login_required
@require_GET
def surplus(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a workplace's surplus account: what every year put in, what was divided, what waits; years as CSV, too."""
    workplace = workplace_or_404(public_id)
    if request.GET.get("format") == "csv":
        return _csv(workplace)
    assembly, currency, who = assembly_of(workplace), currency_now(), person(request)
    held = selectors.held_by(workplace.pk)
    is_member = bool(assembly) and permissions.can_divide_surplus(who, assembly, moment().date())  # type: ignore[arg-type]
    divisions = list(selectors.divisions_of(workplace.pk))
    motions = motions_of(divisions)
    context = {
        "workplace": workplace,
        "currency": currency,
        "title": wording.title(workplace.label, held["surplus"], currency),
        "held": held,
        "account": surplus_account(workplace.pk),
        "years": list(selectors.surpluses_of(workplace.pk)),
        "divisions": [
            (one, motion, wording.state(one, motion), wording.bonuses_sentence(one, currency))
            for one, motion in ((one, motions.get(one.public_id)) for one in divisions)
        ],
        "is_member": is_member,
        "hindered": _hindrance(assembly) if assembly and is_member else "",
        "crumb_items": [(_("Ledger"), reverse("planning:ledger")), (workplace.label, "")],
    }  # fmt: skip
    return page(request, "planning/surplus.html", context)


def _hindrance(assembly: Council) -> str:
    """Say why a member cannot move a division now; nothing where they can."""
    try:
        policies.check_divide(assembly)
    except Refused as refused:
        return refused.message
    return ""


def motions_of(divisions: list[SurplusDivision]) -> dict[UUID, Motion]:
    """Return the latest motion on each of these divisions, in one query."""
    found = Motion.objects.filter(
        subject_kind=policies.DIVISION, subject_id__in=[one.public_id for one in divisions]
    )
    return {motion.subject_id: motion for motion in found.order_by("pk") if motion.subject_id}


@login_required
@require_GET
def bonuses(request: HttpRequest) -> HttpResponse:
    """Show whoever asks their own bonuses, and nobody else's."""
    found = selectors.own_bonuses(person(request))
    pages = listing(request, found)
    rows = list(pages["page_obj"])
    motions = motions_of([row.division for row in rows])
    context: dict[str, Any] = {
        **pages,
        "rows": [
            (
                row, wording.state(row.division, motions.get(row.division.public_id)),
                wording.post_label(row.post) if row.post else "",
            )
            for row in rows
        ],
        "total": pages["page_obj"].paginator.count,
        "currency": currency_now(),
        "crumb_items": [(_("Ledger"), reverse("planning:ledger")), (_("My bonuses"), "")],
    }  # fmt: skip
    return page(request, "planning/bonuses.html", context)


def _csv(workplace: Workplace) -> HttpResponseBase:
    return csv_response(
        filename=f"surplus-{workplace.code}",
        header=["year", "output", "inputs", "pay", "charges", "surplus", "levy", "members", "currency"],
        rows=(
            [
                one.cycle.year, one.output / MINOR, one.inputs / MINOR, one.pay / MINOR, one.charges / MINOR,
                one.surplus / MINOR, one.levy / MINOR, one.kept / MINOR, one.cycle.baseline.currency,
            ]
            for one in selectors.surpluses_of(workplace.pk)
        ),
    )  # fmt: skip
