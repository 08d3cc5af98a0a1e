"""Revising a plan in force, and keeping it after all: what it means, and the reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning import policies_revision
from planning.forms import KeepForm, ReviseForm
from planning.services.revising import cycle_keep, cycle_revise
from planning.views.reasoned import reasoned


@login_required
@require_http_methods(["GET", "POST"])
def cycle_revise_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator what has changed, then open the revision."""
    return reasoned(
        request, year, ReviseForm(request.POST or None), policies_revision.check_revise, cycle_revise,
        "planning/cycle_revise.html", _("Revise the plan"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def cycle_keep_view(request: HttpRequest, year: int) -> HttpResponse:
    """Ask a coordinator why, then end the revision with the plan kept."""
    return reasoned(
        request, year, KeepForm(request.POST or None), policies_revision.check_keep, cycle_keep,
        "planning/cycle_keep.html", _("Keep the plan"),
    )  # fmt: skip
