"""What people do in a meeting, and whom they let vote for them: bodies and representations."""

from typing import Any

from rest_framework import serializers

from councils.instruction_wording import KINDS
from councils.models import Attendance, Delegation
from councils.models.meetings import NOTE
from councils.services.sitting import LONGEST_REASON
from planning.api.serializers.fields import Body


class HatSerializer(serializers.Serializer[Any]):
    """A hat that the caller can wear in the meeting."""

    hat = serializers.CharField(source="key")
    label = serializers.CharField()
    votes = serializers.BooleanField(help_text="whether a vote goes with it")


class FloorSerializer(serializers.Serializer[Any]):
    """Somebody who waits for the floor."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="attendance.person")
    spoke = serializers.IntegerField(help_text="how often they have spoken in this meeting")


class Attending(Body):
    """That one is present, or sends apologies; a coordinator can note somebody else who is in the room."""

    hat = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True,
        help_text="one of the caller's `hats` here; may be left out when somebody else is noted",
    )  # fmt: skip
    status = serializers.ChoiceField(choices=Attendance.Status.choices)
    person = serializers.UUIDField(required=False, help_text="somebody else")


class Objecting(Body):
    """An objection to what would pass without a vote."""

    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, default="", allow_blank=True)


class ItemEnding(Body):
    """What came of an item."""

    note = serializers.CharField(max_length=NOTE, required=False, default="", allow_blank=True)


class ItemMoving(Body):
    """One place up or down."""

    up = serializers.BooleanField()


class DelegationSerializer(serializers.Serializer[Delegation]):
    """Whom somebody lets vote for them."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id")
    giver = serializers.UUIDField(source="giver.public_id")
    receiver = serializers.UUIDField(source="receiver.public_id")
    subject_kind = serializers.CharField(help_text="empty: on everything")
    since = serializers.DateTimeField(source="held.lower", allow_null=True)
    until = serializers.DateTimeField(
        source="held.upper", allow_null=True, help_text="null: taken back at once"
    )


class Delegating(Body):
    """Whom to let vote, until when, on what."""

    to = serializers.UUIDField(help_text="a person on the same roll")
    until = serializers.DateTimeField(help_text="within the charter's days")
    subject_kind = serializers.ChoiceField(
        [kind for kind in KINDS if kind], required=False, default="", allow_blank=True,
        help_text="left out: on everything",
    )  # fmt: skip
