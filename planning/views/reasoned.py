"""Pages on which a coordinator gives a reason, and something follows for a plan year."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from planning import permissions
from planning.models import Cycle
from planning.policies_revision import revision_of
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from workplaces.errors import Refused


def reasoned(
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
        "revision": revision_of(cycle),
        "can": refused is None or bool(refused.fields),
        "crumb_items": crumbs(cycle, (crumb, "")),
    }
    return page(request, template, context, refused)
