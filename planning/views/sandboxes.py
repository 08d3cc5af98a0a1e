"""Sandboxes: the list, opening one, its page with what comes out, computing it, sharing it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import permissions_sandbox, policies_sandbox
from planning.forms import RefusableForm
from planning.models import Run, Sandbox, SandboxChange
from planning.selectors import comparing
from planning.selectors.sandboxes import motions_on, origin_of, parents, place_of, places_of
from planning.services import sandboxes as services
from planning.services.sandbox_changes import parent_of
from planning.views.common import act, moment, page, person
from planning.views.comparing import compared
from planning.wording import sandboxes as wording
from planning.wording.sandbox_words import changes_of, sides_of
from workplaces.errors import Refused
from workplaces.models import Person, Scenario


class NameForm(RefusableForm):
    """What a sandbox is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=services.NAME_LENGTH)


def sandbox_or_404(request: HttpRequest, public_id: UUID) -> Sandbox:
    """Return the person's own sandbox; somebody else's does not exist."""
    found = get_object_or_404(_related(), public_id=public_id, discarded_at__isnull=True)
    if not permissions_sandbox.can_own(person(request), found):
        raise Http404
    return found


def shared_or_404(link: UUID) -> Sandbox:
    """Return the sandbox that is shared by this link."""
    return get_object_or_404(_related(), link=link)


def _related() -> QuerySet[Sandbox]:
    return Sandbox.objects.select_related("scenario__parent", "cycle", "owner")


