"""What workplaces reported that they made."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import OutputReport
from planning.services.reports import MANY, NOTE_LIMIT

CAUSE = {
    "choices": OutputReport.Cause.choices,
    "allow_blank": True,
    "help_text": "why it is not what was planned; empty: nothing said",
}


class OutputReportSerializer(serializers.Serializer[OutputReport]):
    """A version of what a workplace says it made with a line in a year; the one with the highest number stands."""

    id = serializers.UUIDField(source="public_id")
    line = serializers.UUIDField(source="line.public_id")
    workplace = serializers.CharField(source="line.workplace.code", help_text="its code")
    product = serializers.CharField(source="line.product.code", help_text="its code")
    unit = serializers.CharField(source="line.product.unit")
    version = serializers.IntegerField()
    output = Figure(allow_null=True, help_text="in the line's unit; null: what was said is taken back")
    cause = serializers.ChoiceField(**CAUSE)  # type: ignore[arg-type]
    note = serializers.CharField()
    at = serializers.DateTimeField()


class OutputWriting(Body):
    """What a workplace made with one line."""

    output = Figure(allow_null=True, help_text="in the line's unit; null takes back what was said")
    cause = serializers.ChoiceField(**CAUSE, required=False)  # type: ignore[arg-type]
    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_LIMIT)


class LineOutputWriting(OutputWriting):
    """What a workplace made with one of its lines."""

    line = serializers.UUIDField()


class OutputsWriting(Body):
    """What a workplace made with several of its lines; if one cannot be taken none is."""

    lines = LineOutputWriting(many=True, max_length=MANY)


class OutputsReportedSerializer(serializers.Serializer[Any]):
    """What became of it."""

    reported = serializers.IntegerField(help_text="lines of which something new was said")
