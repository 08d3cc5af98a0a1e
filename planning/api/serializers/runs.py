"""Runs and what they found."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Figure, Stored
from planning.models import Run

ROW_KINDS = ("product", "pool", "resource", "world")
LINE_KINDS = ("production", "demand", "trade")


class RunSerializer(serializers.Serializer[Run]):
    """An iteration: its progress, then its certificate and summary."""

    id = serializers.UUIDField(source="public_id")
    round = serializers.UUIDField(source="round.public_id")
    procedure = serializers.CharField()
    state = serializers.ChoiceField(Run.State.choices)
    progress = Figure(help_text="from 0 to 1")
    stage = serializers.CharField()
    cancel_requested = serializers.BooleanField()
    attempts = serializers.IntegerField()
    parameters = Stored()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="why it failed, in a sentence")
    input_digest = serializers.CharField()
    certificate = Stored()
    summary = Stored()
    seconds = Stored()


class RunRowSerializer(serializers.Serializer[Any]):
    """A row of the model: a product, a labour pool, a resource, the balance with the world."""

    kind = serializers.ChoiceField(ROW_KINDS)
    code = serializers.CharField(help_text="of the product or resource; empty for the others")
    name = serializers.CharField()
    unit = serializers.CharField(
        help_text="of its quantities; a labour pool's is its occupation's, such as hours or million hours"
    )
    use_before = Figure()
    supply_before = Figure()
    use_after = Figure()
    supply_after = Figure()
    imbalance_before = Figure(help_text="share; positive: short")
    imbalance_after = Figure()
    shortfall = Figure(help_text="what no permitted change can supply")
    glut = Figure()
    premium = Figure(source="dual", help_text="adjustment premium per unit; negative: glut")
    price = Figure(help_text="indicative price")


class RunLineSerializer(serializers.Serializer[Any]):
    """What a run suggests to a line."""

    kind = serializers.ChoiceField(LINE_KINDS)
    line = serializers.UUIDField(help_text="of the line, demand line or trade line")
    product = serializers.CharField()
    unit = serializers.CharField()
    proposed = Figure()
    suggested = Figure()
    margin = Figure(help_text="sum of its reasons: what one more unit is worth to the plan")
    band = Figure(help_text="change up to which the standing mandate accepts")
    lower = Figure()
    upper = Figure()
    asked = serializers.BooleanField(help_text="whether a person has to answer")
