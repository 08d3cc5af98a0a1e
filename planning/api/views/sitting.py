"""What happens in a meeting, by program: being there, the speaking list, taking up items, objecting."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import AgendaItem, FloorRequest
from councils.selectors.meetings import first_hat
from councils.services import (
    attend,
    consent_object,
    floor_ask,
    floor_done,
    floor_leave,
    item_begin,
    item_end,
    item_move,
    item_vote,
)
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting
from planning.api.serializers.meetings import MeetingDetailSerializer
from planning.api.serializers.sitting import Attending, ItemEnding, ItemMoving, Objecting
from planning.api.views.base import Endpoint, found, moment, person, taken
from planning.api.views.meetings import TAG, shown, the_meeting
from workplaces.models import Person

ITEMS = AgendaItem.objects.select_related("meeting__council")
FLOOR = FloorRequest.objects.select_related("meeting__council")
DONE = {200: MeetingDetailSerializer}


class MeetingAttending(Endpoint):
    """Who is there, and as what."""

    @acting(
        "attendMeeting",
        "Say that one is present or sends apologies, and which hat is on",
        TAG,
        Attending,
        DONE,
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Note the caller, or by a coordinator somebody else."""
        values, meeting, now = taken(request, Attending), the_meeting(public_id), moment()
        other = values.pop("person", None)
        who: Person | None = found(Person.objects, public_id=other) if other else None
        if who and not values["hat"]:
            values["hat"] = first_hat(who, meeting.council, now.date())
        attend(meeting=meeting, by=person(request), now=now, person=who, **values)
        return _shown(request, public_id)


class FloorAsking(Endpoint):
    """A place on the speaking list."""

    @acting("askForFloor", "Ask for the floor", TAG, None, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Ask."""
        floor_ask(meeting=the_meeting(public_id), by=person(request), now=moment())
        return _shown(request, public_id)


class FloorLeaving(Endpoint):
    """One's place on the speaking list, given up."""

    @acting("leaveFloor", "Take one's name off the speaking list", TAG, None, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Leave."""
        floor_leave(meeting=the_meeting(public_id), by=person(request), now=moment())
        return _shown(request, public_id)


class FloorSpoken(Endpoint):
    """Somebody's turn, over."""

    scope = "coordinate"

    @acting("noteSpoken", "Note that somebody on the speaking list has spoken", TAG, None, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Note it."""
        asked: FloorRequest = found(FLOOR, public_id=public_id)
        floor_done(request=asked, by=person(request), now=moment())
        return _shown(request, asked.meeting.public_id)


class ItemBeginning(Endpoint):
    """An item that is taken up."""

    scope = "coordinate"

    @acting("beginItem", "Take an item of the agenda up", TAG, None, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it up."""
        item = item_begin(item=the_item(public_id), by=person(request), now=moment())
        return _shown(request, item.meeting.public_id)


class ItemFinishing(Endpoint):
    """An item that is dealt with."""

    scope = "coordinate"

    @acting("endItem", "End an item, or change the note of one that has ended", TAG, ItemEnding, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """End it."""
        note = taken(request, ItemEnding)["note"]
        item = item_end(item=the_item(public_id), note=note, by=person(request), now=moment())
        return _shown(request, item.meeting.public_id)


class ItemPlacing(Endpoint):
    """An item's place on the agenda."""

    scope = "coordinate"

    @acting("moveItem", "Move an item one place up or down", TAG, ItemMoving, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move it."""
        up = taken(request, ItemMoving)["up"]
        item = item_move(item=the_item(public_id), up=up, by=person(request), now=moment())
        return _shown(request, item.meeting.public_id)


class ItemObjecting(Endpoint):
    """An objection."""

    @acting("objectToItem", "Object to what would pass without a vote", TAG, Objecting, DONE)
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Object."""
        reason, item = taken(request, Objecting)["reason"], the_item(public_id)
        consent_object(item=item, reason=reason, by=person(request), now=moment())
        return _shown(request, item.meeting.public_id)


class ItemVoting(Endpoint):
    """What a member objects to, or a question with options."""

    scope = "coordinate"

    @acting(
        "putItemToVote",
        "Put to the vote what a member objects to, or a question with options",
        TAG,
        None,
        DONE,
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it to the vote."""
        item = item_vote(item=the_item(public_id), by=person(request), now=moment())
        return _shown(request, item.meeting.public_id)


def the_item(public_id: UUID) -> AgendaItem:
    """Return that item of an agenda."""
    item: AgendaItem = found(ITEMS, public_id=public_id)
    return item


def _shown(request: Request, meeting: UUID) -> Response:
    return detail(request, shown(meeting, request))
