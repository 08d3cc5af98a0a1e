"""What binds delegates: instructions, petitions."""

from rest_framework import serializers

from councils.models import Ballot, Instruction, Petition
from planning.api.serializers.choices import QuestionAsked, QuestionSerializer
from planning.api.serializers.fields import Body


class InstructionSerializer(serializers.Serializer[Instruction]):
    """How a body wants those whom it sent to a council to vote there."""

    id = serializers.UUIDField(source="public_id")
    sender = serializers.UUIDField(source="sender.public_id", help_text="the body that sent the delegates")
    council = serializers.UUIDField(source="council.public_id", help_text="where they vote")
    motion = serializers.UUIDField(
        source="motion.public_id", default=None, allow_null=True, help_text="null: a standing instruction"
    )
    amendment = serializers.UUIDField(
        source="amendment.public_id",
        default=None,
        allow_null=True,
        help_text="to the motion, voted on by itself",
    )
    subject_kind = serializers.CharField(help_text="what a standing one is about; empty: motions put freely")
    answer = serializers.ChoiceField(Instruction.Answer.choices)
    reason = serializers.CharField()
    state = serializers.ChoiceField(Instruction.State.choices)
    decided_by = serializers.UUIDField(source="decided_by.public_id", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    in_force_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class Instructing(Body):
    """An instruction to be put to the vote of the body that sends, or entered with the motion that decided it."""

    sender = serializers.UUIDField()
    council = serializers.UUIDField()
    motion = serializers.UUIDField(required=False, help_text="left out: a standing instruction")
    amendment = serializers.UUIDField(required=False, help_text="instead of a motion: on an amendment to one")
    subject_kind = serializers.CharField(
        required=False, max_length=40, allow_blank=True, help_text="what a standing one is about"
    )
    answer = serializers.ChoiceField(Instruction.Answer.choices)
    reason = serializers.CharField(max_length=5000)
    decided_by = serializers.UUIDField(
        required=False, help_text="a motion that the sender carried; for its coordinator"
    )


class PetitionSerializer(serializers.Serializer[Petition]):
    """Signatures that bring a motion, or the recall of a mandate, to the vote."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id")
    kind = serializers.ChoiceField(Petition.Kind.choices)
    mandate = serializers.UUIDField(source="mandate.public_id", default=None, allow_null=True)
    title = serializers.CharField()
    text = serializers.CharField()
    asks = QuestionSerializer(source="question", allow_null=True, help_text="null: yes or no")
    state = serializers.ChoiceField(Petition.State.choices)
    signed = serializers.IntegerField(help_text="signatures that stand")
    needed = serializers.IntegerField()
    roll_size = serializers.IntegerField(help_text="people on the roll when it began")
    created_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    motion = serializers.UUIDField(
        source="motion.public_id", default=None, allow_null=True, help_text="what it brought to the vote"
    )


class InitiativeBeginning(Body):
    """A motion for which signatures are to be collected among a body's roll."""

    council = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=20_000)
    secrecy = serializers.ChoiceField(Ballot.Secrecy.choices, required=False, help_text="named unless given")
    asks = QuestionAsked(required=False, help_text="a question with options; yes or no unless given")


class RecallBeginning(Body):
    """A mandate for whose recall signatures are to be collected among the roll of those who gave it."""

    mandate = serializers.UUIDField()
    reason = serializers.CharField(max_length=20_000)
