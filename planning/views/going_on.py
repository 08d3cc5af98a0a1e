"""The round's buttons that do at one press what belongs together."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from planning import permissions
from planning.models import Round
from planning.services.going_on import Opened, round_close_and_next, round_open_and_start
from planning.views import cycles
from planning.views.common import cycle_or_404, moment, person, round_or_404
from planning.views.rounds import round_page, round_url
from workplaces.errors import Invalid, Refused


@login_required
@require_POST
def round_open_start(request: HttpRequest, year: int) -> HttpResponse:
    """Open the round that the page offered and start its iteration."""
    cycle = cycle_or_404(year)
    now, me = moment(), person(request)
    try:
        permissions.check_coordinate(me, now.date())
        opened = round_open_and_start(cycle=cycle, number=_number(request), by=me, now=now)
    except Refused as problem:
        return cycles.cycle_page(request, cycle, problem)
    return _shown(request, opened)


@login_required
@require_POST
def round_close_next(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Close the round and compute the next one; a round that was closed meanwhile leads to where things stand."""
    round = round_or_404(year, number)
    now, me = moment(), person(request)
    try:
        permissions.check_coordinate(me, now.date())
        opened = round_close_and_next(round=round, by=me, now=now)
    except Refused as problem:
        return round_page(request, round_or_404(year, number), problem)
    return _shown(request, opened)


def _number(request: HttpRequest) -> int:
    """Return which round the page offered to open, so that an old page opens no other one."""
    text = request.POST.get("number", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Invalid(
            _("Which round shall open? Load the page again and press its button."),
            fields={"number": _("This is no round's number.")},
        )
    return int(text)


def _shown(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Go to the round, with what was done, what was done before, or what did not work."""
    round = Round.objects.select_related("cycle").get(pk=opened.round.pk)
    values = {"round": round, "number": round.number}
    if opened.problem is not None:
        text = _("%(round)s is open, but its iteration did not start: %(why)s")
        messages.error(request, text % {**values, "why": opened.problem})
    elif opened.is_new:
        messages.success(request, _("%(round)s is open, and its iteration is under way.") % values)
    else:
        text = _("%(round)s had been opened already; nothing was done twice. Here is how it stands.")
        messages.info(request, text % values)
    return redirect(round_url(round))
