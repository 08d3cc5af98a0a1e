"""The board's sheet."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Figure


class BoardColumnsSerializer(serializers.Serializer[Any]):
    """A figure of the year before, in the plan, and as it came out; null where there is none."""

    last_year = Figure(allow_null=True)
    plan = Figure(allow_null=True)
    actual = Figure(allow_null=True)


class BoardInputSerializer(BoardColumnsSerializer):
    """What a figure is computed from."""

    input = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()


class BoardPartSerializer(BoardColumnsSerializer):
    """What of a figure falls to a region, a sector, an occupation, a resource or a price status."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    target = Figure(allow_null=True)
    owner = serializers.CharField(help_text="of a resource; empty where none is recorded")


class BoardDecisionSerializer(serializers.Serializer[Any]):
    """Who decided, and the page that shows it."""

    text = serializers.CharField()
    page = serializers.CharField(help_text="path on this site; empty where there is none")


class BoardYearSerializer(serializers.Serializer[Any]):
    """A figure in a plan year."""

    year = serializers.IntegerField()
    plan = Figure(allow_null=True)
    actual = Figure(allow_null=True)


class BoardFigureSerializer(BoardColumnsSerializer):
    """One figure of one of the board's ten roles."""

    role = serializers.CharField()
    figure = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(help_text="`1` for shares, indices and numbers of things")
    target = Figure(allow_null=True)
    formula = serializers.CharField()
    not_recorded = serializers.CharField(help_text="why there is no figure, and what would supply it")
    actual_not_recorded = serializers.CharField()
    inputs = BoardInputSerializer(many=True)
    parts = BoardPartSerializer(many=True)
    trend = BoardYearSerializer(many=True)
    decided = BoardDecisionSerializer(many=True)


class BoardSheetSerializer(serializers.Serializer[Any]):
    """The board's ten roles in figures; money at the constant accounting prices of the year's baseline."""

    year = serializers.IntegerField()
    currency = serializers.CharField()
    figures = BoardFigureSerializer(many=True)
