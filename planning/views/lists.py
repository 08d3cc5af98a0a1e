"""Elections by lists: calling one, its lists with their candidates, putting a list up, standing on it, the count."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import permissions
from councils.charter import charter_value
from councils.result_wording import counted_in, steps, tie_rule, ties
from planning import policies_lists as policies
from planning.forms import ListElectionForm
from planning.models import CandidateList, ListElection
from planning.selectors import lists as selectors
from planning.services.list_elections import (
    list_election_call,
    list_election_cancel,
    list_election_open,
)
from planning.services.lists import candidate_agree, candidate_decline, candidate_give_up, list_withdraw
from planning.simulated.lists import lists_wait
from planning.views.common import act, moment, page, person
from planning.wording import board_lists as wording
from workplaces.errors import Invalid, Refused

LAST_DAY = date(9998, 12, 31)  # a day after it can be reckoned with


@login_required
@require_GET
def list_elections(request: HttpRequest) -> HttpResponse:
    """Show the elections by lists, the latest first."""
    rows = list(selectors.elections()[:50])
    council = rows[0].council if rows else selectors.general_vote()
    now = moment()
    context = {
        "rows": [{"election": one, "state": wording.state_word(one.state)} for one in rows],
        "conducts": council is not None and permissions.can_conduct(person(request), council, now.date()),
        "crumb_items": [(_("Elections by lists"), "")],
    }
    return page(request, "planning/list_elections.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def list_election_new(request: HttpRequest) -> HttpResponse:
    """Call for lists."""
    council, now = selectors.general_vote(), moment()
    if council is None:
        raise Http404
    permissions.check_can_conduct(person(request), council, now.date())
    form, problem = ListElectionForm(request.POST or None), None
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid(_("The election cannot be called like this."))
            election = _called(request, form.cleaned_data, now)
        except Refused as refused:
            form.refuse(refused)
            problem = refused
        else:
            return redirect("planning:list_election", public_id=election.public_id)
    context = {
        "form": form,
        "share": charter_value("planning.lists_share", on=now.date()),
        "crumb_items": [
            (_("Elections by lists"), reverse("planning:list_elections")),
            (_("New election"), ""),
        ],
    }
    return page(request, "planning/list_election_new.html", context, problem)


def _called(request: HttpRequest, data: dict[str, Any], now: datetime) -> ListElection:
    last_day = timezone.make_aware(datetime.combine(min(data["lists_until"], LAST_DAY), datetime.min.time()))
    return list_election_call(
        title=data["title"], lists_until=last_day + timedelta(days=1), term_from=data["term_from"],
        by=person(request), now=now,
    )  # fmt: skip


def election_or_404(public_id: UUID) -> ListElection:
    """Return that election."""
    return get_object_or_404(selectors.elections(), public_id=public_id)


@login_required
@require_GET
def list_election(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one election: its lists with their candidates, the vote, the seats."""
    return election_page(request, election_or_404(public_id))


def election_page(
    request: HttpRequest, election: ListElection, refused: Refused | None = None
) -> HttpResponse:
    """Render the election, with a refusal on top if there was one."""
    now, who = moment(), person(request)
    shown = selectors.shown_to(election, who)
    collecting = policies.can_collect(election, now)
    there = {one.list.association_id for one in shown}
    conducts = permissions.can_conduct(who, election.council, now.date())
    context = {
        "election": election,
        "title": wording.title(election, len(shown)),
        "lead": wording.lead(election),
        "state": election.state,
        "state_word": wording.state_word(election.state),
        "lists": shown,
        "collecting": collecting,
        "may_put_up": [one for one in selectors.associations_of(who) if one.pk not in there]
        if collecting
        else [],
        "give_up": {one.list.pk for one in shown if one.mine and policies.can_give_up(one.mine)},
        "ballot": selectors.ballot_of(election),
        "rows": wording.seat_rows(selectors.seatings_of(election)),
        "offer": _offer() if settings.DEMO and conducts and lists_wait(election, now) else None,
        "can_open": conducts and policies.can_open(election, now),
        "can_cancel": conducts and policies.can_cancel(election),
        "crumb_items": [
            (_("Elections by lists"), reverse("planning:list_elections")),
            (election.title, ""),
        ],
    }
    return page(request, "planning/list_election.html", context, refused)


def _offer() -> dict[str, str]:
    """Return what made-up associations could do in the demo."""
    return {
        "label": _("Let the others put up lists"),
        "text": _(
            "Each made-up association with a published programme puts up its list; whom it asks joins it and agrees."
        ),
    }


@login_required
@require_GET
def list_count(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how the seats were counted and given, in a table and in words."""
    election = election_or_404(public_id)
    ballot = selectors.ballot_of(election)
    if ballot is None or not ballot.result:
        raise Http404
    count = counted_in(ballot)
    context = {
        "election": election,
        "ballot": ballot,
        "title": _("How the seats were given: %(title)s") % {"title": election.title},
        "lead": wording.lead(election),
        "averages": wording.averages(ballot),
        "steps": steps(count),
        "ties": ties(count),
        "tie_rule": tie_rule(ballot.rule),
        "rows": wording.seat_rows(selectors.seatings_of(election)),
        "crumb_items": [
            (_("Elections by lists"), reverse("planning:list_elections")),
            (election.title, reverse("planning:list_election", args=[public_id])),
            (_("Count sheet"), ""),
        ],
    }
    return page(request, "planning/list_count.html", context)


@login_required
@require_POST
def list_election_open_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the lists to the vote."""
    return _act(
        request, public_id, list_election_open, _("The vote is open; lists and candidates stay as they are.")
    )


@login_required
@require_POST
def list_election_cancel_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel the election."""
    return _act(request, public_id, list_election_cancel, _("The election is cancelled."))


def _act(request: HttpRequest, public_id: UUID, deed: Callable[..., object], done: str) -> HttpResponse:
    """Do something with the election, and show it."""
    election = election_or_404(public_id)
    return act(
        request,
        lambda: deed(election=election, by=person(request), now=moment()),
        done=done,
        to=reverse("planning:list_election", args=[public_id]),
        refused=lambda problem: election_page(request, election_or_404(public_id), problem),
    )


def list_or_404(public_id: UUID) -> CandidateList:
    """Return that list."""
    rows = CandidateList.objects.select_related("election", "association", "programme")
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_POST
def list_agree(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Agree to stand."""
    return _on_list(request, public_id, candidate_agree, _("You stand on this list, in public."))


@login_required
@require_POST
def list_decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say no."""
    return _on_list(request, public_id, candidate_decline, _("You do not stand on this list."))


@login_required
@require_POST
def list_give_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the place up after the vote."""
    return _on_list(request, public_id, candidate_give_up, _("You gave up your place on this list."))


@login_required
@require_POST
def list_withdraw_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a list back."""
    return _on_list(request, public_id, list_withdraw, _("The list is withdrawn."))


def _on_list(request: HttpRequest, public_id: UUID, deed: Callable[..., object], done: str) -> HttpResponse:
    """Do something with the list, and show its election."""
    one = list_or_404(public_id)
    election = one.election.public_id
    return act(
        request,
        lambda: deed(one=one, by=person(request), now=moment()),
        done=done,
        to=reverse("planning:list_election", args=[election]),
        refused=lambda problem: election_page(request, election_or_404(election), problem),
    )
