"""Abandoning a cycle: what it means, and the reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import permissions, policies
from planning.forms import AbandonForm
from planning.models import Cycle
from planning.services.abandoning import cycle_abandon
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from workplaces.errors import Refused


@login_required
@require_http_methods(["GET", "POST"])
def cycle_abandon_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator why, then abandon the cycle."""
    cycle, now = cycle_or_404(year), moment()
    form = AbandonForm(request.POST or None)
    try:
        permissions.check_coordinate(person(request), now.date())
        policies.check_abandon(cycle)
        if request.method == "POST":
            form.is_valid()
            reason = form.cleaned_data.get("reason", "")
            cycle_abandon(cycle=cycle, reason=reason, by=person(request), now=now)
            return redirect("planning:cycle", year)
    except Refused as problem:
        return _abandon_page(request, cycle, form, problem)
    return _abandon_page(request, cycle, form)


def _abandon_page(
    request: HttpRequest, cycle: Cycle, form: AbandonForm, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "cycle": cycle,
        "form": form,
        "can_abandon": policies.can_abandon(cycle) and (refused is None or bool(refused.fields)),
        "crumb_items": crumbs(cycle, (_("Abandon"), "")),
    }
    return page(request, "planning/cycle_abandon.html", context, refused)
