"""Abandoning a cycle: what it means, and the reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import policies
from planning.forms import AbandonForm
from planning.services.abandoning import cycle_abandon
from planning.views.reasoned import reasoned


@login_required
@require_http_methods(["GET", "POST"])
def cycle_abandon_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator why, then abandon the cycle."""
    return reasoned(
        request, year, AbandonForm(request.POST or None), policies.check_abandon, cycle_abandon,
        "planning/cycle_abandon.html", _("Abandon"),
    )  # fmt: skip
