"""A run: its progress while it lasts, its certificate afterwards."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from planning.models import Run
from planning.services.runs import UNDER_WAY, run_cancel
from planning.views.common import act, crumbs, is_coordinator, moment, page, person
from planning.views.rounds import round_url
from planning.wording import rounds as wording
from planning.wording import runs as run_wording
from workplaces.errors import Refused
from workplaces.presentation import figures


def run_or_404(public_id: UUID) -> Run:
    """Return the run with that public id."""
    related = Run.objects.select_related("round__cycle", "requested_by", "scenario")
    return get_object_or_404(related, public_id=public_id, round__isnull=False)


@login_required
@require_GET
def run_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the run; to htmx only its progress, and a word to load the page anew once it has ended."""
    run = run_or_404(public_id)
    if request.htmx:  # type: ignore[attr-defined]
        coordinator = is_coordinator(request, moment())
        response = page(request, "planning/_run_progress.html", {"run": run, "coordinator": coordinator})
        if run.state not in UNDER_WAY:
            response["HX-Refresh"] = "true"
    else:
        response = run_page(request, run)
    patch_vary_headers(response, ["HX-Request"])
    return response


def run_page(request: HttpRequest, run: Run, refused: Refused | None = None) -> HttpResponse:
    """Render the run."""
    context: dict[str, Any] = {
        "run": run,
        "round": run.of_round,
        "title": run_wording.title(run.of_round.number, run.state),
        "coordinator": is_coordinator(request, moment()),
        "under_way": run.state in UNDER_WAY,
        "parameters": [
            {"label": key, "value": f"{value:g}" if isinstance(value, float | int) else value}
            for key, value in sorted(run.parameters.items())
        ],
        "stages": _stages(run),
        "crumb_items": crumbs(
            run.of_round.cycle, (str(run.round), round_url(run.of_round)), (_("Iteration"), "")
        ),
    }
    if run.state == Run.State.FINISHED:
        context |= _certificate(run)
    return page(request, "planning/run_detail.html", context, refused)


def _stages(run: Run) -> list[dict[str, str]]:
    lang = get_language()
    labels = {"read": _("Reading"), "solve": _("Balancing"), "write": _("Writing")}
    return [
        {"label": labels.get(name, name), "value": figures.seconds(spent, lang)}
        for name, spent in run.seconds.items()
    ]


def _certificate(run: Run) -> dict[str, Any]:
    c, s, lang = run.certificate, run.summary, get_language()
    gaps = c["short_rows"] + c["glut_rows"]
    return {
        "verdict": wording.verdict(gaps=gaps, gaps_at_bounds=c["gaps_at_bounds"]),
        "explanation": run_wording.explanation(c["gap"]),
        "certificate": [
            {"label": _("Cost of the plan found"), "value": f"{c['primal_value']:.12g}"},
            {"label": _("Least cost that any plan can have"), "value": f"{c['dual_value']:.12g}"},
            {"label": _("Distance between the two, relative"), "value": wording.precision(c["gap"])},
            {"label": _("Worst row's residual, relative"), "value": wording.precision(c["worst_residual"])},
            {"label": _("Rows left short"), "value": figures.number(c["short_rows"], lang)},
            {"label": _("Rows left in glut"), "value": figures.number(c["glut_rows"], lang)},
            {"label": _("Newton steps"), "value": figures.number(c["steps"], lang)},
            {"label": _("Linear algebra"), "value": c["method"]},
        ],
        "summary": [
            {"label": _("Worst imbalance before"), "value": figures.percent(s["worst_before"], lang)},
            {"label": _("Worst imbalance after"), "value": figures.percent(s["worst_after"], lang)},
            {"label": _("Mean imbalance before"), "value": figures.percent(s["mean_before"], lang)},
            {"label": _("Mean imbalance after"), "value": figures.percent(s["mean_after"], lang)},
            {"label": _("Workplaces asked"), "value": figures.number(s["workplaces_asked"], lang)},
            {"label": _("Lines in all"), "value": figures.number(s["lines"], lang)},
        ],
    }


@login_required
@require_POST
def run_cancel_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel a run that waits or works."""
    run = run_or_404(public_id)
    return act(
        request,
        lambda: run_cancel(run=run, by=person(request), now=moment()),
        done=_("The iteration is being cancelled."),
        to=reverse("planning:round", args=[run.of_round.cycle.year, run.of_round.number]),
        refused=lambda problem: run_page(request, run, problem),
    )
