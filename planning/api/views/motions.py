"""Motions: putting them, taking them back, opening, closing and voiding the votes on them.

A motion is put under one's own name: that is done with a session, never by token, as voting is.
"""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Motion
from councils.selectors.ballots import rights_of
from councils.services import ballot_close, ballot_open, ballot_void, motion_move, motion_withdraw
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.ballots import BallotSerializer
from planning.api.serializers.debates import MotionWithVersionsSerializer
from planning.api.serializers.motions import BallotOpening, BallotVoiding, MotionMoving, MotionSerializer
from planning.api.views.ballots import the_ballot
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.councils import COUNCIL, filtered, state_in

RELATED = Motion.objects.select_related("council", "moved_by")
TAG = "motions"


class Motions(Endpoint):
    """All motions."""

    @listing(
        "listMotions",
        "List motions, the latest first",
        TAG,
        MotionSerializer,
        COUNCIL,
        state_in(Motion.State),
    )
    def get(self, request: Request) -> Response:
        """List the motions."""
        return listed(request, filtered(request, RELATED, Motion.State), MotionSerializer, order="-id")

    @acting("moveMotion", "Put a motion to a council", TAG, MotionMoving, {201: MotionSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Put a motion."""
        values = taken(request, MotionMoving)
        council = found(Council.objects, public_id=values.pop("council"))
        motion = motion_move(council=council, by=person(request), now=moment(), **values)
        return detail(request, MotionSerializer(motion).data, status=201)


class MotionDetail(Endpoint):
    """One motion."""

    @reading("getMotion", "Read a motion, with every wording it had", TAG, MotionWithVersionsSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the motion."""
        return detail(request, MotionWithVersionsSerializer(the_motion(public_id)).data)


class MotionWithdrawing(Endpoint):
    """Taking a motion back."""

    @acting(
        "withdrawMotion", "Take one's motion back before it is voted on", TAG, None, {200: MotionSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw the motion."""
        motion_withdraw(motion=the_motion(public_id), by=person(request), now=moment())
        return detail(request, MotionSerializer(the_motion(public_id)).data)


class MotionVoting(Endpoint):
    """The vote on a motion."""

    scope = "coordinate"

    @acting("openBallot", "Open the vote on a motion", TAG, BallotOpening, {201: BallotSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open the vote."""
        values = taken(request, BallotOpening)
        ballot = ballot_open(motion=the_motion(public_id), by=person(request), now=moment(), **values)
        return _vote(request, ballot.public_id, status=201)


class BallotClosing(Endpoint):
    """The end of a vote."""

    scope = "coordinate"

    @acting("closeBallot", "Close a vote and count it, once its time is over or all have voted by name", "ballots",
            None, {200: BallotSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Close the vote."""
        ballot_close(ballot=the_ballot(public_id), by=person(request), now=moment())
        return _vote(request, public_id)


class BallotVoided(Endpoint):
    """A vote that does not count."""

    scope = "coordinate"

    @acting(
        "voidBallot", "Declare a vote void, with a reason", "ballots", BallotVoiding, {200: BallotSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Void the vote."""
        values = taken(request, BallotVoiding)
        ballot_void(ballot=the_ballot(public_id), by=person(request), now=moment(), **values)
        return _vote(request, public_id)


def _vote(request: Request, public_id: UUID, status: int = 200) -> Response:
    ballot = the_ballot(public_id)
    setattr(ballot, "rights", rights_of(ballot, person(request)))  # noqa: B010
    return detail(request, BallotSerializer(ballot).data, status=status)


def the_motion(public_id: UUID) -> Motion:
    """Return that motion."""
    motion: Motion = found(RELATED, public_id=public_id)
    return motion
