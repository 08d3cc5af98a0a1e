"""A year's output beside its plan: by sector, by workplace, and every line as CSV; for everybody."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning import permissions
from planning.models import Cycle, Plan
from planning.policies_reports import can_report
from planning.selectors import reports as selectors
from planning.selectors.reports import Compared
from planning.simulated.outputs import outputs_wait
from planning.views.common import SHOWN, crumbs, cycle_or_404, moment, page, person
from planning.views.envelopes import others_offer
from planning.views.reports import deviation
from planning.wording import reports as wording
from workplaces.models import Sector, Workplace
from workplaces.models.fields import localised
from workplaces.paging import Searched
from workplaces.tables_out import csv_response

HEADER = [
    "workplace", "workplace_name", "sector", "product_code", "product", "unit", "planned", "made", "deviation", "cause",
    "note", "version",
]  # fmt: skip


@login_required
@require_GET
def made(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show what was made beside what was planned."""
    cycle = cycle_or_404(year)
    plan = selectors.plan_reported(cycle)
    if plan is None:
        raise Http404
    if request.GET.get("format") == "csv":
        return _csv(cycle, plan)
    sectors = {s.entity_id: s for s in Sector.objects.in_scenario(plan.scenario)}
    compared = selectors.sectors_compared(cycle, plan)
    found = selectors.so_far(cycle, plan)
    chosen = next((s for s in sectors.values() if s.code == request.GET.get("sector")), None)
    context = {
        "cycle": cycle,
        "found": found,
        "title": wording.year_title(cycle.year, found),
        "is_open": can_report(cycle),
        "rests": wording.rests(found),
        "currency": cycle.baseline.currency,
        "sectors": [
            (sectors[entity].label, sectors[entity].code, one)
            for entity, one in sorted(compared.items(), key=_largest)
            if entity in sectors
        ],
        "chosen": chosen,
        "offer": _offer(request, cycle),
        **_workplaces(request, cycle, plan, chosen),
        "crumb_items": crumbs(cycle, (_("Made against planned"), "")),
    }
    return page(request, "planning/made.html", context)


def _largest(item: tuple[int, Compared]) -> tuple[float, int]:
    """Order by the deviation, the largest either way first; what is not reported last."""
    share = item[1].deviation
    return (-abs(share) if share is not None else 1.0, item[0])


def _workplaces(request: HttpRequest, cycle: Cycle, plan: Plan, chosen: Sector | None) -> dict[str, Any]:
    """Return a page of workplaces by name, with what each made of all its lines that it reported."""
    rows, text = Workplace.objects.in_scenario(plan.scenario), request.GET.get("q", "").strip()
    if chosen is not None:
        rows = rows.filter(main_sector_id=chosen.entity_id)
    if text:
        rows = rows.filter(name__icontains=text[:100])
    shown = Searched(rows.order_by("code", "pk"), SHOWN).get_page(request.GET.get("page"))
    compared = selectors.workplaces_compared(cycle, plan, [one.entity_id for one in shown])
    return {
        "page_obj": shown,
        "q": text,
        "rows": [(one, compared.get(one.entity_id)) for one in shown],
    }


def _offer(request: HttpRequest, cycle: Cycle) -> dict[str, str] | None:
    """Return what made-up people could do here: in the demo, for its coordinator."""
    now = moment()
    waits = (
        settings.DEMO and permissions.can_coordinate(person(request), now.date()) and outputs_wait(cycle, now)
    )
    return others_offer("made") if waits else None


def _csv(cycle: Cycle, plan: Plan) -> HttpResponseBase:
    return csv_response(
        filename=f"made-{cycle.year}",
        header=HEADER,
        rows=(
            [
                r.workplace_code, localised(r.workplace, r.workplace_names), r.sector, r.code, localised(r.product, r.names),
                r.unit, r.planned, r.made, deviation(r.planned, r.made), r.cause, r.note, r.version,
            ]
            for r in selectors.every_line(cycle, plan)
        ),
    )  # fmt: skip
