"""Votes: reading them with a token, casting them as a person who is signed in.

No cast is noted under an Idempotency-Key: the note would hold who asked, when, and a digest of what they asked for.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Ballot, RollEntry
from councils.padding import filling
from councils.selectors.ballots import papers_of, rights_of
from councils.services import paper_cast, vote_cast
from planning.api.etags import detail
from planning.api.operations import casting, listing, reading
from planning.api.problems import pointing
from planning.api.serializers.ballots import (
    BallotSerializer,
    CountedSerializer,
    PaperCasting,
    PaperSerializer,
    ReceiptSerializer,
    VoteCasting,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.councils import COUNCIL, filtered, state_in

RELATED = Ballot.objects.select_related("council", "motion", "amendment").prefetch_related("options")


class Ballots(Endpoint):
    """All votes that have opened."""

    @listing("listBallots", "List votes, the latest first", "ballots", BallotSerializer, COUNCIL,
             state_in(Ballot.State, Ballot.State.DRAFT))  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the votes."""
        mine = RollEntry.objects.filter(person=person(request)).select_related("mark", "vote")
        rows = filtered(request, RELATED.exclude(state=Ballot.State.DRAFT), Ballot.State).prefetch_related(
            Prefetch("roll", mine.order_by("number"), to_attr="rights")
        )
        return listed(request, rows, BallotSerializer, order="-id")


class BallotDetail(Endpoint):
    """One vote."""

    @reading("getBallot", "Read a vote", "ballots", BallotSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the vote."""
        ballot = the_ballot(public_id)
        setattr(ballot, "rights", rights_of(ballot, person(request)))  # noqa: B010
        return detail(request, BallotSerializer(ballot).data)


class Papers(Endpoint):
    """The papers of a secret vote."""

    @listing("listPapers", "List the papers of a secret vote that has closed", "ballots", PaperSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the papers by tracker; before the close there are none."""
        ballot = the_ballot(public_id)
        if ballot.secrecy != Ballot.Secrecy.SECRET or ballot.closed_at is None:
            raise Http404
        return listed(request, papers_of(ballot), PaperSerializer, order="tracker")

    @casting("castPaper", "Put a paper into the urn", PaperCasting, CountedSerializer)
    @method_decorator(sensitive_variables())
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cast a secret paper."""
        values = taken(request, PaperCasting)
        with pointing(lambda field: choice_at(field, values["choice"])):
            counted = paper_cast(ballot=the_ballot(public_id), by=person(request), now=moment(), **values)
        response = Response(CountedSerializer(counted).data, status=201)
        response.add_post_render_callback(_padded)
        return response


class Votes(Endpoint):
    """Named votes."""

    @casting("castVote", "Cast or change a named vote", VoteCasting, ReceiptSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cast a named vote."""
        values = taken(request, VoteCasting)
        with pointing(lambda field: choice_at(field, values.get("choice"))):
            receipt = vote_cast(
                ballot=the_ballot(public_id),
                right=values["right"],
                option=values.get("option", ""),
                choice=values.get("choice"),
                reason=values.get("reason", ""),
                idempotency_key=values["key"],
                by=person(request),
                now=moment(),
            )
        return Response(ReceiptSerializer(receipt).data, status=201)


def choice_at(field: str, choice: Any) -> str:
    """Return where in the body an option of the choice stands: ``choice:o1`` is at ``choice/o1``, in a list at its place."""
    name, _mark, code = field.partition(":")
    if name != "choice" or not code:
        return field
    if isinstance(choice, Mapping) and code in choice:
        return f"choice/{code}"
    if isinstance(choice, list | tuple) and code in choice:
        return f"choice/{list(choice).index(code)}"
    return "choice"


def _padded(response: Response) -> None:
    """Fill a rendered document with white space: its length would say what the paper says."""
    response.content += b" " * filling(len(response.content))


def the_ballot(public_id: UUID) -> Ballot:
    """Return that vote, unless it has not opened."""
    ballot: Ballot = found(RELATED.exclude(state=Ballot.State.DRAFT), public_id=public_id)
    return ballot
