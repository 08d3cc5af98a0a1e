"""Figures that are always finite."""

import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

SHOWN = 80  # characters of a stranger's field name in a sentence


class Figure(serializers.FloatField):
    """A finite number; what is not one is sent as null and never taken."""

    default_error_messages = {"finite": gettext_lazy("Send a finite number.")}

    def to_internal_value(self, data: Any) -> float:
        """Return the number; text, truth values, NaN and infinity are refused."""
        if isinstance(data, bool | str):
            self.fail("invalid")
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("finite")
        return value

    def to_representation(self, value: Any) -> float | None:  # type: ignore[override]
        """Return the number, None where it is not finite."""
        figure = float(value)
        return figure if math.isfinite(figure) else None


def finite(data: Any) -> Any:
    """Return stored JSON with None in place of numbers that JSON cannot say."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return data


@extend_schema_field({"type": "object", "additionalProperties": True})
class Stored(serializers.JSONField):
    """An object that was stored as JSON, made finite."""

    def to_representation(self, value: Any) -> Any:
        """Return the object."""
        return finite(value)


class Body(serializers.Serializer[Any]):
    """A body in which every field is known: a misspelt one is refused rather than ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values; raise for fields that mean nothing here."""
        if isinstance(data, dict):
            unknown = {name: [self._unknown(name)] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)

    def _unknown(self, name: str) -> str:
        known = ", ".join(self.fields)
        if not known:
            return _("“%(name)s” means nothing here; this request takes no fields.") % {"name": name[:SHOWN]}
        sentence = _("“%(name)s” means nothing here; what can be sent is: %(known)s.")
        return sentence % {"name": name[:SHOWN], "known": known}


class Nothing(Body):
    """Nothing needs to be said; whatever is said is refused."""


class BodyExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says in the description too that no other field is taken."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema, closed."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}
