"""A workplace in a plan: its lines over the rounds."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning import permissions, policies, policies_investment
from planning.models import Cycle, Grant, Proposal
from planning.selectors import lines as selectors
from planning.selectors.charges import charges_of, surplus_account, surplus_of, uncharged
from planning.selectors.cycles import plan_of
from planning.selectors.grants import as_of, gains_before, grants_of
from planning.selectors.reports import Covered, due_of, plan_reported
from planning.services.cycles import standing
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.views.granted import returned
from planning.views.grants import state_of
from planning.views.lines import history_row
from planning.wording.investment import (
    charge_sentence,
    no_charge_sentence,
    surplus_rows,
    surplus_sentence,
    surplus_unreported,
)
from planning.wording.sharing import grant_state
from workplaces.models import Workplace
from workplaces.models.fields import localised
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@login_required
@require_GET
def workplace_detail(request: HttpRequest, year: int, public_id: UUID) -> HttpResponseBase:
    """Show a workplace's lines: what stands now, and what happened round by round."""
    cycle = cycle_or_404(year)
    last = cycle.rounds.select_related("scenario").order_by("-number").first()
    scenario = standing(cycle) or (last.scenario if last else cycle.baseline)
    workplace = (
        Workplace.objects.in_scenario(scenario)
        .select_related("region", "main_sector")
        .filter(public_id=public_id)
        .first()
    )
    if workplace is None:
        raise Http404
    history = selectors.workplace_history(cycle, scenario, workplace)
    if request.GET.get("format") == "csv":
        return _csv(year, workplace, history)
    lines = selectors.workplace_lines(scenario, workplace)
    stands = {
        p.line_id: p
        for p in Proposal.objects.in_scenario(scenario).filter(
            line_id__in=[line.entity_id for line, _p in lines]
        )
    }
    mine = bool(lines) and permissions.can_speak_for_line(person(request), lines[0][0], moment().date())
    context = {
        "cycle": cycle,
        "workplace": workplace,
        "lines": [_line(line, product, stands.get(line.entity_id)) for line, product in lines],
        "history": [history_row(row) | {"product": localised(row.product, row.names)} for row in history],
        "mine": mine,
        "can_propose": mine and policies.can_propose(cycle),
        "can_ask": mine and policies_investment.can_request(cycle),
        "grants": _grants(cycle, workplace),
        "charges": _charges(cycle, workplace),
        "surplus": _surplus(cycle, workplace),
        "gains": [_gain(one) for one in gains_before(cycle, workplace.entity_id)],
        "currency": cycle.baseline.currency,
        "last": last,
        "covered": _covered(cycle, workplace),
        "band": workplace.band if workplace.band is not None else float(cycle.rules.get("band", 0)),
        "title": _("%(name)s in the plan for %(year)s") % {"name": workplace.label, "year": year},
        "crumb_items": crumbs(cycle, (workplace.label, "")),
    }
    return page(request, "planning/workplace_detail.html", context)


def _line(line: Any, product: Any, proposal: Any) -> dict[str, Any]:
    lang = get_language()
    output = proposal.output if proposal else line.last_output
    return {
        "line": line,
        "product": product.label,
        "last": figures.quantity(line.last_output, product.unit, lang),
        "full": figures.quantity(line.capacity, product.unit, lang),
        "stands": figures.quantity(output, product.unit, lang),
        "change": (output - line.last_output) / line.last_output if line.last_output else None,
        "source": proposal.get_source_display() if proposal else _("last year's figure"),
        "firm": proposal.firm if proposal else False,
    }


def _grants(cycle: Cycle, workplace: Workplace) -> list[tuple[Grant, str]]:
    """Return what councils granted the workplace in the year, and what became of each."""
    found = list(grants_of(cycle).filter(request__workplace=workplace.entity_id))
    back, by = returned(found), as_of(moment().date())
    return [(grant, grant_state(state_of(grant, back, by))) for grant in found]


def _charges(cycle: Cycle, workplace: Workplace) -> list[str]:
    """Say what a workplace was charged for resources when the year was settled; nothing before."""
    if cycle.phase not in policies_investment.OVER:
        return []
    told = [charge_sentence(one, cycle) for one in charges_of(cycle, workplace.entity_id)]
    plan = plan_of(cycle)
    if plan is None or cycle.phase == Cycle.Phase.ABANDONED:
        return told
    return told + [no_charge_sentence(one) for one in uncharged(cycle, plan, workplace.entity_id)]


def _surplus(cycle: Cycle, workplace: Workplace) -> dict[str, Any] | None:
    """Say what settling the year found of the workplace's surplus, with the computation; nothing before."""
    found = surplus_of(cycle, workplace.entity_id) if cycle.phase in policies_investment.OVER else None
    if found is None:
        return None
    currency = cycle.baseline.currency
    return {
        "sentence": surplus_sentence(found, currency),
        "rows": surplus_rows(found),
        "unreported": surplus_unreported(found, currency),
        "account": surplus_account(workplace.entity_id),
    }


def _covered(cycle: Cycle, workplace: Workplace) -> Covered | None:
    """Return how far the workplace's year is reported; None where no plan has its lines in force."""
    plan = plan_reported(cycle)
    return due_of(cycle, plan, [workplace.entity_id]).get(workplace.entity_id) if plan else None


def _gain(gain: Any) -> dict[str, Any]:
    product = gain.grant.request.line.product
    return {
        "grant": gain.grant,
        "product": product.label,
        "capacity": figures.quantity(gain.capacity, product.unit, get_language()),
        "since": gain.year + 1,
    }


def _csv(year: int, workplace: Workplace, history: list[Any]) -> HttpResponseBase:
    return csv_response(
        filename=f"{workplace.code}-{year}",
        header=["round", "product_code", "product", "unit", "proposed", "suggested", "asked", "answer", "figure", "reason"],
        rows=(
            [
                r.number, r.code, localised(r.product, r.names), r.unit, r.proposed, r.suggested, r.asked, r.answer,
                r.figure, r.reason,
            ]
            for r in history
        ),
    )  # fmt: skip
