"""Buttons of the demo's coordinator for what the other two thousand workplaces would do in their own time."""

from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from planning import permissions
from planning.models import Cycle
from planning.simulated.investing import others_draft
from planning.simulated.lists import others_put_up
from planning.simulated.others import others_answer, others_propose
from planning.simulated.priorities import others_support
from planning.views.common import cycle_or_404, moment, person, round_or_404
from planning.views.lists import election_or_404
from planning.views.plans import MOST_LOOKS
from workplaces.errors import Refused
from workplaces.models import Person

PAGES = {
    "support": "planning:programmes", "decide": "planning:programmes", "draft": "planning:envelopes",
    "ask": "planning:envelopes", "share": "planning:envelopes", "vote": "planning:envelopes",
    "report": "planning:grants", "made": "planning:made", "divide": "planning:cycle",
}  # fmt: skip


@require_POST
@login_required
def propose(request: HttpRequest, year: int) -> HttpResponse:
    """Let the others propose."""
    _only_in_demo()
    cycle = cycle_or_404(year)
    try:
        messages.success(request, others_propose(cycle=cycle, by=person(request), now=moment()))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("planning:cycle", year)


@require_POST
@login_required
def answer(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Let the others answer."""
    _only_in_demo()
    round = round_or_404(year, number)
    try:
        messages.success(request, others_answer(round=round, by=person(request), now=moment()))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("planning:round", year, number)


@require_POST
@login_required
def vote(request: HttpRequest, year: int) -> HttpResponse:
    """Let the others vote, in the councils asked now or ``further`` in all that follow; it takes a worker half a minute."""
    _only_in_demo()
    try:
        permissions.check_coordinate(person(request), moment().date())
        further = request.POST.get("further") == "1"
        voting = {"by": str(person(request).public_id), "to_the_end": further}
        current_app.send_task("planning.demo_vote", kwargs=voting)
        messages.success(request, _("The others are voting: the bar shows how far they are."))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("planning:plan", year)
    return redirect(f"{reverse('planning:plan', args=[year])}?voting={MOST_LOOKS}")


@require_POST
@login_required
def others(request: HttpRequest, year: int, what: str) -> HttpResponse:
    """Let the others do what waits before and after rounds: support, draft, ask, share out, vote, report, divide."""
    _only_in_demo()
    if what not in PAGES:
        raise Http404
    cycle = cycle_or_404(year)
    try:
        permissions.check_coordinate(person(request), moment().date())
        messages.success(request, _done(cycle, what, person(request)))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(PAGES[what], year)


def _done(cycle: Cycle, what: str, by: Person) -> str:
    """Do it at once, or hand it to a worker where two thousand people take a while."""
    if what == "support":
        return others_support(cycle=cycle, by=by, now=moment())
    if what == "draft":
        return others_draft(cycle=cycle, by=by, now=moment())
    if what in {"vote", "decide"}:
        current_app.send_task("planning.demo_vote", args=[str(by.public_id)])
    else:
        current_app.send_task("planning.demo_others", args=[what, cycle.year, str(by.public_id)])
    return _("The others are at it: it takes up to two minutes. Look again then.")


@require_POST
@login_required
def put_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let made-up associations put up their lists."""
    _only_in_demo()
    election = election_or_404(public_id)
    try:
        messages.success(request, others_put_up(election=election, by=person(request), now=moment()))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("planning:list_election", public_id)


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
