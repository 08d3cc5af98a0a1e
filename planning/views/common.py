"""What the views share."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from planning import permissions, policies
from planning.models import Cycle, Round
from planning.selectors import cycles as cycle_selectors
from planning.selectors.reports import Covered
from planning.wording.cycles import Step, steps
from planning.wording.reports import step_note
from workplaces.errors import Refused
from workplaces.models import Person

SHOWN = 20  # rows of a long list
EVERY = 500  # and of the same list when somebody wants to see it at once


def moment() -> datetime:
    """Return the present: read here, handed on to everything else."""
    return timezone.now()


def cycle_or_404(year: int) -> Cycle:
    """Return the cycle of that year."""
    return get_object_or_404(Cycle.objects.select_related("baseline", "next_baseline"), year=year)


def round_or_404(year: int, number: int) -> Round:
    """Return that round of that year's cycle."""
    related = Round.objects.select_related("cycle__baseline", "scenario", "published_run")
    return get_object_or_404(related, cycle__year=year, number=number)


def person(request: HttpRequest) -> Person:
    """Return who asks; views are for people who are signed in."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def is_coordinator(request: HttpRequest, now: datetime) -> bool:
    """Say whether the person asking is a coordinator."""
    return permissions.can_coordinate(person(request), now.date())


def page(
    request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None = None
) -> HttpResponse:
    """Render a page; a refusal stands on top of it and decides its status."""
    context = {"now": moment(), **context, "refused": refused}
    return render(request, template, context, status=refused.status if refused else 200)


def listing(request: HttpRequest, items: Sequence[Any]) -> dict[str, Any]:
    """Return the page of a long list, short enough for a phone, and the address that shows more of it at once."""
    at_once = request.GET.get("every") == "1"
    shown = Paginator(items, EVERY if at_once else SHOWN).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    query["every"] = "1"
    more = not at_once and shown.paginator.num_pages > 1
    return {
        "page_obj": shown,
        "every": min(shown.paginator.count, EVERY),
        "every_url": f"?{query.urlencode()}" if more else "",
    }


def vary(response: HttpResponse) -> HttpResponse:
    """Mark a response that is a part of a page for htmx and the page for everybody else."""
    response["Vary"] = "HX-Request, Cookie"
    return response


def act(
    request: HttpRequest,
    action: Callable[[], Any],
    *,
    done: str | Callable[[], str],
    to: str,
    refused: Callable[[Refused], HttpResponse],
) -> HttpResponse:
    """Do it and go on with a message, asked for afterwards where it hangs on what came of it; a refusal shows the page
    again with the reason."""
    try:
        action()
    except Refused as problem:
        return refused(problem)
    messages.success(request, done() if callable(done) else done)
    return redirect(to)


def cycle_steps(
    cycle: Cycle, *, rounds: int | None = None, proposals: str = "", reported: Covered | None = None
) -> list[Step]:
    """Return the stepper of a cycle."""
    held = cycle_selectors.held(cycle)
    return steps(
        phase=cycle.phase,
        dates={k: (d.begins, d.ends) for k, d in cycle_selectors.phase_dates(cycle).items()},
        rounds=held.rounds if rounds is None else rounds,
        limit=policies.rounds_allowed(cycle),
        proposals=proposals,
        today=moment().date(),
        held=held,
        reported=step_note(reported) if reported else "",
    )


def crumbs(cycle: Cycle, *items: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the path to a page below a cycle."""
    from django.urls import reverse

    return [(str(cycle), reverse("planning:cycle", args=[cycle.year])), *items]


def rounds_label() -> str:
    """Return the word for the list of rounds."""
    return _("Rounds")
