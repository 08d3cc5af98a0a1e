"""Questions with options, and what is said to them: which options, in what order, how many points, what number."""

import json
from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from councils import questions
from planning.api.serializers.fields import Body

CODES = {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 1000}
AMOUNTS = {"type": "object", "additionalProperties": {"type": ["integer", "string"]}, "maxProperties": 1000}
SAID = (
    "by the vote's rule: codes of options, the best first where it ranks; whole points or shares by code; "
    '`{"number": "35.5"}` where a number is asked; empty is blank'
)


@extend_schema_field({"oneOf": [CODES, AMOUNTS]})
class Choice(serializers.Field[Any, Any, Any, Any]):
    """A list of codes, or whole numbers or text by code."""

    default_error_messages = {
        "choice": gettext_lazy("Send a list of codes of options, or an object of amounts by code.")
    }

    def to_internal_value(self, data: Any) -> Any:
        """Return the choice; whether the vote takes it is for its rule to say."""
        values = (
            data if isinstance(data, list) else [*data, *data.values()] if isinstance(data, dict) else None
        )
        if values is None or len(values) > 2000 or not all(self._is_plain(value) for value in values):
            self.fail("choice")
        if isinstance(data, list) and not all(isinstance(code, str) for code in data):
            self.fail("choice")
        return data

    def _is_plain(self, value: Any) -> bool:
        if isinstance(value, str):
            return len(value) <= 30 and value.isprintable()
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12

    def to_representation(self, value: Any) -> Any:
        """Return the choice as it is stored."""
        return json.loads(json.dumps(value))


@extend_schema_field({"type": ["integer", "string"], "maxLength": 30})
class Amount(serializers.Field[Any, Any, Any, Any]):
    """A whole number, or a number with a fraction as text."""

    default_error_messages = {"amount": gettext_lazy("Send a whole number, or a number as text.")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the number as it was sent."""
        is_number = isinstance(data, int) and not isinstance(data, bool) and abs(data) < 10**13
        if not is_number and not (isinstance(data, str) and len(data) <= 30 and data.isprintable()):
            self.fail("amount")
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the number."""
        return value


class OptionAsked(Body):
    """One option of a question."""

    label = serializers.CharField(max_length=200)
    cost = serializers.IntegerField(required=False, help_text="of a project, in the budget's unit")
    least = serializers.IntegerField(
        required=False, help_text="of a part: the share that the law gives it before the vote"
    )


class ParamsAsked(Body):
    """What belongs to the rule."""

    places = serializers.IntegerField(
        required=False, help_text="approval, score: how many are chosen; 1 unless given"
    )
    most = Amount(
        required=False, help_text="score: for one option, 10 unless given; median: the largest number"
    )
    total = serializers.IntegerField(
        required=False, help_text="score: points of one vote in all; no limit unless given"
    )
    budget = serializers.IntegerField(required=False, help_text="equal_shares, greedy")
    completion = serializers.ChoiceField(
        choices=questions.COMPLETIONS,
        required=False,
        help_text="equal_shares: what becomes of the rest; 1pct unless given",
    )
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True)
    least = Amount(required=False, help_text="median: the least number")
    status_quo = Amount(required=False, help_text="median: what holds today")
    seats = serializers.IntegerField(
        required=False, help_text="dhondt, sainte_lague: how many are divided among the lists"
    )
    whole = serializers.ChoiceField(
        choices=[(100, "%"), (1000, "‰")],
        required=False,
        help_text="independent_markets: parts; 100 unless given",
    )


class QuestionAsked(Body):
    """A question with options; each rule takes its own options and params."""

    rule = serializers.ChoiceField(choices=questions.RULES)
    options = OptionAsked(many=True, required=False, help_text="none where a number is asked")
    params = ParamsAsked(required=False)


class AskedOptionSerializer(serializers.Serializer[Any]):
    """One option, with the code by which votes name it."""

    code = serializers.CharField()
    label = serializers.CharField()
    cost = serializers.IntegerField(allow_null=True)
    least = serializers.IntegerField()


class QuestionSerializer(serializers.Serializer[Any]):
    """A question with options."""

    rule = serializers.CharField()
    options = AskedOptionSerializer(many=True)
    params = serializers.DictField(child=Amount())
