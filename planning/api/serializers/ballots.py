"""Ballots, the caller's voting rights, papers and receipts."""

from typing import Any

from rest_framework import serializers

from councils.models import Ballot, Paper
from councils.why import why
from planning.api.serializers.choices import SAID, Choice
from planning.api.serializers.fields import Body, Stored


class OptionSerializer(serializers.Serializer[Any]):
    """One answer, or one candidate."""

    code = serializers.CharField()
    label = serializers.CharField()
    effect = serializers.CharField()


class RightSerializer(serializers.Serializer[Any]):
    """A voting right of the caller."""

    right = serializers.CharField()
    represents = serializers.CharField(help_text="whom its holder speaks for; empty for themselves")
    used = serializers.SerializerMethodField()

    def get_used(self, entry: Any) -> bool:
        """Say whether it has been used."""
        return hasattr(entry, "mark") or hasattr(entry, "vote")


class BallotSerializer(serializers.Serializer[Ballot]):
    """A vote: what is asked, by which rule, until when; after the close its result."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id")
    motion = serializers.UUIDField(source="motion.public_id", default=None, allow_null=True)
    amendment = serializers.UUIDField(source="amendment.public_id", default=None, allow_null=True)
    wording = serializers.CharField(
        help_text="SHA-256 of title, an empty line and text as they are voted on, and with options of a zero byte and the "
        "question; empty for an election"
    )
    question = serializers.CharField()
    secrecy = serializers.CharField(help_text="named or secret")
    rule = serializers.CharField()
    params = Stored()
    quorum = serializers.CharField()
    tie_break = serializers.CharField()
    state = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    options = OptionSerializer(many=True)
    roll_size = serializers.IntegerField()
    roll_digest = serializers.CharField(help_text="over question, rule, options and roll as they froze")
    rights = RightSerializer(many=True, help_text="the caller's own")
    result = Stored(allow_null=True)
    why = serializers.SerializerMethodField(
        help_text="after the close: the figures or objections that decided for yes or no, in one sentence; else empty"
    )

    def get_why(self, ballot: Ballot) -> str:
        """Return the sentence."""
        return why(ballot.result)


class PaperSerializer(serializers.Serializer[Paper]):
    """A published paper."""

    tracker = serializers.CharField()
    choice = Choice(help_text=SAID)


class PaperCasting(Body):
    """A paper for the urn."""

    right = serializers.CharField(max_length=60)
    tracker = serializers.CharField(
        max_length=40,
        help_text="20 letters A–Z and digits 2–7, random, made by the caller and kept by the voter; it is the request's key",
    )
    choice = Choice(help_text=SAID)


class CountedSerializer(serializers.Serializer[Any]):
    """The paper is in the urn."""

    tracker = serializers.CharField()
    choice = Choice(help_text=SAID)
    repeated = serializers.BooleanField(
        source="is_repeated", help_text="it was there already, and counts once"
    )


class VoteCasting(Body):
    """A named vote."""

    right = serializers.CharField(max_length=60)
    option = serializers.CharField(max_length=30, required=False, help_text="where one answer is asked for")
    choice = Choice(required=False, help_text=f"where several options are weighed, {SAID}")
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="of an objection where consent decides, up to 5,000 characters; of no other vote",
    )
    key = serializers.CharField(
        max_length=64, help_text="the request's own; sent again, the same receipt comes back"
    )


class ReceiptSerializer(serializers.Serializer[Any]):
    """What the voter of a named vote takes away."""

    receipt = serializers.CharField(source="code")
    right = serializers.CharField()
    option = serializers.CharField(help_text="empty where a choice among several was made")
    choice = Choice(allow_null=True, help_text="null where one answer was given")
    reason = serializers.CharField(help_text="of an objection; else empty")
    revision = serializers.IntegerField()
    cast_at = serializers.DateTimeField()
    repeated = serializers.BooleanField(source="is_repeated")
