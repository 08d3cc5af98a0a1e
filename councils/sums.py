"""Sums of projects as people read them: whole units of money, of which a question may say that some digits are decimals."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language

from workplaces.presentation import figures


def sum_told(value: int, params: Mapping[str, Any], *, grouped: bool = False) -> str:
    """Return a cost or budget without its unit: as it was put (or ``grouped`` by thousands), or with its decimals."""
    decimals = params.get("decimals", 0)
    return exactly(value, decimals) if decimals or grouped else str(value)


def exactly(value: Fraction | int, decimals: int) -> str:
    """Return a sum of which ``decimals`` digits stand behind the decimal mark, in the reader's marks."""
    return str(figures.number(float(Fraction(value) / 10**decimals), get_language(), digits=decimals))
