"""The cycle: where it is, its dates and rules, its rounds; opening it, beginning proposals."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import permissions, policies, policies_investment
from planning.forms import CycleForm
from planning.models import Cycle, Round, Run
from planning.policies_programmes import can_settle as can_settle_priorities
from planning.policies_revision import can_revise
from planning.policies_settlement import can_close, can_settle
from planning.rules import DEFAULTS
from planning.selectors import cycles as selectors
from planning.selectors.baselines import lacking
from planning.selectors.reports import Covered, plan_reported, so_far
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from planning.services.settlement import cycle_close, cycle_settle
from planning.simulated.dividing import divisions_wait
from planning.transitions import CYCLE
from planning.views.common import act, cycle_or_404, cycle_steps, is_coordinator, moment, page, person
from planning.wording import baselines, reports, revising
from planning.wording import cycles as wording
from planning.wording.beginning import beginning
from workplaces.errors import Refused
from workplaces.models import Scenario
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

BEGINNING = {"freeze", "settle_priorities", "settle_envelopes"}


@login_required
@require_GET
def current(request: HttpRequest) -> HttpResponse:
    """Go to the cycle being planned, or say that there is none yet."""
    cycle = selectors.latest_cycle()
    if cycle is None:
        coordinator = is_coordinator(request, moment())
        return page(request, "planning/cycle_none.html", {"coordinator": coordinator})
    last = cycle.rounds.order_by("-number").first()
    if last and cycle.phase == Cycle.Phase.ROUNDS:
        return redirect("planning:round", year=cycle.year, number=last.number)
    return redirect("planning:cycle", year=cycle.year)


@login_required
@require_GET
def cycle_detail(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show the cycle."""
    cycle = cycle_or_404(year)
    if request.GET.get("format") == "csv":
        return _rounds_csv(cycle)
    return cycle_page(request, cycle)


def cycle_page(request: HttpRequest, cycle: Cycle, refused: Refused | None = None) -> HttpResponse:
    """Render the cycle, with a refusal on top if there was one."""
    now = moment()
    rounds = selectors.rounds_of(cycle)
    runs = selectors.runs_shown(rounds)
    coordinator = is_coordinator(request, now)
    begins = coordinator and bool(BEGINNING & set(CYCLE[cycle.phase]))
    written, lines = (
        selectors.proposals_written(standing(cycle), cycle.baseline)
        if cycle.phase == Cycle.Phase.PROPOSALS
        else (0, 0)
    )
    covered = made_so_far(cycle)
    lang = get_language()
    revisions = selectors.revisions_of(cycle)
    revision = next((one for one in revisions if one.ended_at is None), None)
    note = (
        _("%(written)s of %(lines)s")
        % {"written": figures.number(written, lang), "lines": figures.number(lines, lang)}
        if lines
        else ""
    )
    context = {
        "cycle": cycle,
        "title": wording.title(
            cycle.year, cycle.phase, rounds=rounds[-1].number if rounds else 0, revising=revision is not None
        ),
        "lead": wording.lead(cycle.phase),
        "steps": cycle_steps(cycle, rounds=len(rounds), proposals=note, reported=covered),
        "covered": covered,
        "rests": reports.rests(covered) if covered else "",
        "rounds": [_round_row(r, runs.get(r.pk)) for r in reversed(rounds)],
        "worst": _worst(rounds, runs),
        "tolerance": float(cycle.rules.get("tolerance", 0.0)),
        "tolerance_percent": 100 * float(cycle.rules.get("tolerance", 0.0)),
        "rules": _rules(cycle),
        "written": written,
        "lines": lines,
        "plan": selectors.plan_of(cycle),
        "coordinator": coordinator,
        "programmes_first": cycle.phase == Cycle.Phase.PRIORITIES and not can_settle_priorities(cycle, now),
        "invests": policies_investment.invests(cycle),
        "beginning": beginning(cycle) if begins else None,
        "waits_for_envelopes": cycle.phase == Cycle.Phase.ENVELOPES and not policies_investment.can_begin(cycle),
        "warnings": baselines.warnings(**asdict(lacking(cycle.baseline))) if begins else [],
        "can_open_round": coordinator and policies.can_open_round(cycle),
        "revision": revision,
        "revisions": [revising.shown(one) for one in revisions],
        "can_revise": coordinator and can_revise(cycle),
        "can_settle": coordinator and can_settle(cycle),
        "divisions_wait": settings.DEMO and coordinator and divisions_wait(cycle),
        "can_close": coordinator and can_close(cycle),
        "can_open_next": coordinator and cycle.phase == Cycle.Phase.CLOSED and not selectors.followed(cycle),
        "drawn_from": selectors.drawn_from(cycle.baseline),
        "next_number": len(rounds) + 1,
        "crumb_items": [(_("Cycles"), reverse("planning:cycles")), (str(cycle), "")],
    }  # fmt: skip
    return page(request, "planning/cycle_detail.html", context, refused)


def made_so_far(cycle: Cycle) -> Covered | None:
    """Return how far the year is reported; None where no plan came into force."""
    plan = plan_reported(cycle)
    return so_far(cycle, plan) if plan else None


