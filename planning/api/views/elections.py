"""Elections: calling, standing, opening the vote, the count sheet, giving mandates.

Standing is a person's own act: it is done with a session, never by token, as voting is.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Election
from councils.selectors.elections import seats_behind
from councils.services import (
    election_call,
    election_cancel,
    election_open,
    election_seat,
    nomination_stand,
    nomination_withdraw,
)
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.elections import (
    CountSheetSerializer,
    ElectionCalling,
    ElectionDetailSerializer,
    ElectionSerializer,
    Standing,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.councils import COUNCIL, filtered, state_in

RELATED = Election.objects.select_related("council", "target", "ballot")
TAG = "elections"


class Elections(Endpoint):
    """All elections."""

    scope = "coordinate"

    @listing("listElections", "List elections, the latest first", TAG, ElectionSerializer, COUNCIL,
             state_in(Election.State))  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the elections."""
        return listed(request, filtered(request, RELATED, Election.State), ElectionSerializer, order="-id")

    @acting("callElection", "Call an election", TAG, ElectionCalling, {201: ElectionDetailSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Call an election."""
        values = taken(request, ElectionCalling)
        council = found(Council.objects, public_id=values.pop("council"))
        target = values.pop("target", None)
        election = election_call(
            council=council,
            seats=seats_behind(council, str(target)) if target else [],
            by=person(request),
            now=moment(),
            **values,
        )
        return detail(request, shown(election.public_id), status=201)


class ElectionDetail(Endpoint):
    """One election."""

    @reading("getElection", "Read an election with its candidates", TAG, ElectionDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the election."""
        return detail(request, shown(public_id))


class ElectionCount(Endpoint):
    """How it was counted."""

    @reading("getCountSheet", "Read how an election was counted, step by step", TAG, CountSheetSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the count sheet; before the vote has closed there is none."""
        election = the_election(public_id)
        if election.ballot is None or election.ballot.result is None:
            raise Http404
        return detail(request, CountSheetSerializer(election).data)


class ElectionStanding(Endpoint):
    """Standing as a candidate."""

    @acting(
        "stand",
        "Stand in an election, or change one's statement",
        TAG,
        Standing,
        {200: ElectionDetailSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Stand."""
        values = taken(request, Standing)
        return _done(request, public_id, nomination_stand, **values)


class ElectionStandingDown(Endpoint):
    """Standing no longer."""

    @acting("standNoLonger", "Stand no longer", TAG, None, {200: ElectionDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw."""
        return _done(request, public_id, nomination_withdraw)


class ElectionOpening(Endpoint):
    """The vote."""

    scope = "coordinate"

    @acting(
        "openElection",
        "Open the vote, once nominations have closed",
        TAG,
        None,
        {200: ElectionDetailSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open the vote."""
        return _done(request, public_id, election_open)


class ElectionCancelling(Endpoint):
    """An election that is not held."""

    scope = "coordinate"

    @acting("cancelElection", "Cancel an election that has not been voted on", TAG, None,
            {200: ElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel."""
        return _done(request, public_id, election_cancel)


class ElectionSeating(Endpoint):
    """The mandates of the elected."""

    scope = "coordinate"

    @acting("giveMandates", "Give the elected their mandates", TAG, None, {200: ElectionDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give the mandates."""
        return _done(request, public_id, election_seat)


def _done(request: Request, public_id: UUID, service: Callable[..., Any], **values: Any) -> Response:
    service(election=the_election(public_id), by=person(request), now=moment(), **values)
    return detail(request, shown(public_id))


def the_election(public_id: UUID) -> Election:
    """Return that election."""
    election: Election = found(RELATED, public_id=public_id)
    return election


def shown(public_id: UUID) -> Any:
    """Return the representation of an election as it now is."""
    return ElectionDetailSerializer(the_election(public_id)).data
