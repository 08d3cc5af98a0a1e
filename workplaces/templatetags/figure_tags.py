"""Filters that write figures in the reader's language. ``{% load commonplan %}`` brings them too."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workplaces.presentation import figures, notes

register = template.Library()

Figure = float | int | None


@register.filter
def quantity(value: Figure, unit: str = "") -> str:
    """``{{ line.output|quantity:product.unit }}`` → 31.2 Mt."""
    return figures.quantity(value, unit or "", get_language())


@register.filter
def note(text: str) -> str:
    """``{{ scenario.source_note|note }}``: what a table says of itself, translated, with its full stop."""
    return notes.in_words(text)


@register.filter
def signed_quantity(value: Figure, unit: str = "") -> str:
    """``{{ difference|signed_quantity:"t" }}`` → +25 kt."""
    return figures.quantity(value, unit or "", get_language(), sign=True)


@register.filter
def number(value: Figure, digits: int = 0) -> str:
    """``{{ workplaces|number }}`` → 2,014; an argument gives the decimals."""
    return figures.number(value, get_language(), digits=digits)


@register.filter
def signed(value: Figure, digits: int = 0) -> str:
    """``{{ term|signed }}`` → +198, −41."""
    return figures.number(value, get_language(), digits=digits, sign=True)


@register.filter
def percent(fraction: Figure, digits: int | None = None) -> str:
    """``{{ share|percent }}``: a fraction, 0.035 → 3.5 %."""
    return figures.percent(fraction, get_language(), digits=digits)


@register.filter
def change(fraction: Figure, digits: int | None = None) -> str:
    """``{{ premium|change }}``: a fraction with its sign, 0.041 → +4.1 %."""
    return figures.change(fraction, get_language(), digits=digits)


@register.filter
def money(minor: int | None, currency: str = "") -> str:
    """``{{ grant.amount|money }}``: minor units (cents) → R$ 4.20 bn."""
    return amount(None if minor is None else minor / 100, currency)


@register.filter
def cents(minor: int | None, currency: str = "") -> str:
    """``{{ posting.amount|cents }}``: minor units to the last one → R$ 4,200,000,000.00."""
    if minor is None:
        return figures.ABSENT
    symbol = currency or getattr(settings, "CURRENCY", "R$")
    return f"{symbol}{figures.NARROW}{figures.number(minor / 100, get_language(), digits=2)}"


@register.filter
def amount(value: Figure, currency: str = "") -> str:
    """``{{ price|amount }}``: whole units of the currency → R$ 3,100."""
    return figures.money(value, currency or getattr(settings, "CURRENCY", "R$"), get_language())


@register.filter
def minutes(value: Figure) -> str:
    """``{{ spent|minutes }}``: people's time in minutes → 11 h 20."""
    return figures.minutes(value, get_language())


@register.filter
def seconds(value: Figure) -> str:
    """``{{ run.seconds|seconds }}``: machine time → 0.4 s."""
    return figures.seconds(value, get_language())


@register.filter
def duration(span: timedelta | None) -> str:
    """``{{ span|duration }}`` → 2 d 6 h."""
    return figures.duration(span)


@register.filter
def until(moment: datetime | None, now: datetime) -> str:
    """``{{ round.closes_at|until:now }}`` → in 2 d 6 h, or 3 h 20 ago."""
    if moment is None:
        return figures.ABSENT
    words = _("in %(span)s") if moment >= now else _("%(span)s ago")
    return words % {"span": figures.duration(moment - now)}


@register.filter
def px(value: float) -> str:
    """A coordinate for an SVG attribute: always with a full stop, in any language."""
    return f"{value:.1f}".removesuffix(".0")