def _round_row(round: Round, run: Run | None) -> dict[str, Any]:
    summary = run.summary if run else {}
    return {
        "round": round,
        "worst": summary.get("worst_before"),
        "mean": summary.get("mean_before"),
        "asked": summary.get("workplaces_asked"),
        "workplaces": summary.get("workplaces"),
    }


def _worst(rounds: list[Round], runs: dict[int, Run]) -> list[dict[str, Any]]:
    """Return the worst imbalance of each round as columns, in percent."""
    lang = get_language()
    done = [(r, runs[r.pk].summary["worst_before"]) for r in rounds if r.pk in runs]
    return [
        {
            "label": _("round %(number)s") % {"number": r.number},
            "value": 100 * worst,
            "text": figures.percent(worst, lang),
            "is_now": r is done[-1][0],
        }
        for r, worst in done
    ]


def _rules(cycle: Cycle) -> list[dict[str, str]]:
    return [
        {"key": key, "sentence": _(DEFAULTS[key][3]), "value": wording.rule_value(key, value)}
        for key, value in cycle.rules.items()
        if key in DEFAULTS
    ]


def _rounds_csv(cycle: Cycle) -> HttpResponseBase:
    rounds = selectors.rounds_of(cycle)
    runs = selectors.runs_shown(rounds)
    rows = [_round_row(r, runs.get(r.pk)) for r in rounds]
    return csv_response(
        filename=f"rounds-{cycle.year}",
        header=["round", "state", "worst_imbalance", "mean_imbalance", "workplaces_asked", "workplaces"],
        rows=(
            [r["round"].number, r["round"].state, r["worst"], r["mean"], r["asked"], r["workplaces"]]
            for r in rows
        ),
    )


@login_required
@require_GET
def cycle_list(request: HttpRequest) -> HttpResponse:
    """Show all plan years."""
    found = list(Cycle.objects.select_related("baseline"))
    context = {
        "cycles": [(c, wording.title(c.year, c.phase, rounds=0)) for c in found],
        "coordinator": is_coordinator(request, moment()),
    }
    return page(request, "planning/cycle_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cycle_new(request: HttpRequest) -> HttpResponse:
    """Open a cycle; for coordinators. Offered are the baselines that no cycle has started from, the newest first."""
    now = moment()
    scenarios = Scenario.objects.filter(kind=Scenario.Kind.BASELINE).order_by("-number")
    offered = {
        str(s.public_id): wording.baseline_label(s.name, year) for s, year in selectors.fresh_baselines()
    }
    taken = {str(s.public_id): s.name for s in scenarios} if request.method == "POST" else offered
    latest = selectors.latest_cycle()
    form = CycleForm(
        request.POST or None,
        baselines=taken,
        initial={"year": latest.year + 1 if latest else now.year + 1, "baseline": next(iter(offered), "")},
    )
    refused: Refused | None = None
    try:
        permissions.check_coordinate(person(request), now.date())
        if request.method == "POST" and form.is_valid():
            baseline = get_object_or_404(scenarios, public_id=form.cleaned_data["baseline"])
            cycle = cycle_open(year=form.cleaned_data["year"], baseline=baseline, by=person(request), now=now)
            return redirect("planning:cycle", year=cycle.year)
    except Refused as problem:
        refused = problem
    context = {"form": form, "baselines": offered, "latest": latest}
    response = page(request, "planning/cycle_new.html", context, refused)
    if form.is_bound and form.errors and refused is None:
        response.status_code = 422
    return response


@login_required
@require_POST
def cycle_begin(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the baseline and begin proposals."""
    cycle = cycle_or_404(year)
    before = cycle.phase
    return act(
        request,
        lambda: cycle_begin_proposals(cycle=cycle, by=person(request), now=moment()),
        done=lambda: _begun(before, year),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: cycle_page(request, cycle, problem),
    )


def _begun(before: str, year: int) -> str:
    """Say what was done and where the cycle stands: what last year's guidelines leave is known once they are written down."""
    if cycle_or_404(year).phase == Cycle.Phase.ENVELOPES:
        if before == Cycle.Phase.PRIORITIES:
            return _("The guidelines are set; now the board divides what is set aside for investment.")
        return _("The baseline is frozen; now the board divides what is set aside for investment.")
    if before == Cycle.Phase.PREPARATION:
        return _("The baseline is frozen; proposals are open.")
    if before == Cycle.Phase.PRIORITIES:
        return _("The guidelines are set; proposals are open.")
    return _("Proposals are open.")


@login_required
@require_POST
def cycle_settle_view(request: HttpRequest, year: int) -> HttpResponse:
    """Settle the year: draw the next baseline."""
    cycle = cycle_or_404(year)
    return act(
        request,
        lambda: cycle_settle(cycle=cycle, by=person(request), now=moment()),
        done=_("The year is settled; the next baseline is drawn."),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: cycle_page(request, cycle, problem),
    )


@login_required
@require_POST
def cycle_close_view(request: HttpRequest, year: int) -> HttpResponse:
    """Close the cycle of a settled year."""
    cycle = cycle_or_404(year)
    return act(
        request,
        lambda: cycle_close(cycle=cycle, by=person(request), now=moment()),
        done=_("The cycle is closed. The next plan year can be opened."),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: cycle_page(request, cycle, problem),
    )
