"""Cycles, rounds, plans."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure, Stored
from planning.models import Cycle, Plan, Revision, Round
from planning.models.revisions import REASON_LENGTH


class BaselineSerializer(serializers.Serializer[Any]):
    """The numbered state of the economy that a cycle starts from."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    digest = serializers.CharField(help_text="over all its rows, once it is closed")
    source_note = serializers.CharField()
    synthetic_note = serializers.CharField()


class CycleSerializer(serializers.Serializer[Cycle]):
    """A plan year."""

    year = serializers.IntegerField()
    phase = serializers.ChoiceField(Cycle.Phase.choices)
    baseline = BaselineSerializer()
    next_baseline = BaselineSerializer(
        allow_null=True, help_text="what settling the year drew: where the next one starts"
    )
    charter_version = serializers.IntegerField(allow_null=True)
    rules = Stored(help_text="the charter's rules as they stood when the cycle was opened")


class CycleOpening(Body):
    """What opens a cycle."""

    year = serializers.IntegerField(min_value=1900, max_value=9999)
    baseline = serializers.UUIDField(required=False, help_text="the newest one unless given")


class RevisionSerializer(serializers.Serializer[Revision]):
    """A revision of the plan in force: a small cycle with rounds and votes of its own."""

    id = serializers.UUIDField(source="public_id")
    cycle = serializers.IntegerField(source="cycle.year")
    number = serializers.IntegerField()
    plan = serializers.IntegerField(source="plan.number", help_text="the version that is revised")
    reason = serializers.CharField()
    first_round = serializers.IntegerField(help_text="number of its first round")
    opened_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(["", *Revision.Outcome.values], help_text="empty while it is under way")
    replaced_by = serializers.IntegerField(
        source="replaced_by.number", default=None, allow_null=True, help_text="the version now in force"
    )
    end_reason = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RevisionReason(Body):
    """Why a plan is revised, or kept after all."""

    reason = serializers.CharField(max_length=REASON_LENGTH)


class RoundSerializer(serializers.Serializer[Round]):
    """A round of the negotiation."""

    id = serializers.UUIDField(source="public_id")
    cycle = serializers.IntegerField(source="cycle.year")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(Round.State.choices)
    published_run = serializers.UUIDField(source="published_run.public_id", default=None, allow_null=True)
    proposals_digest = serializers.CharField(
        source="scenario.digest", help_text="over the proposals it opened on"
    )
    opened_at = serializers.DateTimeField()
    answers_close_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class Publication(Body):
    """Whose suggestions are published."""

    run = serializers.UUIDField()


class CouncilVerdict(serializers.Serializer[Any]):
    """What a council decided about a plan."""

    council = serializers.UUIDField(source="council.public_id")
    name = serializers.CharField(source="council.label")
    outcome = serializers.ChoiceField(
        ["carried", "lost", "open", "none", "not asked yet", "nobody sits in it"]
    )
    motion = serializers.UUIDField(source="motion.public_id", default=None, allow_null=True)


class Stage(serializers.Serializer[Any]):
    """One step of ratification: all councils of a kind."""

    kind = serializers.CharField()
    councils = CouncilVerdict(many=True)


class ConflictSerializer(serializers.Serializer[Any]):
    """A product or a labour pool that is further out of balance than the tolerance: either has the other's fields empty."""

    product = serializers.CharField(default="")
    pool = serializers.CharField(default="", help_text="public id of a labour pool that is short of hours")
    occupation = serializers.CharField(default="")
    place = serializers.CharField(default="")
    imbalance = Figure(help_text="share by which more (plus) or less is used than supplied")
    use = Figure()
    supply = Figure()


class PlanSerializer(serializers.Serializer[Plan]):
    """A plan and where its ratification stands."""

    id = serializers.UUIDField(source="public_id")
    cycle = serializers.IntegerField(source="cycle.year")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(Plan.State.choices)
    figures_digest = serializers.CharField(source="scenario.digest")
    run = serializers.UUIDField(source="run.public_id")
    conflicts = ConflictSerializer(many=True)
    proposed_at = serializers.DateTimeField()
    in_force_at = serializers.DateTimeField(allow_null=True)
    ratification = Stage(many=True)
    csv = serializers.URLField(help_text="the plan's figures as a table")
