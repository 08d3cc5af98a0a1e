"""Every wording that a motion had, amendments, debate, minority reports."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from councils.differences import difference
from councils.models import Amendment, Ballot, Comment, Motion, MotionVersion
from councils.models.comments import DebateComment
from councils.policies_appeals import above
from councils.question_changes import Clash, clash_told, figure_changes
from planning.api.serializers.choices import QuestionAsked, QuestionSerializer
from planning.api.serializers.fields import Body
from planning.api.serializers.motions import MotionSerializer
from planning.models import ProgrammeComment


class MotionVersionSerializer(serializers.Serializer[MotionVersion]):
    """A wording that a motion had."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    asks = QuestionSerializer(source="question", allow_null=True, help_text="null: yes or no")
    amendment = serializers.UUIDField(
        source="amendment.public_id",
        default=None,
        allow_null=True,
        help_text="by which it came; null: as moved",
    )
    at = serializers.DateTimeField()


class MotionWithVersionsSerializer(MotionSerializer):
    """A motion with every wording that it had."""

    versions = MotionVersionSerializer(many=True)
    appeal_to = serializers.SerializerMethodField(
        help_text="the council of the next layer, if it can be appealed once it is carried"
    )

    def get_appeal_to(self, motion: Motion) -> UUID | None:
        """Return the council above."""
        council = above(motion)
        return council.public_id if council else None


class PartSerializer(serializers.Serializer[Any]):
    """A run of words."""

    kind = serializers.CharField(help_text="same, del (goes) or ins (comes)")
    text = serializers.CharField(trim_whitespace=False)


class AmendmentSerializer(serializers.Serializer[Amendment]):
    """Other words for a motion."""

    id = serializers.UUIDField(source="public_id")
    motion = serializers.UUIDField(source="motion.public_id")
    number = serializers.IntegerField()
    base = serializers.IntegerField(help_text="the version of the motion that it changes")
    title = serializers.CharField()
    text = serializers.CharField()
    asks = QuestionSerializer(source="question", allow_null=True, help_text="null: yes or no")
    reason = serializers.CharField()
    proposed_by = serializers.CharField()
    hat = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    state = serializers.CharField(
        help_text="proposed, voting, accepted, adopted, rejected, withdrawn or lapsed"
    )
    decided_at = serializers.DateTimeField(allow_null=True)
    clashes = serializers.SerializerMethodField(help_text="why it was overtaken, in sentences")

    def get_clashes(self, amendment: Amendment) -> list[str]:
        """Return what it and the motion's new words both changed."""
        return [clash_told(Clash(*pair)) for pair in amendment.clashes]


class FigureChangeSerializer(serializers.Serializer[Any]):
    """A figure of the question that changes: a cost, a least share, or what belongs to the rule."""

    around = serializers.CharField(help_text="the option, or what the figure is")
    before = serializers.CharField(help_text="empty: none")
    after = serializers.CharField(help_text="empty: none")
    difference = serializers.CharField(allow_null=True)


class AmendmentWithChangesSerializer(AmendmentSerializer):
    """An amendment and what it changes, word by word."""

    changes = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField(help_text="of a question with options")

    def get_changes(self, amendment: Amendment) -> list[dict[str, str]]:
        """Return the difference of the texts."""
        base = amendment.motion.versions.get(number=amendment.base)
        return [{"kind": part.kind, "text": part.text} for part in difference(base.text, amendment.text)]

    @extend_schema_field(FigureChangeSerializer(many=True))
    def get_figures(self, amendment: Amendment) -> list[Any]:
        """Return the figures of the question that change."""
        base = amendment.motion.versions.get(number=amendment.base).question
        found = figure_changes(base, amendment.question) if base and amendment.question else []
        return list(FigureChangeSerializer(found, many=True).data)


class AmendmentProposing(Body):
    """Other words for a motion."""

    version = serializers.IntegerField(
        min_value=1, max_value=1_000_000, help_text="the version of the motion that was read"
    )
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=20_000)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    asks = QuestionAsked(
        required=False, help_text="its question with options as it would be; as it stands unless given"
    )


class AmendmentAcceptance(Body):
    """Which words are accepted."""

    version = serializers.IntegerField(
        min_value=1, max_value=1_000_000, help_text="the amendment's `base` as it was read"
    )


class DebateCommentSerializer[Said: DebateComment](serializers.Serializer[Said]):
    """What somebody said in a debate."""

    id = serializers.UUIDField(source="public_id")
    reply_to = serializers.UUIDField(
        source="reply_to.public_id",
        default=None,
        allow_null=True,
        help_text="the first comment of its thread",
    )
    created_by = serializers.CharField()
    hat = serializers.CharField()
    created_at = serializers.DateTimeField()
    text = serializers.SerializerMethodField(help_text="empty where it is hidden")
    hidden_because = serializers.SerializerMethodField(help_text="empty where it is not")

    def get_text(self, comment: Said) -> str:
        """Return the words, unless they are hidden."""
        return "" if hasattr(comment, "hiding") else comment.text

    def get_hidden_because(self, comment: Said) -> str:
        """Return the reason."""
        return comment.hiding.reason if hasattr(comment, "hiding") else ""


class CommentSerializer(DebateCommentSerializer[Comment]):
    """What somebody said about a motion."""

    motion = serializers.UUIDField(source="motion.public_id")


class ProgrammeCommentSerializer(DebateCommentSerializer[ProgrammeComment]):
    """What somebody said about a programme."""

    programme = serializers.UUIDField(source="programme.public_id")
    by_author = serializers.SerializerMethodField(help_text="who said it wrote a version of the programme")

    def get_by_author(self, comment: ProgrammeComment) -> bool:
        """Say whether an author speaks."""
        return comment.created_by_id in {one.written_by_id for one in comment.programme.versions.all()}


class CommentWriting(Body):
    """Something to say."""

    text = serializers.CharField(max_length=10_000)
    reply_to = serializers.UUIDField(required=False, help_text="the first comment of the thread to answer in")


class CommentHidingReason(Body):
    """Why a comment is hidden."""

    reason = serializers.CharField(max_length=500)


class MinoritySignatureSerializer(serializers.Serializer[Any]):
    """Who signed a minority report."""

    name = serializers.CharField(source="person")
    represents = serializers.CharField()
    signed_at = serializers.DateTimeField()


class MinorityReportSerializer(serializers.Serializer[Any]):
    """What those who lost a vote want to be read beside its result."""

    id = serializers.UUIDField(source="public_id")
    ballot = serializers.UUIDField(source="ballot.public_id")
    text = serializers.CharField()
    filed_at = serializers.DateTimeField()
    signatures = MinoritySignatureSerializer(many=True)


class MinorityReporting(Body):
    """A report."""

    text = serializers.CharField(max_length=10_000)


class AmendmentBallotOpening(Body):
    """How the vote on an amendment opens."""

    secrecy = serializers.ChoiceField(
        choices=Ballot.Secrecy.choices,
        required=False,
        help_text="named unless given; secret where the charter allows",
    )
