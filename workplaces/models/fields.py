"""What several tables share: names in several languages, finite quantities, dated validity."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

INFINITY = float("inf")


class Named(models.Model):
    """A row with a name and, where given, that name in other languages (``{"pt": "…"}``)."""

    name = models.CharField(_("name"), max_length=200)
    names = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the name in the reader's language."""
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language, else the name as entered."""
        return localised(self.name, self.names)


def localised(name: str, names: dict[str, str]) -> str:
    """Pick the name for the active language out of ``names``, else ``name``."""
    language = (get_language() or "")[:2]
    return names.get(language) or name


def quantity(**options: Any) -> "models.FloatField[float, float]":
    """Return a field for an amount in the product's unit per cycle."""
    return models.FloatField(**options)


def finite(name: str, *fields: str, minimum: float | None = 0.0) -> models.CheckConstraint:
    """Return a CHECK that each field is NULL or finite and not below ``minimum`` (None: any sign).

    PostgreSQL orders NaN above Infinity, so ``< Infinity`` refuses both.
    """
    condition = Q()
    for field in fields:
        low = {f"{field}__gte": minimum} if minimum is not None else {f"{field}__gt": -INFINITY}
        condition &= Q(**{f"{field}__isnull": True}) | Q(**low, **{f"{field}__lt": INFINITY})
    return models.CheckConstraint(condition=condition, name=name)


def searched(name: str, field: str) -> GinIndex:
    """Return the index by which ``icontains`` finds a part of a text: its groups of three letters, in capitals."""
    return GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=name)
