"""Figures that are always finite."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Figure(serializers.FloatField):
    """A finite number; what is not one is sent as null and never taken."""

    default_error_messages = {"finite": _("Send a finite number.")}

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
            unknown = {
                name: [_("This field means nothing here.")] for name in data if name not in self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)
