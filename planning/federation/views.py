"""The first-run page of an empty instance, what to do next, and entering mandates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from councils.charter import charter_value
from councils.models import Council
from planning.federation.delegates import delegates_enter
from planning.federation.forms import DelegatesForm, InvitationForm, SetupForm, term
from planning.federation.founding import federation_name, federation_setup, is_founded
from planning.federation.invitations import invitation_make
from planning.federation.templates import TEMPLATES
from planning.views.founding_steps import codes, shown_to
from workplaces import authority
from workplaces.authority import COORDINATOR, REGISTRAR
from workplaces.errors import Refused
from workplaces.models import Person
from workplaces.selectors import scenario_current


@login_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Set the federation up; once that is done, show what comes next."""
    who, now = _person(request), timezone.now()
    is_registrar = authority.wears(who, now.date(), REGISTRAR) is not None
    if is_founded() and request.method == "GET":
        return _next_steps(request)
    if not is_registrar:
        waiting = {"title": _("This instance waits for its registrar")}
        return render(
            request, "federation/setup_waiting.html", waiting, status=200 if request.method == "GET" else 404
        )
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = federation_setup(wishes=form.wishes(), registrar=None, by=who, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("“%(name)s” is set up.") % {"name": made.country.name})
            return redirect("federation:setup")
    context: dict[str, Any] = {
        "form": form,
        "templates": TEMPLATES.values(),
        "title": _("Set up a federation in one step"),
    }
    return render(request, "federation/setup.html", context, status=422 if form.errors else 200)


def _next_steps(request: HttpRequest) -> HttpResponse:
    baseline = scenario_current()
    context = {
        "title": _("“%(name)s” is set up; this comes next") % {"name": federation_name()},
        "steps": shown_to([hat.role for hat in authority.hats(_person(request), timezone.now().date())]),
        "codes": codes(baseline) if baseline else [],
        "may_invite": authority.wears(_person(request), timezone.now().date(), REGISTRAR) is not None,
        "baseline": baseline,
        "councils": Council.objects.count(),
    }
    return render(request, "federation/next_steps.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def delegates(request: HttpRequest) -> HttpResponse:
    """Enter mandates, one a line; for registrars and coordinators."""
    who, now = _person(request), timezone.now()
    baseline = scenario_current()
    serving = [authority.wears(who, now.date(), role) for role in (REGISTRAR, COORDINATOR)]
    if not any(serving) or baseline is None or not is_founded():
        raise Http404
    days = int(charter_value("councils.term_days", on=now.date()))
    form = DelegatesForm(request.POST or None, initial=term(now.date(), days))
    if request.method == "POST" and form.is_valid():
        try:
            made = delegates_enter(**form.cleaned_data, scenario=baseline, by=who, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            count = len({mandate.person_id for mandate in made})
            done = ngettext(
                "%(count)s person has a mandate now.", "%(count)s people have a mandate now.", count
            )
            messages.success(request, done % {"count": count})
            return redirect("federation:setup")
    context = {
        "form": form,
        "title": _("Who speaks for whom?"),
        "crumbs": [(_("Federation"), reverse("federation:setup"))],
    }
    return render(request, "federation/delegates.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Make a link for the first sign-in of somebody whom no mail reaches; for registrars."""
    who, now = _person(request), timezone.now()
    if authority.wears(who, now.date(), REGISTRAR) is None:
        raise Http404
    form = InvitationForm(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "title": _("Invite somebody whom no mail reaches"),
        "crumbs": [(_("Federation"), reverse("federation:setup"))],
    }
    if request.method == "POST" and form.is_valid():
        try:
            invited, path = invitation_make(who=form.cleaned_data["who"], by=who, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            context |= {
                "invited": invited,
                "link": request.build_absolute_uri(path),
                "form": InvitationForm(),
            }
    return render(request, "federation/invitations.html", context, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user
