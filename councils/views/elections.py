"""Elections: calling, standing, voting, the count sheet, giving mandates."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import election_wording, permissions, policies
from councils.costs import rates_on
from councils.forms import ElectionForm, StatementForm, VoidForm
from councils.models import Council, Election, Mandate, Nomination
from councils.selectors import costs
from councils.selectors.elections import candidates_of, fillable, seats_behind
from councils.services import (
    election_call,
    election_cancel,
    election_open,
    election_seat,
    nomination_stand,
    nomination_withdraw,
)
from councils.services.elections import winners_of
from councils.views.booth import secret_part
from councils.views.common import moment, page, person
from workplaces.errors import Invalid, Refused

RELATED = ("council", "target", "ballot__council", "created_by")


def election_or_404(election: UUID) -> Election:
    """Return the election with that public id."""
    return get_object_or_404(Election.objects.select_related(*RELATED), public_id=election)


@login_required
@require_GET
def election_detail(request: HttpRequest, election: UUID) -> HttpResponse:
    """Show an election."""
    return election_page(request, election_or_404(election))


def election_page(
    request: HttpRequest, election: Election, refused: Refused | None = None, **forms: Any
) -> HttpResponse:
    """Render an election, with a refusal on top if there was one."""
    who, now = person(request), moment()
    conducts = permissions.can_conduct(who, election.council, now.date())
    candidates = list(candidates_of(election))
    mine = next((one for one in candidates if one.person_id == who.pk), None)
    may_stand = policies.can_stand(election, now) and permissions.can_be_candidate(who, election, now.date())
    ballot, winners = election.ballot, winners_of(election)
    context = {
        "election": election,
        "title": election_wording.title(election, len(candidates)),
        "what_for": election_wording.what_for(election),
        "how_counted": election_wording.how_counted(election),
        "tie_rule": election_wording.tie_rule(),
        "candidates": candidates,
        "mine": mine,
        "may_stand": may_stand,
        "form": forms.get("form") or StatementForm(initial={"statement": mine.statement if mine else ""}),
        "void_form": forms.get("void") or VoidForm(),
        "winners": winners,
        "minutes": costs.to_vote(ballot, rates_on(now.date())) if ballot else None,
        "ballot": ballot,
        "secret": secret_part(ballot, request) if ballot else None,
        "can_open": conducts and policies.can_open_election(election, now),
        "can_cancel": conducts and policies.can_cancel(election),
        "can_close": bool(ballot and conducts and policies.can_close(ballot, 0, now)),
        "can_void": bool(ballot and conducts and policies.can_void(ballot)),
        "can_seat": _can_seat(election, winners, who, now),
        "crumbs": [
            (_("Councils"), reverse("councils:list")),
            (election.council.label, reverse("councils:council", args=[election.council.public_id])),
            (_("Election"), ""),
        ],
    }
    return page(request, "councils/election_detail.html", context, refused)


def _can_seat(election: Election, winners: list[Nomination], who: Any, now: datetime) -> bool:
    is_due = bool(winners) and not any(winner.mandate_id for winner in winners)
    return is_due and permissions.can_register(who, election.target, now.date())


@login_required
@require_GET
def count_sheet(request: HttpRequest, election: UUID) -> HttpResponse:
    """Show how an election was counted, step by step."""
    found = election_or_404(election)
    if not found.ballot or not found.ballot.result:
        raise Http404
    context = {
        "election": found,
        "ballot": found.ballot,
        "result": found.ballot.result,
        "facts": found.ballot.result.get("explanation", {}),
        "steps": election_wording.steps(found.ballot),
        "ties": election_wording.ties(found.ballot),
        "winners": winners_of(found),
        "how_counted": election_wording.how_counted(found),
        "tie_rule": election_wording.tie_rule(),
        "crumbs": [
            (found.council.label, reverse("councils:council", args=[found.council.public_id])),
            (found.title, reverse("councils:election", args=[found.public_id])),
            (_("Count sheet"), ""),
        ],
    }
    return page(request, "councils/count_sheet.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def election_new(request: HttpRequest, council: UUID) -> HttpResponse:
    """Call an election."""
    found, now = get_object_or_404(Council, public_id=council), moment()
    permissions.check_can_conduct(person(request), found, now.date())
    choices = fillable(found)
    form, problem = ElectionForm(request.POST or None, choices=choices), None
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid(_("The election cannot be called like this."))
            election = _called(request, found, form.cleaned_data)
        except Refused as refused:
            form.show(refused)
            problem = refused
        else:
            return redirect("councils:election", election=election.public_id)
    context = {
        "council": found,
        "form": form,
        "crumbs": [
            (found.label, reverse("councils:council", args=[found.public_id])),
            (_("New election"), ""),
        ],
    }
    return page(request, "councils/election_new.html", context, problem)


def _called(request: HttpRequest, council: Council, data: dict[str, Any]) -> Election:
    kind, _colon, rest = data["role"].partition(":")
    seats = seats_behind(council, rest) if kind == "seats" else []
    last_day = datetime.combine(data["nominations_until"], datetime.min.time())
    return election_call(
        council=council,
        title=data["title"],
        role=Mandate.Role.DELEGATE if kind == "seats" else rest,
        rule=data["rule"],
        seats=seats,
        nominations_until=timezone.make_aware(last_day) + timedelta(days=1),
        term_from=data["term_from"],
        by=person(request),
        now=moment(),
    )


@login_required
@require_POST
def stand(request: HttpRequest, election: UUID) -> HttpResponse:
    """Stand, or change one's statement."""
    statement = request.POST.get("statement", "")
    form = StatementForm(request.POST)
    return _act(
        request,
        election,
        lambda found: nomination_stand(election=found, statement=statement, by=person(request), now=moment()),
        form=form,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, election: UUID) -> HttpResponse:
    """Stand no longer."""
    return _act(
        request, election, lambda found: nomination_withdraw(election=found, by=person(request), now=moment())
    )


@login_required
@require_POST
def opened(request: HttpRequest, election: UUID) -> HttpResponse:
    """Open the vote."""
    return _act(
        request, election, lambda found: election_open(election=found, by=person(request), now=moment())
    )


@login_required
@require_POST
def cancelled(request: HttpRequest, election: UUID) -> HttpResponse:
    """Cancel the election."""
    return _act(
        request, election, lambda found: election_cancel(election=found, by=person(request), now=moment())
    )


@login_required
@require_POST
def seated(request: HttpRequest, election: UUID) -> HttpResponse:
    """Give the elected their mandates."""
    return _act(
        request, election, lambda found: election_seat(election=found, by=person(request), now=moment())
    )


def _act(
    request: HttpRequest,
    election: UUID,
    action: Callable[[Election], Any],
    *,
    form: StatementForm | None = None,
) -> HttpResponse:
    found = election_or_404(election)
    try:
        action(found)
    except Refused as problem:
        shown = {"form": form.show(problem)} if form else {}
        return election_page(request, election_or_404(election), problem, **shown)
    return redirect("councils:election", election=election)
