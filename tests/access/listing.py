"""What addresses of elections by lists name: one whose lists are put up, and the list on which the bakery's delegate is
asked to stand."""

from datetime import timedelta
from typing import Any

from councils.models import Council, Seat
from planning.models import CandidateList, ListCandidate, ListElection, Programme
from planning.services.list_elections import list_election_call
from tests.planning.federation import NOW, Federation
from tests.unguarded import unguarded

OF_ELECTIONS = ("election", "election_open", "election_cancel", "count", "edit")
OF_LISTS = ("agree", "decline", "give_up", "withdraw")
SPACES = ("planning", "api")


def things(federation: Federation, *, guarded: bool) -> dict[str, dict[str, Any]]:
    """Return the parts of each route. The list stands for a draft, which the database refuses: none where ``guarded``."""
    board = federation.councils["board"]
    Council.objects.create(kind="general", name="Everyone", created_at=NOW)
    Seat.objects.create(council=board, number=board.seats.count() + 1)
    election = list_election_call(
        title="The board's lists", lists_until=NOW + timedelta(days=8), term_from=(NOW + timedelta(days=30)).date(),
        by=federation.people["coordinator"], now=NOW,
    )  # fmt: skip
    named = {
        f"{space}:list_{name}": {"public_id": election.public_id} for space in SPACES for name in OF_ELECTIONS
    }
    if guarded:
        return named
    one = _asked_to_stand(election, federation)
    return named | {
        f"{space}:list_{name}": {"public_id": one.public_id} for space in SPACES for name in OF_LISTS
    }


def _asked_to_stand(election: ListElection, federation: Federation) -> CandidateList:
    programme, by = Programme.objects.get(), federation.people["bread_delegate"]
    with unguarded(CandidateList):
        one = CandidateList.objects.create(
            election=election, association=programme.association, programme=programme, created_by=by, created_at=NOW
        )  # fmt: skip
    ListCandidate.objects.create(list=one, election=election, person=by, place=1, asked_at=NOW)
    return one


def form(route: str) -> dict[str, Any]:
    """Return what a page would post."""
    call = {"title": "More lists", "lists_until": "2026-03-20", "term_from": "2026-06-01"}
    return {
        "planning:list_election_new": call,
        "planning:list_edit": {"association": _association(), "programme": _programme(), "do": "save"},
    }.get(route, {})


def document(route: str) -> dict[str, Any]:
    """Return what a program would send."""
    return {
        "api:list_elections": {
            "title": "More lists", "lists_until": "2026-03-20T00:00:00Z", "term_from": "2026-06-01",
        },
        "api:list_edit": {"association": _association(), "programme": _programme(), "candidates": []},
    }.get(route, {})  # fmt: skip


def _programme() -> str:
    return str(Programme.objects.get().public_id)


def _association() -> str:
    return str(ListElection.objects.get().lists.get().association.public_id)
