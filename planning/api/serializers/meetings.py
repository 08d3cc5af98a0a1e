"""Meetings: agenda, who is there, who speaks next, minutes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from councils.models import Meeting
from councils.selectors.meetings import attendance_of, hats_in, speaking_list
from planning.api.serializers.choices import QuestionAsked, QuestionSerializer
from planning.api.serializers.fields import Body, Stored
from planning.api.serializers.sitting import FloorSerializer, HatSerializer


class MeetingSerializer(serializers.Serializer[Meeting]):
    """A meeting of a council."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id")
    number = serializers.IntegerField(help_text="in its council")
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    state = serializers.CharField(help_text="called, open, closed or cancelled")
    called_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ObjectionSerializer(serializers.Serializer[Any]):
    """A member's objection."""

    name = serializers.CharField(source="person")
    hat = serializers.CharField()
    reason = serializers.CharField()


class AgendaItemSerializer(serializers.Serializer[Any]):
    """A point of the agenda."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField(help_text="ballot, motion, election, task, free, consent or question")
    title = serializers.CharField()
    text = serializers.CharField()
    asks = QuestionSerializer(source="question", allow_null=True, help_text="of a question with options")
    motion = serializers.UUIDField(source="motion.public_id", default=None, allow_null=True)
    ballot = serializers.UUIDField(source="ballot.public_id", default=None, allow_null=True)
    election = serializers.UUIDField(source="election.public_id", default=None, allow_null=True)
    state = serializers.CharField(help_text="waiting, under_way, done, passed, objected, voted or postponed")
    minutes_expected = serializers.FloatField(help_text="for each person")
    seconds_taken = serializers.IntegerField()
    note = serializers.CharField()
    objections = ObjectionSerializer(source="objections.all", many=True)


class AttendanceSerializer(serializers.Serializer[Any]):
    """Somebody who is present or sent apologies."""

    name = serializers.CharField(source="person")
    hat = serializers.CharField(help_text="which of their hats is on")
    votes = serializers.BooleanField(help_text="whether a vote goes with it")
    status = serializers.CharField(help_text="present or apologies")


class MeetingDetailSerializer(MeetingSerializer):
    """The same, with agenda, attendance and speaking list."""

    agenda = serializers.SerializerMethodField()
    attendance = serializers.SerializerMethodField()
    speaking = serializers.SerializerMethodField(help_text="names of those who wait for the floor, in order")
    floor = serializers.SerializerMethodField(help_text="the same, with what their turn is named by")
    hats = serializers.SerializerMethodField(help_text="those that the caller can wear here")

    def get_agenda(self, meeting: Meeting) -> list[Any]:
        """Return the items in order."""
        items = meeting.items.select_related("motion", "ballot", "election").order_by("position")
        items = items.prefetch_related("objections__person")
        return list(AgendaItemSerializer(items, many=True).data)

    def get_attendance(self, meeting: Meeting) -> list[Any]:
        """Return who is there, and who sent apologies."""
        return list(AttendanceSerializer(attendance_of(meeting), many=True).data)

    def get_speaking(self, meeting: Meeting) -> list[str]:
        """Return who speaks next."""
        return [str(request.attendance.person) for request in speaking_list(meeting)]

    @extend_schema_field(FloorSerializer(many=True))
    def get_floor(self, meeting: Meeting) -> list[Any]:
        """Return who speaks next, and how often they have spoken."""
        return list(FloorSerializer(speaking_list(meeting), many=True).data)

    @extend_schema_field(HatSerializer(many=True))
    def get_hats(self, meeting: Meeting) -> list[Any]:
        """Return the caller's hats."""
        who, today = self.context["caller"], self.context["today"]
        return list(HatSerializer(hats_in(who, meeting.council, today), many=True).data)


class MinutesSerializer(serializers.Serializer[Any]):
    """The minutes of a closed meeting."""

    content = Stored()
    digest = serializers.CharField(help_text="SHA-256 over the content in the record's canonical JSON")
    pdf = serializers.URLField(help_text="where the PDF is")
    pdf_digest = serializers.CharField(help_text="SHA-256 of the PDF")
    made_at = serializers.DateTimeField()


class MeetingCalling(Body):
    """Where and when a council meets."""

    council = serializers.UUIDField()
    place = serializers.CharField(max_length=200)
    starts_at = serializers.DateTimeField(help_text="at least the charter's days ahead")


class ItemAdding(Body):
    """An item for the agenda."""

    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    consent = serializers.BooleanField(
        required=False, help_text="coordinators only: the text passes unless a member objects"
    )
    asks = QuestionAsked(
        required=False,
        help_text="a question with options, that a coordinator puts to the vote in the meeting",
    )
