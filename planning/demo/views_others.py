"""Buttons of the demo's coordinator for what the other two thousand workplaces would do in their own time."""

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
from planning.simulated.others import others_answer, others_propose
from planning.views.common import cycle_or_404, moment, person, round_or_404
from planning.views.plans import MOST_LOOKS
from workplaces.errors import Refused


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
    """Let the others vote: two thousand votes take the worker half a minute."""
    _only_in_demo()
    try:
        permissions.check_coordinate(person(request), moment().date())
        current_app.send_task("planning.demo_vote", args=[str(person(request).public_id)])
        messages.success(request, _("The others are voting: the bar shows how far they are."))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("planning:plan", year)
    return redirect(f"{reverse('planning:plan', args=[year])}?voting={MOST_LOOKS}")


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
