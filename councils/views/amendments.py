"""One amendment: what it changes, the vote on it, and proposing one."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import permissions, policies_motions, wording
from councils.forms import AmendmentForm, ServiceForm, VoidForm
from councils.models import Amendment, Ballot, Motion
from councils.question_forms import AmendedQuestionForm
from councils.services.amendments import (
    amendment_accept,
    amendment_open,
    amendment_propose,
    amendment_withdraw,
)
from councils.views.amending import amendment_title, changes_of, clashes_of, stale_notice
from councils.views.booth import secret_part
from councils.views.choosing import asked_of
from councils.views.common import act, crumbs_of, moment, page, person
from councils.views.motions import motion_or_404, secrecy, voting
from workplaces.errors import Refused


def amendment_or_404(amendment: UUID) -> Amendment:
    """Return the amendment with that public id."""
    related = Amendment.objects.select_related("motion__council", "motion__moved_by", "proposed_by")
    return get_object_or_404(related, public_id=amendment)


@login_required
@require_GET
def amendment_detail(request: HttpRequest, amendment: UUID) -> HttpResponse:
    """Show an amendment."""
    return amendment_page(request, amendment_or_404(amendment))


def amendment_page(
    request: HttpRequest, amendment: Amendment, refused: Refused | None = None, **forms: ServiceForm
) -> HttpResponse:
    """Render an amendment, with a refusal on top if there was one."""
    now, who, motion = moment(), person(request), amendment.motion
    ballot = amendment.ballots.select_related("council").order_by("-pk").first()
    conducts = permissions.can_conduct(who, motion.council, now.date())
    is_free = policies_motions.no_amendment_voted(motion)
    context: dict[str, Any] = {
        "amendment": amendment,
        "motion": motion,
        "title": amendment_title(amendment),
        "changes": changes_of(amendment),
        "clashes": clashes_of(amendment),
        "asked": asked_of(amendment.question),
        "facts": _facts(amendment),
        "ballot": ballot,
        "void_form": forms.get("void") or VoidForm(),
        "can_accept": permissions.can_accept(who, motion, now.date())
        and policies_motions.amendment_can(amendment, "accepted_by_the_mover")
        and is_free,
        "can_withdraw": amendment.proposed_by_id == who.pk
        and policies_motions.amendment_can(amendment, "withdrawn"),
        "can_open": conducts and policies_motions.amendment_can(amendment, "ballot_opened") and is_free,
        "crumbs": [*crumbs_of(motion), (_("Amendment %(number)s") % {"number": amendment.number}, "")],
    }
    if ballot:
        context |= voting(ballot, who, now, conducts=conducts)
        if ballot.secrecy == Ballot.Secrecy.SECRET and ballot.opened_at:
            context["secret"] = secret_part(ballot, request)
    if context["can_open"]:
        context |= secrecy(motion, now)
    return page(request, "councils/amendment_detail.html", context, refused)


def _facts(amendment: Amendment) -> list[dict[str, Any]]:
    motion = amendment.motion
    facts: list[dict[str, Any]] = [
        {"label": _("Proposed by"), "value": amendment.proposed_by},
        {"label": _("As"), "value": amendment.hat or "–"},
        {"label": _("On"), "value": wording.when(amendment.proposed_at)},
        {"label": _("Changes version"), "value": amendment.base},
        {"label": _("Who can accept it"), "value": motion.moved_by},
        {"label": _("Who decides it otherwise"), "value": motion.council.label},
    ]
    if amendment.decided_at:
        facts.append({"label": _("Decided"), "value": wording.when(amendment.decided_at)})
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def amendment_new(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Propose other words for a motion."""
    found, problem = motion_or_404(motion), None
    as_it_stands = {"version": found.version, "title": found.title, "text": found.text}
    form, stale = AmendmentForm(request.POST or None, initial=as_it_stands), None
    question = found.question
    asks = AmendedQuestionForm(request.POST or None, question=question) if question else None
    if request.method == "POST":
        version = _whole(request.POST.get("version", ""))
        try:
            amendment = amendment_propose(
                motion=found,
                version=version,
                by=person(request),
                now=moment(),
                asks=asks.asks() if asks else None,
                **{name: request.POST.get(name, "") for name in ("title", "text", "reason")},
            )
        except Refused as refused:
            if asks:
                asks.show(refused)
            form, stale = AmendmentForm(_read_on(request, found)), stale_notice(found, version)
            form.show(refused)
            problem = refused
        else:
            return redirect("councils:amendment", amendment=amendment.public_id)
    context = {
        "motion": found,
        "form": form,
        "asks": asks,
        "stale": stale,
        "can_amend": permissions.can_move(person(request), found.council, moment().date())
        and policies_motions.can_amend(found, moment()),
        "crumbs": [*crumbs_of(found), (_("New amendment"), "")],
    }
    return page(request, "councils/amendment_new.html", context, problem)


def _read_on(request: HttpRequest, motion: Motion) -> Any:
    """Return what was typed, for the version that the page now shows."""
    typed = request.POST.copy()
    typed["version"] = str(motion_or_404(motion.public_id).version)
    return typed


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@login_required
@require_POST
def amendment_accepted(request: HttpRequest, amendment: UUID) -> HttpResponse:
    """Accept an amendment as friendly."""
    found = amendment_or_404(amendment)
    version = _whole(request.POST.get("version", ""))
    return act(
        request,
        lambda: amendment_accept(amendment=found, version=version, by=person(request), now=moment()),
        done=_("Accepted: these are the motion's words now. The earlier ones stay on the record."),
        to=reverse("councils:motion", args=[found.motion.public_id]),
        refused=lambda problem: amendment_page(request, amendment_or_404(amendment), problem),
    )


@login_required
@require_POST
def amendment_withdrawn(request: HttpRequest, amendment: UUID) -> HttpResponse:
    """Take one's amendment back."""
    found = amendment_or_404(amendment)
    return act(
        request,
        lambda: amendment_withdraw(amendment=found, by=person(request), now=moment()),
        done=_("The amendment is withdrawn."),
        to=reverse("councils:amendment", args=[amendment]),
        refused=lambda problem: amendment_page(request, amendment_or_404(amendment), problem),
    )


@login_required
@require_POST
def amendment_voted(request: HttpRequest, amendment: UUID) -> HttpResponse:
    """Open the vote on an amendment."""
    found = amendment_or_404(amendment)
    secret = request.POST.get("secrecy") == "secret"
    secrecy_wanted = Ballot.Secrecy.SECRET if secret else Ballot.Secrecy.NAMED
    return act(
        request,
        lambda: amendment_open(amendment=found, by=person(request), now=moment(), secrecy=secrecy_wanted),
        done=_("The vote is open. Everybody on the roll can vote now."),
        to=reverse("councils:amendment", args=[amendment]),
        refused=lambda problem: amendment_page(request, amendment_or_404(amendment), problem),
    )
