"""Voting, receipts, and the coordinator's part: opening, closing, voiding."""

from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils import policies, wording
from councils.choice_wording import vote_told
from councils.forms import ReceiptForm, VoidForm
from councils.models import Ballot
from councils.result_wording import came_of
from councils.selectors import ballots as selectors
from councils.selectors.delegations import through_delegates
from councils.selectors.instructions import instructions_on
from councils.selectors.rolls import roll_is_unchanged
from councils.services import ballot_close, ballot_open, ballot_void, named_vote_cast
from councils.views.amendments import amendment_or_404, amendment_page
from councils.views.booth import question_url
from councils.views.choosing import Typed, cast_or_shown
from councils.views.common import act, moment, page, paged, person
from councils.views.elections import election_or_404, election_page
from councils.views.motions import motion_or_404, motion_page
from councils.views.showing import ROLL_COLUMNS, Objecting, roll_call_rows
from workplaces.errors import Refused
from workplaces.record.selectors import entry_with_receipt
from workplaces.tables_out import csv_response

ROLL_PAGE = 200


def ballot_or_404(ballot: UUID) -> Ballot:
    """Return the ballot with that public id."""
    related = Ballot.objects.select_related(
        "motion__council", "motion__moved_by", "amendment", "council", "election"
    )
    return get_object_or_404(related, public_id=ballot)


@login_required
@require_POST
def vote(request: HttpRequest, ballot: UUID) -> HttpResponse:
    """Cast or change a named vote; the receipt is the answer."""
    if "do" in request.POST:  # the paper of a vote among options says whether to check it or to cast it
        found = ballot_or_404(ballot)
        if found.weighs_options:
            told = cast_or_shown(request, found)
            return told if isinstance(told, HttpResponse) else _paper_again(request, found, *told)
    try:
        receipt = named_vote_cast(
            ballot=ballot,
            right=request.POST.get("right", ""),
            option=request.POST.get("option", ""),
            reason=request.POST.get("reason", ""),
            by=person(request),
            idempotency_key=request.POST.get("idempotency_key", ""),
            now=moment(),
        )
    except Ballot.DoesNotExist as problem:
        raise Http404 from problem
    except Refused as problem:
        return _question_page(request, ballot_or_404(ballot), problem, objecting=_objecting(request, problem))
    return HttpResponseRedirect(f"{receipts()}?code={receipt.code}&cast=1")


def _objecting(request: HttpRequest, problem: Refused) -> Objecting | None:
    """Return the objection that was refused, so that its reason still stands in the form."""
    if "reason" not in request.POST:
        return None
    return Objecting(request.POST.get("right", ""), request.POST["reason"], problem.fields.get("reason", ""))


@cache
def receipts() -> str:
    """Return the address of receipts: the same as long as the process runs."""
    return reverse("councils:receipt")


@login_required
@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """Show what a receipt is worth, or ask for one."""
    code = request.GET.get("code", "")
    found = selectors.receipt_found(code) if code else None
    context: dict[str, Any] = {"found": found, "form": ReceiptForm({"code": code} if code else None)}
    if code and not found and context["form"].is_valid():
        context["form"].add_error("code", _("No vote has this receipt. Compare it letter by letter."))
    if found:
        ballot = found.ballot
        context |= {
            "title": wording.receipt_title(found),
            "grouped": wording.grouped(found.version.receipt),
            "is_fresh": bool(request.GET.get("cast")),
            "can_change": found.counts and policies.can_cast(ballot, moment()),
            "closing": entry_with_receipt(found.version.receipt) if ballot.closed_at else None,
            "option": vote_told(found.version, ballot),
            "came_of": came_of(ballot),
        }
    response = page(request, "councils/receipt_detail.html", context)
    response.status_code = 404 if code and not found else 200
    return response


@login_required
@require_GET
def roll(request: HttpRequest, ballot: UUID) -> HttpResponseBase:
    """Show the whole roll-call of a vote, and whether the roll is as it was when it opened."""
    found = ballot_or_404(ballot)
    entries = selectors.roll_call(found)
    shown: dict[str, Any] = {
        "is_open": policies.can_cast(found, moment()),
        "is_secret": found.secrecy == Ballot.Secrecy.SECRET,
        "instructions": instructions_on(found),
        "through": through_delegates(found),
    }
    if request.GET.get("format") == "csv":
        rows = roll_call_rows(entries.iterator(chunk_size=1000), **shown)
        told = ([row[column] for column in ROLL_COLUMNS] for row in rows)
        return csv_response(filename="roll", header=ROLL_COLUMNS, rows=told)
    listed = paged(request, entries, ROLL_PAGE)
    context = {
        "ballot": found,
        "page": listed,
        "rows": roll_call_rows(listed, **shown),
        "is_unchanged": roll_is_unchanged(found) if found.roll_digest else None,
        "crumbs": [
            (found.council.label, reverse("councils:council", args=[found.council.public_id])),
            (found.question, question_url(found)),
            (_("Roll-call"), ""),
        ],
    }
    return page(request, "councils/roll.html", context)


@login_required
@require_POST
def opened(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Open the vote on a motion."""
    found = motion_or_404(motion)
    return act(
        request,
        lambda: ballot_open(
            motion=found,
            by=person(request),
            now=moment(),
            secrecy=Ballot.Secrecy.SECRET
            if request.POST.get("secrecy") == "secret"
            else Ballot.Secrecy.NAMED,
        ),
        done=_("The vote is open. Everybody on the roll can vote now."),
        to=reverse("councils:motion", args=[motion]),
        refused=lambda problem: motion_page(request, motion_or_404(motion), problem),
    )


@login_required
@require_POST
def closed(request: HttpRequest, ballot: UUID) -> HttpResponse:
    """Close a vote and count it."""
    found = ballot_or_404(ballot)
    return act(
        request,
        lambda: ballot_close(ballot=found, by=person(request), now=moment()),
        done=_("The vote is closed and counted."),
        to=question_url(found),
        refused=lambda problem: _question_page(request, found, problem),
    )


@login_required
@require_POST
def voided(request: HttpRequest, ballot: UUID) -> HttpResponse:
    """Declare a vote void, with a reason."""
    found, form = ballot_or_404(ballot), VoidForm(request.POST)
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: ballot_void(ballot=found, reason=reason, by=person(request), now=moment()),
        done=_("The vote is void; it can be held anew."),
        to=question_url(found),
        refused=lambda problem: _question_page(request, found, problem, void=form.show(problem)),
    )


def _paper_again(request: HttpRequest, ballot: Ballot, typed: Typed, problem: Refused | None) -> HttpResponse:
    return motion_page(request, _motion(ballot), problem, typed=typed)


def _question_page(request: HttpRequest, ballot: Ballot, problem: Refused, **forms: Any) -> HttpResponse:
    """Show the page of what a ballot is about, with the refusal."""
    if ballot.amendment:
        return amendment_page(request, amendment_or_404(ballot.amendment.public_id), problem, **forms)
    if ballot.motion:
        return motion_page(request, _motion(ballot), problem, **forms)
    return election_page(request, election_or_404(ballot.election.public_id), problem, **forms)


def _motion(ballot: Ballot) -> Any:
    return motion_or_404(ballot.motion.public_id)  # type: ignore[union-attr]