@login_required
@require_GET
def sandbox_list(request: HttpRequest) -> HttpResponse:
    """Show one's own sandboxes, and what a new one can begin from."""
    me = person(request)
    own = comparing.own_sandboxes(me)
    places = places_of(parent_of(sandbox) for sandbox in own)
    changed = dict(SandboxChange.objects.filter(sandbox__in=own).values_list("sandbox").annotate(Count("pk")))
    context = {
        "title": _("What would happen if …?"),
        "sandboxes": [(s, places[parent_of(s).pk][0], changed.get(s.pk, 0)) for s in own],
        "parents": parents(),
        "limit": policies_sandbox.SANDBOXES,
        "crumb_items": [(_("Sandboxes"), "")],
    }
    return page(request, "planning/sandbox_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def sandbox_new(request: HttpRequest, scenario: UUID) -> HttpResponseBase:
    """Open a sandbox on a baseline, a round's figures or a plan's."""
    parent = get_object_or_404(Scenario.objects.exclude(kind=Scenario.Kind.SANDBOX), public_id=scenario)
    form = NameForm(request.POST if request.method == "POST" else None)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.sandbox_open(
                parent=parent, name=form.cleaned_data["name"], by=person(request), now=moment()
            )
        except Refused as problem:
            form.refuse(problem)
            refused = problem
        else:
            return redirect("planning:sandbox", made.public_id)
    context = {
        "form": form,
        "parent": place_of(parent),
        "crumb_items": [(_("Sandboxes"), reverse("planning:sandboxes")), (_("New"), "")],
    }
    response = page(request, "planning/sandbox_new.html", context, refused)
    if form.is_bound and refused is None:
        response.status_code = 422
    return response


@login_required
@require_GET
def sandbox_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a sandbox of one's own: its changes, and beside its parent what comes out of them."""
    sandbox = sandbox_or_404(request, public_id)
    if request.htmx:  # type: ignore[attr-defined]
        run = _latest(sandbox)
        response = page(request, "planning/_sandbox_progress.html", {"run": run, "sandbox": sandbox})
        if run is None or run.state not in policies_sandbox.UNDER_WAY:
            response["HX-Refresh"] = "true"
    else:
        response = sandbox_page(request, sandbox)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_GET
def sandbox_shared(request: HttpRequest, link: UUID) -> HttpResponseBase:
    """Show a shared sandbox to whoever has signed in and holds its link."""
    return sandbox_page(request, shared_or_404(link))


def sandbox_page(request: HttpRequest, sandbox: Sandbox, refused: Refused | None = None) -> HttpResponse:
    """Render a sandbox, with a refusal on top if there was one."""
    me, now = person(request), moment()
    run, latest, parent = services.result_of(sandbox), _latest(sandbox), parent_of(sandbox)
    current = run is not None and services.is_current(sandbox, run)
    changes = changes_of(sandbox)
    mine = permissions_sandbox.can_own(me, sandbox)
    origin = origin_of(parent)
    sides = sides_of(sandbox, run, origin)
    tolerance = comparing.tolerance_of(sides)
    found = comparing.read(sides) if run is not None else []
    totals = comparing.totals(found[1], tolerance) if current else None
    link = reverse("planning:sandbox_shared", args=[sandbox.link]) if sandbox.link else ""
    keys = (comparing.key_of(origin), comparing.sandbox_key(sandbox, me)[0])
    context: dict[str, Any] = {
        "sandbox": sandbox,
        "mine": mine,
        "title": wording.title(sandbox.name, len(changes), totals, tolerance),
        "parent": (sides[0].label, sides[0].url),
        "changes": changes,
        "kinds": SandboxChange.Kind.choices,
        "run": latest,
        "under_way": latest is not None and latest.state in policies_sandbox.UNDER_WAY,
        "done": run,
        "current": current,
        "link": request.build_absolute_uri(link) if link else "",
        "motions": motions_on(sandbox),
        "can_compute": mine and policies_sandbox.can_compute(sandbox, now),
        "compare_url": f"{reverse('planning:compare')}?{urlencode([('with', key) for key in keys if key])}",
        "crumb_items": [(_("Sandboxes"), reverse("planning:sandboxes")), (sandbox.name, "")],
    }
    if run is not None:
        context |= compared(found, tolerance)
        context["csv_url"] = f"{context['compare_url']}&format=csv"
    return page(request, "planning/sandbox_detail.html", context, refused)


def _latest(sandbox: Sandbox) -> Run | None:
    return sandbox.scenario.runs.select_related("requested_by").order_by("-requested_at", "-pk").first()


@login_required
@require_POST
def sandbox_compute_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have a worker compute it."""
    return _do(request, public_id, services.sandbox_compute, _("A worker computes what these figures do."))


@login_required
@require_POST
def sandbox_stop_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel the computation."""
    return _do(request, public_id, services.sandbox_stop, _("The computation is being cancelled."))


@login_required
@require_POST
def sandbox_share_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Freeze it and make its link."""
    done = _("The figures are frozen; who has signed in and holds the link can read them.")
    return _do(request, public_id, services.sandbox_share, done)


@login_required
@require_POST
def sandbox_withdraw_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the link away."""
    sandbox = sandbox_or_404(request, public_id)
    return act(
        request,
        lambda: services.sandbox_withdraw(
            sandbox=sandbox, by=person(request), now=moment(), under_motion=bool(motions_on(sandbox))
        ),
        done=_("The link leads nowhere any more; the figures stay frozen."),
        to=reverse("planning:sandbox", args=[public_id]),
        refused=lambda problem: sandbox_page(request, sandbox, problem),
    )


@login_required
@require_POST
def sandbox_discard_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put it away."""
    to = reverse("planning:sandboxes")
    return _do(request, public_id, services.sandbox_discard, _("The sandbox is gone."), to)


def _do(request: HttpRequest, public_id: UUID, service: Any, done: str, to: str = "") -> HttpResponse:
    sandbox = sandbox_or_404(request, public_id)
    return act(
        request,
        lambda: service(sandbox=sandbox, by=person(request), now=moment()),
        done=done,
        to=to or reverse("planning:sandbox", args=[public_id]),
        refused=lambda problem: sandbox_page(request, sandbox, problem),
    )


@login_required
@require_POST
def sandbox_copy_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on from one's own sandbox in a copy."""
    return _copy(request, sandbox_or_404(request, public_id))


@login_required
@require_POST
def sandbox_shared_copy(request: HttpRequest, link: UUID) -> HttpResponse:
    """Go on from somebody's shared sandbox in a copy of one's own."""
    return _copy(request, shared_or_404(link))


def _copy(request: HttpRequest, sandbox: Sandbox) -> HttpResponse:
    me: Person = person(request)
    name = _("Copy of %(name)s") % {"name": sandbox.name}
    try:
        copy = services.sandbox_copy(sandbox=sandbox, name=name[: services.NAME_LENGTH], by=me, now=moment())
    except Refused as problem:
        return sandbox_page(request, sandbox, problem)
    messages.success(request, _("This copy is yours: change what you like."))
    return redirect("planning:sandbox", copy.public_id)
