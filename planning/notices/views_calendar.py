"""The calendar of a person's deadlines, at an address that only they know."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from planning.notices.addresses import absolute
from planning.notices.feed import calendar_of
from planning.notices.views import settings_shown
from planning.views.common import moment, person
from workplaces.services.notices import calendar_end, calendar_owner, calendar_renew, settings_of


@login_required
@never_cache
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Give the person's calendar a new address and show it, this once."""
    me, now = person(request), moment()
    secret = calendar_renew(by=me, now=now, language=get_language())
    address = absolute(reverse("notices:calendar", args=[secret]))
    return settings_shown(request, me, settings_of(me, now=now), status=201, calendar_address=address)


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the address of the person's calendar."""
    calendar_end(by=person(request))
    messages.success(request, _("The calendar's address does not work any more."))
    return redirect("notices:settings")


@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001
    """Answer the calendar (RFC 5545); 404 for an address that ended or never was."""
    whose = calendar_owner(secret)
    if whose is None:
        raise Http404
    answer = HttpResponse(calendar_of(whose, moment()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="commonplan.ics"'
    return answer
