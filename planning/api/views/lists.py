"""Elections by lists: calling, putting lists up, standing on one, opening the vote, the count."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from councils.result_wording import counted_in, steps, ties
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.lists import (
    ListBody,
    ListCountSerializer,
    ListElectionCalling,
    ListElectionDetailSerializer,
    ListElectionSerializer,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.models import CandidateList, ListElection, Programme
from planning.selectors import lists as selectors
from planning.services.list_elections import (
    list_election_call,
    list_election_cancel,
    list_election_open,
)
from planning.services.lists import (
    candidate_agree,
    candidate_decline,
    candidate_give_up,
    list_put_up,
    list_withdraw,
)
from workplaces.errors import Invalid
from workplaces.models import Association, Person

TAG = "lists"


class ListElections(Endpoint):
    """All elections by lists."""

    scope = "coordinate"

    @listing("listListElections", "List elections by lists, the latest first", TAG, ListElectionSerializer)
    def get(self, request: Request) -> Response:
        """List them."""
        return listed(request, selectors.elections(), ListElectionSerializer, order="-id")

    @acting("callListElection", "Call for lists for the board's seats", TAG, ListElectionCalling,
            {201: ListElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Call one."""
        values = taken(request, ListElectionCalling)
        election = list_election_call(by=person(request), now=moment(), **values)
        return detail(request, shown(request, election.public_id), status=201)


class ListElectionDetail(Endpoint):
    """One election by lists."""

    @reading(
        "getListElection", "Read an election by lists, with the lists", TAG, ListElectionDetailSerializer
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        return detail(request, shown(request, public_id))


class ListElectionCount(Endpoint):
    """How the seats were divided."""

    @reading("getListCount", "Read how the seats were divided, step by step", TAG, ListCountSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it; before the vote has closed there is nothing."""
        ballot = selectors.ballot_of(the_election(public_id))
        if ballot is None or ballot.result is None:
            raise Http404
        count = counted_in(ballot)
        told = {"election": public_id, "result": ballot.result, "steps": steps(count), "ties": ties(count)}
        return detail(request, ListCountSerializer(told).data)


class ListElectionOpening(Endpoint):
    """The vote."""

    scope = "coordinate"

    @acting("openListElection", "Put the lists to everybody's secret vote", TAG, None,
            {200: ListElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open it."""
        list_election_open(election=the_election(public_id), by=person(request), now=moment())
        return detail(request, shown(request, public_id))


class ListElectionCancelling(Endpoint):
    """An election that is not held."""

    scope = "coordinate"

    @acting("cancelListElection", "Cancel an election by lists before its vote", TAG, None,
            {200: ListElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel it."""
        list_election_cancel(election=the_election(public_id), by=person(request), now=moment())
        return detail(request, shown(request, public_id))


class ListPuttingUp(Endpoint):
    """Lists."""

    scope = "propose"

    @acting("putUpList", "Put up an association's list, or change it", TAG, ListBody,
            {200: ListElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it up."""
        election, body = the_election(public_id), taken(request, ListBody)
        association = Association.objects.filter(public_id=body["association"]).first()
        if association is None:
            sentence = _("There is no such association.")
            raise Invalid(sentence, fields={"association": sentence})
        list_put_up(
            election=election, association=association, people=_people(body["candidates"]),
            programme=Programme.objects.filter(public_id=body["programme"]).first(), by=person(request), now=moment(),
        )  # fmt: skip
        return detail(request, shown(request, public_id))


def _people(wanted: list[UUID]) -> list[Person]:
    there = {one.public_id: one for one in Person.objects.filter(public_id__in=wanted)}
    for place, one in enumerate(wanted, 1):
        if one not in there:
            told = _("Place %(place)s: there is nobody of this id.") % {"place": place}
            raise Invalid(_("The list cannot be put up like this."), fields={"candidates": told})
    return [there[one] for one in wanted]


class ListWithdrawing(Endpoint):
    """A list that is taken back."""

    scope = "propose"

    @acting(
        "withdrawList", "Take a list back before the vote", TAG, None, {200: ListElectionDetailSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it back."""
        return _on_list(request, public_id, list_withdraw)


class ListAgreeing(Endpoint):
    """A candidate's yes."""

    @acting("agreeToStand", "Agree to stand at one's place", TAG, None, {200: ListElectionDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Agree."""
        return _on_list(request, public_id, candidate_agree)


class ListDeclining(Endpoint):
    """A candidate's no."""

    @acting("declineToStand", "Decline, or stand no longer", TAG, None, {200: ListElectionDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Decline."""
        return _on_list(request, public_id, candidate_decline)


class ListGivingUp(Endpoint):
    """A place that is given up after the vote."""

    @acting("giveUpPlace", "Give one's place up once the vote has opened", TAG, None,
            {200: ListElectionDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give it up."""
        return _on_list(request, public_id, candidate_give_up)


def _on_list(request: Request, public_id: UUID, service: Callable[..., Any]) -> Response:
    one: CandidateList = found(CandidateList.objects.select_related("election"), public_id=public_id)
    service(one=one, by=person(request), now=moment())
    return detail(request, shown(request, one.election.public_id))


def the_election(public_id: UUID) -> ListElection:
    """Return that election."""
    election: ListElection = found(selectors.elections(), public_id=public_id)
    return election


def shown(request: Request, public_id: UUID) -> Any:
    """Return the representation of an election as it now is, to who asks."""
    election = the_election(public_id)
    context = {
        "lists": selectors.shown_to(election, person(request)),
        "seatings": list(selectors.seatings_of(election)),
    }
    return ListElectionDetailSerializer(election, context=context).data
