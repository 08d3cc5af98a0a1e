"""Motions."""

from rest_framework import serializers

from councils.models import Ballot, Motion
from planning.api.serializers.choices import QuestionAsked, QuestionSerializer
from planning.api.serializers.fields import Body


class MotionSerializer(serializers.Serializer[Motion]):
    """What is put to a council, and what became of it."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id")
    number = serializers.IntegerField(help_text="in its council")
    title = serializers.CharField()
    text = serializers.CharField()
    version = serializers.IntegerField(help_text="rises with every amendment that is accepted or adopted")
    wording = serializers.CharField(
        help_text="SHA-256 of title, an empty line, text; with options also a zero byte and the question"
    )
    asks = QuestionSerializer(source="question", allow_null=True, help_text="null: yes or no")
    by_consent = serializers.BooleanField(help_text="decided by consent: one reasoned objection stops it")
    layer = serializers.CharField(
        help_text="that decides: workplace, sector, community, region, board, everyone"
    )
    mechanism = serializers.CharField(
        help_text="administration, consultation, negotiation, delegated, cooperation, market, vote"
    )
    about = serializers.SerializerMethodField(help_text="kind:id of what it is about; empty for nothing else")
    moved_by = serializers.UUIDField(source="moved_by.public_id")
    moved_by_name = serializers.CharField(source="moved_by")
    hat = serializers.CharField(help_text="as what they moved it")
    prescribed = serializers.CharField(help_text="the rule by which the procedure itself put it")
    state = serializers.CharField(help_text="moved, voting, carried, lost, withdrawn or overruled")
    moved_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_about(self, motion: Motion) -> str:
        """Return the subject in one word."""
        return f"{motion.subject_kind}:{motion.subject_id}" if motion.subject_kind else ""


class MotionMoving(Body):
    """A motion in a title and a text."""

    council = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    text = serializers.CharField()
    asks = QuestionAsked(required=False, help_text="a question with options; yes or no unless given")
    by_consent = serializers.BooleanField(
        required=False, help_text="carried unless somebody objects with a reason; not with options"
    )


class BallotOpening(Body):
    """How a vote opens."""

    secrecy = serializers.ChoiceField(
        choices=Ballot.Secrecy.choices,
        required=False,
        help_text="named unless given; secret where the charter allows",
    )
    closes_at = serializers.DateTimeField(
        required=False, help_text="not before the charter's number of days; that day unless given"
    )


class BallotVoiding(Body):
    """Why a vote is void."""

    reason = serializers.CharField(max_length=500)
