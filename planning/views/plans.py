"""The plan: how far its ratification is, what still conflicts, what it says; proposing it, putting it in force."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils.result_wording import came_of_motions
from planning.models import Cycle, Plan
from planning.policies_revision import revision_of
from planning.selectors import cycles as cycle_selectors
from planning.selectors import plans as selectors
from planning.selectors import rounds as round_selectors
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force, stages
from planning.services.ratifying import plan_votes_count
from planning.views.common import (
    act,
    crumbs,
    cycle_or_404,
    cycle_steps,
    is_coordinator,
    listing,
    moment,
    page,
    person,
    round_or_404,
    vary,
)
from planning.views.meaning import meanings
from planning.views.rounds import round_page
from planning.wording import plans as wording
from workplaces.errors import Refused, TooLate
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

DIGITS = 6  # of a version in an address, at most
MOST_LOOKS = 90  # a page that nobody looks at stops asking


@login_required
@require_GET
def current_plan(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Go to the plan of the cycle being planned, or of the latest one."""
    cycle = cycle_selectors.latest_cycle()
    if cycle is None:
        return redirect("planning:current")
    return redirect("planning:plan", year=cycle.year)


@login_required
@require_GET
def plan_detail(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show the plan of a year."""
    cycle, version = cycle_or_404(year), request.GET.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < DIGITS else None
    plan = cycle_selectors.plan_of(cycle, number)
    if version and plan is None:
        raise Http404
    if request.GET.get("format") == "csv":
        return _csv(cycle, plan)
    if request.htmx and plan is not None and "voting" in request.GET:  # type: ignore[attr-defined]
        context = {"cycle": cycle, **_voting(request, plan)}
        response = vary(page(request, "planning/_voting.html", context))
        if context["moved_on"]:
            response["HX-Redirect"] = voting_url(plan)
        return response
    return plan_page(request, cycle, plan=plan)


def voting_url(plan: Plan) -> str:
    """Return the plan's page, which looks by itself how far the votes are as long as councils vote."""
    url = reverse("planning:plan", args=[plan.cycle.year])
    return f"{url}?voting={MOST_LOOKS}" if plan.state == Plan.State.PROPOSED else url


def _voting(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return how far the open votes are, and how often the page looks again by itself while others vote."""
    found = (
        selectors.turnout(plan)
        if plan.state == Plan.State.PROPOSED
        else selectors.Turnout(0, 0, is_open=False)
    )
    times, before = request.GET.get("voting", ""), request.GET.get("of", "")
    looks = min(int(times), MOST_LOOKS) if times.isdecimal() and len(times) < 4 else 0
    return {
        "turnout": found,
        "voting": times != "" and plan.state == Plan.State.PROPOSED,
        "looks": looks if plan.state == Plan.State.PROPOSED else 0,
        "moved_on": plan.state != Plan.State.PROPOSED or before not in {"", str(found.total)},
    }


def plan_page(
    request: HttpRequest, cycle: Cycle, refused: Refused | None = None, plan: Plan | None = None
) -> HttpResponse:
    """Render the plan, the latest unless given, with a refusal on top if there was one."""
    plan = plan or cycle_selectors.plan_of(cycle)
    context: dict[str, Any] = {
        "cycle": cycle,
        "plan": plan,
        "steps": cycle_steps(cycle),
        "coordinator": is_coordinator(request, moment()),
        "revision": revision_of(cycle),
        "versions": list(cycle.plans.order_by("number")),
        "title": wording.title(cycle.year, plan.state if plan else "", len(plan.conflicts) if plan else 0),
        "lead": wording.lead(plan.state if plan else "", plan.number if plan else 0),
        "crumb_items": crumbs(cycle, (_("Plan"), "")),
    }
    if plan is not None:
        context |= _figures(request, plan)
    return page(request, "planning/plan_detail.html", context, refused)


def _figures(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    rows, prices = round_selectors.balances(plan.run, plan.scenario), selectors.accounting_prices(plan)
    rows = [replace(row, price=prices.get(row.entity, row.price)) for row in rows]
    codes = {row.code: row for row in rows}
    text = request.GET.get("q", "").strip().casefold()
    listed = sorted(
        (r for r in rows if not text or text in r.name.casefold() or text in r.code.casefold()),
        key=lambda r: r.code,
    )
    listed = round_selectors.sort_balances(listed, request.GET.get("sort", ""))
    found = [_stage(stage) for stage in stages(plan, moment())]
    return {
        "stages": found,
        "all_voted": selectors.all_voted(plan).count() if plan.state == Plan.State.PROPOSED else 0,
        "decided": sum(stage["carried"] + stage["lost"] for stage in found),
        "to_decide": sum(stage["total"] for stage in found),
        "conflicts": [
            (codes[c["product"]], -c["imbalance"]) for c in plan.conflicts if c.get("product") in codes
        ],
        "pools": [(pool, -pool.imbalance) for pool in selectors.pools_short(plan)],
        "largest": max((abs(c["imbalance"]) for c in plan.conflicts), default=0.0),
        **listing(request, listed),
        "total": len(rows),
        "shown": len(listed),
        "q": request.GET.get("q", ""),
        "summary": plan.run.summary,
        "price_heading": wording.price_heading(in_force=bool(prices)),
        "facts": _facts(plan),
        "meanings": meanings(request, plan),
        **_voting(request, plan),
    }


def _facts(plan: Plan) -> list[dict[str, str]]:
    lang, s = get_language(), plan.run.summary
    run_url = reverse("planning:run", args=[plan.run.public_id])
    return [
        {"label": _("Version"), "value": figures.number(plan.number, lang)},
        {"label": _("Worst imbalance"), "value": figures.percent(s["worst_before"], lang)},
        {"label": _("Workplaces"), "value": figures.number(s["workplaces"], lang)},
        {"label": _("Hours left idle"), "value": figures.quantity(selectors.idle_hours(plan.run), "h", lang)},
        {"label": _("Digest of its figures"), "value": plan.scenario.digest[:12]},
        {"label": _("Shown to add up by"), "value": _("its iteration"), "url": run_url},
    ]


def _stage(stage: dict[str, Any]) -> dict[str, Any]:
    """Return one kind of council's progress, with links to its motions."""
    states = [motion.state for motion in stage["motions"]]
    carried, lost = states.count("carried"), states.count("lost")
    total = len(stage["motions"]) + len(stage["waiting"])
    shown = sorted(stage["motions"], key=lambda m: (m.state != "lost", m.state == "carried"))[:40]
    came = came_of_motions(shown)
    return {
        "label": wording.stage_label(stage["kind"]),
        "text": wording.stage_text(
            carried=carried, lost=lost, total=total, asked=len(states), empty=len(stage["empty"])
        ),
        "carried": carried,
        "lost": lost,
        "total": total,
        "empty": len(stage["empty"]),
        "motions": [
            {
                "why": came.get(motion.pk, ""),
                "council": motion.council.label,
                "state": motion.get_state_display(),
                "kind": {"carried": "done", "lost": "short", "voting": "soon"}.get(motion.state, ""),
                "url": reverse("councils:motion", args=[motion.public_id]),
                "meaning": f"?{urlencode({'council': motion.council.public_id})}#meaning",
            }
            for motion in shown
        ],
        "more": max(0, len(stage["motions"]) - 40),
    }


def _csv(cycle: Cycle, plan: Plan | None) -> HttpResponseBase:
    rows = selectors.quantities(plan) if plan else iter(())
    return csv_response(
        filename=f"plan-{cycle.year}",
        header=[
            "kind", "place_code", "place", "product_code", "product", "unit", "quantity", "indicative_price", "currency",
        ],
        rows=([*row, plan.scenario.currency if plan else ""] for row in rows),
    )  # fmt: skip


@login_required
@require_POST
def plan_propose_view(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Put the round's proposals to the councils."""
    round = round_or_404(year, number)
    return act(
        request,
        lambda: plan_propose(round=round, by=person(request), now=moment()),
        done=_("The plan is before the councils."),
        to=reverse("planning:plan", args=[year]),
        refused=lambda problem: round_page(request, round, problem),
    )


def _plan(cycle: Cycle) -> Plan:
    plan = cycle_selectors.plan_of(cycle)
    if plan is None:
        raise TooLate(_("There is no plan for %(year)s yet.") % {"year": cycle.year})
    return plan


@login_required
@require_POST
def plan_advance_view(request: HttpRequest, year: int) -> HttpResponse:
    """See what the councils decided and ask the next ones."""
    return _on_plan(request, year, plan_advance, _("What the councils decided so far is counted in."))


@login_required
@require_POST
def plan_count(request: HttpRequest, year: int) -> HttpResponse:
    """Count the votes in which all have voted; the plan goes on by itself."""
    return _on_plan(request, year, plan_votes_count, _("The votes in which all have voted are counted."))


@login_required
@require_POST
def plan_in_force(request: HttpRequest, year: int) -> HttpResponse:
    """Put a ratified plan in force."""
    return _on_plan(request, year, plan_put_in_force, _("The plan is in force."))


def _on_plan(request: HttpRequest, year: int, deed: Callable[..., object], done: str) -> HttpResponse:
    """Do something with the year's plan, and show it."""
    cycle = cycle_or_404(year)
    return act(
        request,
        lambda: deed(plan=_plan(cycle), by=person(request), now=moment()),
        done=done,
        to=reverse("planning:plan", args=[year]),
        refused=lambda problem: plan_page(request, cycle, problem),
    )
