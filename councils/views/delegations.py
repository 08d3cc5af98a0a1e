"""Whom one lets vote in one's place, and for whom one votes."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from councils import permissions
from councils.charter import charter_value
from councils.forms import DelegationForm
from councils.instruction_wording import KINDS, kind_label
from councils.models import Council, Delegation
from councils.selectors import delegations as selectors
from councils.selectors.rolls import people_named
from councils.services import delegation_end, delegation_give
from councils.views.common import act, moment, page, person
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.presentation.days import typed_day


@login_required
@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest, council: UUID) -> HttpResponse:
    """Show one's delegations in a council; give one."""
    found = get_object_or_404(Council, public_id=council)
    if request.method == "GET":
        return _page(request, found)
    try:
        _given(request, found)
    except Refused as problem:
        return _page(request, found, problem)
    return redirect("councils:delegations", council=council)


@login_required
@require_POST
def ended(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """Take one's vote back."""
    found = get_object_or_404(Delegation.objects.select_related("council"), public_id=delegation)
    return act(
        request,
        lambda: delegation_end(delegation=found, by=person(request), now=moment()),
        done=_("Your vote is your own again, in every vote that opens from now on."),
        to=reverse("councils:delegations", args=[found.council.public_id]),
        refused=lambda problem: _page(request, found.council, problem),
    )


def _given(request: HttpRequest, council: Council) -> Delegation:
    """Do what the form asks for; raises Refused."""
    day = typed_day(request.POST.get("until", ""))
    try:
        to = Person.objects.filter(public_id=UUID(request.POST.get("to", ""))).first()
    except ValueError:
        to = None
    if to is None or day is None:
        faults = {} if to else {"to": _("Choose somebody.")}
        faults |= {} if day else {"until": _("Choose a day.")}
        raise Invalid(_("The delegation is not complete."), fields=faults)
    kind = request.POST.get("subject_kind", "")
    until = timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)
    return delegation_give(
        council=council,
        to=to,
        until=until,
        subject_kind=kind if kind in KINDS else "",
        by=person(request),
        now=moment(),
    )


def _page(request: HttpRequest, council: Council, problem: Refused | None = None) -> HttpResponse:
    now, who = moment(), person(request)
    today, text = now.date(), request.GET.get("q", "").strip()
    is_allowed = selectors.allowed_in(council, today)
    on_roll = permissions.on_roll(who, council, today)
    days = charter_value("councils.delegation.days", on=today)
    rights = selectors.rights_through(who, council, now) if on_roll else 0
    context: dict[str, Any] = {
        "council": council,
        "title": _title(council, rights, is_allowed=is_allowed),
        "given": [(row, _kind(row.subject_kind)) for row in selectors.given_by(who, council, now)],
        "received": [
            (row, _kind(row.subject_kind)) for row in selectors.running(council, now).filter(receiver=who)
        ],
        "can_give": is_allowed and on_roll,
        "q": text,
        "crumbs": [
            (_("Councils"), reverse("councils:list")),
            (council.label, reverse("councils:council", args=[council.public_id])),
            (_("Delegation"), ""),
        ],
    }
    if context["can_give"]:
        people = [(str(row.public_id), str(row)) for row in people_named(council, today, text) if row != who]
        initial = {"until": (now + timedelta(days=days - 1)).date()}
        kinds = [("", _("on everything")), *((kind, str(label)) for kind, label in KINDS.items() if kind)]
        form = DelegationForm(request.POST or None, people=people, kinds=kinds, initial=initial)
        context["form"] = form.show(problem) if problem and request.POST else form
    return page(request, "councils/delegations.html", context, problem)


def _kind(kind: str) -> str:
    return kind_label(kind) if kind else _("on everything")


def _title(council: Council, rights: int, *, is_allowed: bool) -> str:
    words = {"council": council.label, "rights": rights}
    if not is_allowed:
        return _("In %(council)s everybody votes for themselves") % words
    if not rights:
        return _("Nobody lets you vote for them in %(council)s") % words
    told = ngettext(
        "%(rights)s person lets you vote for them in %(council)s",
        "%(rights)s people let you vote for them in %(council)s",
        rights,
    )
    return told % words
