"""Revising a plan in force, and keeping it after all: what it means, and the reason."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import permissions, policies_revision
from planning.forms import KeepForm, ReviseForm
from planning.models import Cycle
from planning.services.revising import cycle_keep, cycle_revise
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from workplaces.errors import Refused


@login_required
@require_http_methods(["GET", "POST"])
def cycle_revise_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator what has changed, then open the revision."""
    return _asked(
        request, year, ReviseForm(request.POST or None), policies_revision.check_revise, cycle_revise,
        "planning/cycle_revise.html", _("Revise the plan"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def cycle_keep_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator why, then end the revision with the plan kept."""
    return _asked(
        request, year, KeepForm(request.POST or None), policies_revision.check_keep, cycle_keep,
        "planning/cycle_keep.html", _("Keep the plan"),
    )  # fmt: skip


def _asked(
    request: HttpRequest,
    year: int,
    form: Any,
    check: Callable[[Cycle], None],
    do: Callable[..., Any],
    template: str,
    crumb: str,
) -> HttpResponse:
    """Show the question; with an answer, do it and go to the cycle. What was typed stands there again after a refusal."""
    cycle, now = cycle_or_404(year), moment()
    refused: Refused | None = None
    try:
        permissions.check_coordinate(person(request), now.date())
        check(cycle)
        if request.method == "POST":
            form.is_valid()
            do(cycle=cycle, reason=form.cleaned_data.get("reason", ""), by=person(request), now=now)
            return redirect("planning:cycle", year)
    except Refused as problem:
        refused = problem
    context = {
        "cycle": cycle,
        "form": form,
        "revision": policies_revision.revision_of(cycle),
        "can": refused is None or bool(refused.fields),
        "crumb_items": crumbs(cycle, (crumb, "")),
    }
    return page(request, template, context, refused)
