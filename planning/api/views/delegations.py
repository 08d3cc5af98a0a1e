"""Whom one lets vote in one's place, by program."""

from uuid import UUID

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Delegation
from councils.selectors.delegations import running
from councils.services import delegation_end, delegation_give
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.sitting import Delegating, DelegationSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from workplaces.models import Person

TAG = "delegations"


class Delegations(Endpoint):
    """The caller's delegations in one council."""

    @listing(
        "listDelegations", "List the delegations to and from oneself that run", TAG, DelegationSerializer
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List whom the caller lets vote for them, and for whom they vote."""
        me = person(request)
        rows = running(the_council(public_id), moment()).filter(Q(giver=me) | Q(receiver=me))
        return listed(request, rows, DelegationSerializer, order="id")

    @acting(
        "delegateVote",
        "Let somebody on the same roll vote for one",
        TAG,
        Delegating,
        {201: DelegationSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Delegate."""
        values, council = taken(request, Delegating), the_council(public_id)
        to: Person = found(Person.objects, public_id=values.pop("to"))
        made = delegation_give(council=council, to=to, by=person(request), now=moment(), **values)
        return detail(request, DelegationSerializer(made).data, status=201)


class DelegationEnding(Endpoint):
    """One's own vote, taken back."""

    @acting("endDelegation", "Take one's vote back", TAG, None, {200: DelegationSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it back."""
        delegation: Delegation = found(Delegation.objects.select_related("council"), public_id=public_id)
        made = delegation_end(delegation=delegation, by=person(request), now=moment())
        return detail(request, DelegationSerializer(made).data)


def the_council(public_id: UUID) -> Council:
    """Return that council."""
    council: Council = found(Council.objects, public_id=public_id)
    return council
