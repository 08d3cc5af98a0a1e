"""What people propose and how they answer."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import Response
from planning.models.answers import Source
from planning.services.answers import REASON_LIMIT


class InputSerializer(Body):
    """An input as an absolute quantity."""

    product = serializers.CharField(help_text="its code")
    quantity = Figure()


class ProposalSerializer(serializers.Serializer[Any]):
    """A line's proposal as it stands; last year's output where nobody proposed."""

    line = serializers.UUIDField()
    workplace = serializers.UUIDField()
    product = serializers.CharField()
    unit = serializers.CharField()
    output = Figure()
    confirmed = Figure(help_text="the last figure that a person confirmed")
    capacity = Figure()
    firm = serializers.BooleanField()
    source = serializers.ChoiceField(Source.choices)
    inputs = InputSerializer(many=True, help_text="given as quantities; empty: by the line's technique")
    note = serializers.CharField()


class ProposalWriting(Body):
    """What a delegate proposes for a line."""

    output = Figure(help_text="in the product's unit, between 0 and the line's capacity")
    inputs = InputSerializer(many=True, required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)


class ConsumptionSerializer(serializers.Serializer[Any]):
    """What a place wants to use of a product; last year's quantity where nobody proposed."""

    demand_line = serializers.UUIDField()
    region = serializers.CharField()
    product = serializers.CharField()
    unit = serializers.CharField()
    category = serializers.CharField()
    quantity = Figure()
    confirmed = Figure()
    floor = Figure()
    ceiling = Figure(allow_null=True)
    firm = serializers.BooleanField()
    source = serializers.ChoiceField(Source.choices)
    note = serializers.CharField()


class ConsumptionWriting(Body):
    """What a delegate of a place proposes."""

    quantity = Figure()
    note = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)


class AnswerSerializer(serializers.Serializer[Response]):
    """An answer to a suggested change, of a line or of a demand line."""

    id = serializers.UUIDField(source="public_id")
    line = serializers.UUIDField(source="line.public_id", default=None, allow_null=True)
    demand_line = serializers.UUIDField(source="demand_line.public_id", default=None, allow_null=True)
    kind = serializers.ChoiceField(Response.Kind.choices)
    figure = Figure()
    reason = serializers.CharField()
    source = serializers.ChoiceField(Source.choices)
    at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class AnswerWriting(Body):
    """Accept the suggestion, counter with another figure, or hold firm; the last two need a reason."""

    kind = serializers.ChoiceField(Response.Kind.choices)
    figure = Figure(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)
