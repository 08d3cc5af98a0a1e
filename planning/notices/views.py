"""Pages about mail: what one wants of it, what it would say now, and its end by the link in each letter."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from planning.notices.addresses import address_of
from planning.notices.forms import NoticesForm
from planning.notices.letters import duties_letter
from planning.views.common import moment, person
from planning.views.duties import duties_of
from workplaces.errors import Refused
from workplaces.models import Message, NoticeSettings, Person
from workplaces.services.notices import FIELDS, mail_stop, person_of, settings_of, settings_set

SHOWN = 10


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show what mail the person wants and what was sent lately; change it."""
    me, now = person(request), moment()
    current = settings_of(me, now=now, language=get_language())
    form = NoticesForm(request.POST or None, initial={name: getattr(current, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            settings_set(by=me, values=form.cleaned_data, now=now)
        except Refused as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Kept: from now on mail comes as you chose."))
            return redirect("notices:settings")
    return settings_shown(request, me, current, form, status=422 if form.is_bound else 200)


def settings_shown(
    request: HttpRequest, me: Person, current: NoticeSettings, form: NoticesForm | None = None, *,
    status: int = 200, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render the page of settings."""
    form = form or NoticesForm(initial={name: getattr(current, name) for name in FIELDS})
    context = {
        "form": form, "current": current, "address": address_of(me),
        "sent": Message.objects.filter(person=me).order_by("-created_at")[:SHOWN], **more,
    }  # fmt: skip
    return render(request, "notices/settings.html", context, status=status)


@login_required
@never_cache
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show the mail that would be written to the person at this moment, whether or not they want any."""
    me, now = person(request), moment()
    current = settings_of(me, now=now, language=get_language())
    letter = written(me, current, now)
    return render(
        request, "notices/preview.html", {"letter": letter, "current": current, "address": address_of(me)}
    )


def written(me: Person, current: NoticeSettings, now: datetime) -> Any:
    """Return the digest of what is open now; None where nothing is."""
    with translation.override(current.language), timezone.override(ZoneInfo(current.time_zone)):
        return duties_letter(me, duties_of(me, now), now, kind=Message.Kind.DIGEST)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End a person's notices by mail (RFC 8058): the link's POST does it, its GET only asks.

    Whoever has the letter can do this and nothing else; a program that merely opens links does nothing.
    """
    whose = person_of(token)
    if whose is None:
        raise Http404
    if request.method == "POST":
        mail_stop(person=whose, now=moment())
    return render(request, "notices/stop.html", {"done": request.method == "POST", "token": token})
