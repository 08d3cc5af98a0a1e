"""Associations, programmes, their consequences, guidelines. Figures are in their topic's unit."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import Guideline, Topic
from planning.models.programmes import ENTITY
from workplaces.models import Association

CODE = "code of the resource, sector, region or product; empty where the topic says it all"


class AssociationSerializer(serializers.Serializer[Any]):
    """A party, list or caucus. Who belongs to it is not told."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(Association.Kind.choices)
    founded_on = serializers.DateField()
    dissolved_on = serializers.DateField(allow_null=True)


class AssociationBody(Body):
    """An association to be founded."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Association.Kind.choices)


class TopicFigureSerializer(serializers.Serializer[Any]):
    """A figure on a topic."""

    topic = serializers.ChoiceField(Topic.choices)
    code = serializers.SerializerMethodField(help_text=CODE)
    value = Figure(
        help_text="investment, collective in %; hours a week; a cap in its unit; shares of 1000; free: 1"
    )

    def get_code(self, row: Any) -> str:
        """Return the code of what it is about."""
        return getattr(getattr(row, ENTITY.get(row.topic, ""), None), "code", "")


class ProgrammeSerializer(serializers.Serializer[Any]):
    """A programme as published, else its latest version."""

    id = serializers.UUIDField(source="public_id")
    association = AssociationSerializer()
    version = serializers.IntegerField(source="shown.number")
    title = serializers.CharField(source="shown.title")
    text = serializers.CharField(source="shown.text")
    digest = serializers.CharField(source="shown.digest")
    published_at = serializers.DateTimeField(allow_null=True)
    supporters = serializers.IntegerField(source="behind")
    figures = TopicFigureSerializer(source="shown.figures", many=True)


class FigureBody(Body):
    """A figure of a programme."""

    topic = serializers.ChoiceField(Topic.choices)
    code = serializers.CharField(max_length=60, default="", allow_blank=True, help_text=CODE)
    value = Figure()


class ProgrammeBody(Body):
    """A programme, or its next version."""

    association = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=20_000)
    figures = FigureBody(many=True)


class SupportBody(Body):
    """The version that one stands behind."""

    version = serializers.IntegerField(min_value=1, max_value=10_000)


class ShiftSerializer(serializers.Serializer[Any]):
    """A figure in the baseline and under the programme."""

    now = Figure()
    then = Figure()


class ResourceUseSerializer(serializers.Serializer[Any]):
    """What is used of a resource, in its unit."""

    resource = serializers.CharField()
    use = ShiftSerializer()
    cap = ShiftSerializer(allow_null=True, help_text="null: it has no cap")


class SectorChangeSerializer(serializers.Serializer[Any]):
    """What a sector makes, at accounting prices."""

    sector = serializers.CharField()
    output = ShiftSerializer()


class ConsequencesSerializer(serializers.Serializer[Any]):
    """What a programme would bring: computed from the frozen baseline, money a year at accounting prices, hours a year."""

    value_added = Figure()
    invested = ShiftSerializer(help_text="all of it")
    set_aside = ShiftSerializer(help_text="the part of it that councils grant")
    collective = ShiftSerializer(help_text="what is left if all final use keeps last year's value")
    individual = ShiftSerializer(help_text="likewise")
    hours = ShiftSerializer(help_text="needed")
    undiminished = Figure(help_text="hours needed if consumption keeps its value and investment comes on top")
    offered = ShiftSerializer(help_text="hours that labour pools offer")
    weekly = Figure(help_text="hours a week that would cover what is needed")
    later = Figure(help_text="value added a year that what is set aside adds once its lag is over")
    resources = ResourceUseSerializer(many=True)
    sectors = SectorChangeSerializer(many=True)


class CallSerializer(serializers.Serializer[Any]):
    """The phase of priorities, opened to programmes."""

    opened_at = serializers.DateTimeField()
    publish_until = serializers.DateTimeField(
        allow_null=True, help_text="null: until the guidelines are put to the vote"
    )
    asked_at = serializers.DateTimeField(allow_null=True)


class GuidelineQuestionSerializer(serializers.Serializer[Any]):
    """A question that was put to everybody's vote."""

    topic = serializers.ChoiceField(Topic.choices)
    resource = serializers.SerializerMethodField(help_text="code of the resource whose cap it is; else empty")
    rule = serializers.CharField()
    motion = serializers.UUIDField(allow_null=True)

    def get_resource(self, question: Any) -> str:
        """Return the resource's code."""
        return question["resource"].code if question["resource"] else ""


class GuidelineSerializer(TopicFigureSerializer):
    """A guideline."""

    source = serializers.ChoiceField(Guideline.Source.choices)
    rule = serializers.SerializerMethodField(
        help_text="by which its vote was counted; empty where it was kept"
    )
    decided_for = serializers.IntegerField(source="decided_in.year")

    def get_rule(self, row: Any) -> str:
        """Return the rule."""
        return row.question.rule if row.question else ""


class GuidelinesSerializer(serializers.Serializer[Any]):
    """The guidelines of a year, and the questions they come from."""

    year = serializers.IntegerField()
    call = CallSerializer(allow_null=True)
    questions = GuidelineQuestionSerializer(many=True)
    guidelines = GuidelineSerializer(many=True)
