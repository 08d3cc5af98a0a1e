"""Meetings by program: reading them, calling, opening and closing them, adding to the agenda, the minutes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Meeting, Minutes
from councils.services import item_add, meeting_call, meeting_cancel, meeting_close, meeting_open
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.meetings import (
    ItemAdding,
    MeetingCalling,
    MeetingDetailSerializer,
    MeetingSerializer,
    MinutesSerializer,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.councils import COUNCIL, filtered, state_in

RELATED = Meeting.objects.select_related("council", "called_by")
TAG = "meetings"


class Meetings(Endpoint):
    """All meetings."""

    scope = "coordinate"

    @listing("listMeetings", "List meetings, the latest called first", TAG, MeetingSerializer, COUNCIL,
             state_in(Meeting.State))  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the meetings."""
        return listed(request, filtered(request, RELATED, Meeting.State), MeetingSerializer, order="-id")

    @acting("callMeeting", "Call a meeting; its agenda begins with what is due", TAG, MeetingCalling,
            {201: MeetingDetailSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Call a meeting."""
        values = taken(request, MeetingCalling)
        council = found(Council.objects, public_id=values.pop("council"))
        meeting = meeting_call(council=council, by=person(request), now=moment(), **values)
        return detail(request, shown(meeting.public_id, request), status=201)


class MeetingDetail(Endpoint):
    """One meeting."""

    @reading("getMeeting", "Read a meeting: agenda, attendance, speaking list", TAG, MeetingDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the meeting."""
        return detail(request, shown(public_id, request))


class MeetingMinutes(Endpoint):
    """The minutes."""

    @reading("getMinutes", "Read the minutes of a closed meeting", TAG, MinutesSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the minutes."""
        minutes: Any = found(Minutes.objects.defer("pdf"), meeting__public_id=public_id)
        address = reverse("councils:minutes_pdf", args=[public_id])
        shown = {name: getattr(minutes, name) for name in ("content", "digest", "pdf_digest", "made_at")}
        return detail(request, MinutesSerializer({**shown, "pdf": request.build_absolute_uri(address)}).data)


class MeetingItems(Endpoint):
    """The agenda."""

    @acting("addItem", "Put an item on the agenda", TAG, ItemAdding, {201: MeetingDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put an item on the agenda."""
        values = {"text": "", **taken(request, ItemAdding)}
        item_add(meeting=the_meeting(public_id), by=person(request), now=moment(), **values)
        return detail(request, shown(public_id, request), status=201)


class MeetingOpening(Endpoint):
    """The beginning of a meeting."""

    scope = "coordinate"

    @acting("openMeeting", "Open a meeting", TAG, None, {200: MeetingDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open the meeting."""
        return _done(request, public_id, meeting_open)


class MeetingClosing(Endpoint):
    """The end of a meeting."""

    scope = "coordinate"

    @acting(
        "closeMeeting", "Close a meeting; its minutes are made", TAG, None, {200: MeetingDetailSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Close the meeting."""
        return _done(request, public_id, meeting_close)


class MeetingCancelling(Endpoint):
    """A meeting that is not held."""

    scope = "coordinate"

    @acting("cancelMeeting", "Cancel a meeting", TAG, None, {200: MeetingDetailSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel the meeting."""
        return _done(request, public_id, meeting_cancel)


def _done(request: Request, public_id: UUID, service: Callable[..., Any]) -> Response:
    service(meeting=the_meeting(public_id), by=person(request), now=moment())
    return detail(request, shown(public_id, request))


def the_meeting(public_id: UUID) -> Meeting:
    """Return that meeting."""
    meeting: Meeting = found(RELATED, public_id=public_id)
    return meeting


def shown(public_id: UUID, request: Request) -> Any:
    """Return the representation of a meeting as it now is, for who asks."""
    context = {"caller": person(request), "today": moment().date()}
    return MeetingDetailSerializer(the_meeting(public_id), context=context).data
