"""Figures as people read them: units scaled by SI prefixes, three significant digits, signs, money, time.

Every function is pure and takes the language tag; nothing here reads settings, the clock or the database.
Typography: U+202F (narrow no-break space) between figure and unit, U+00A0 between two of them, U+2212 for
minus, so that a figure never
breaks over two lines and a column of signs lines up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from workplaces.hours import IN_HOURS

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"
ABSENT: Final = "\u2013"

Number = float | int


@dataclass(frozen=True)
class Locale:
    """How one language writes numbers: marks, words for large sums of money, words for people's time."""

    decimal: str
    group: str
    millions: tuple[str, str, str]
    hours: tuple[str, str, str, str, str] = (
        "hours",
        "hour",
        "million hours",
        "billion hours",
        "trillion hours",
    )
    less_than: str = "<"


_ENGLISH: Final = Locale(".", ",", ("m", "bn", "tn"))
_PORTUGUESE: Final = Locale(
    ",",
    ".",
    ("mi", "bi", "tri"),
    ("horas", "hora", "milhões de horas", "bilhões de horas", "trilhões de horas"),
)
_PREFIXES: Final = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
# Units that carry their prefix without a space; all others get it as a word of its own ("9.13 G km").
_PREFIXED: Final = ("Wh", "t", "W", "J", "L", "l", "g", "bit", "B")
_CURRENCIES: Final = {
    "BRL": "R$",
    "R$": "R$",
    "EUR": "€",
    "€": "€",
    "GBP": "£",
    "£": "£",
    "USD": "US$",
    "US$": "US$",
    "$": "$",
}
_MULTIPLES: Final = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "M": 1e6,
    "mn": 1e6,
    "mi": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "milhões": 1e6,
    "bn": 1e9,
    "bi": 1e9,
    "billion": 1e9,
}


def locale_for(lang: str | None) -> Locale:
    """The locale of a language tag such as ``pt-br``; English for any that is not known."""
    return _PORTUGUESE if (lang or "").lower().startswith("pt") else _ENGLISH


def number(value: Number | None, lang: str | None = None, *, digits: int = 0, sign: bool = False) -> str:
    """``value`` with ``digits`` decimals, grouped by thousands; ``sign`` writes + before what is positive."""
    special = _special(value)
    if special is not None or value is None:
        return special or ABSENT
    marks = locale_for(lang)
    text = f"{abs(value):,.{digits}f}".translate({44: marks.group, 46: marks.decimal})
    is_zero = not any("1" <= char <= "9" for char in text)
    if is_zero:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def decimals(value: Number, significant: int = 3) -> int:
    """Decimals that show ``significant`` digits of ``value`` after rounding (9.996 rounds to 10.0: one
    decimal)."""
    if value == 0 or not math.isfinite(value):
        return 0
    rounded = float(f"{abs(value):.{significant - 1}e}")
    return max(0, significant - 1 - math.floor(math.log10(rounded)))


def percent(
    fraction: Number | None, lang: str | None = None, *, digits: int | None = None, sign: bool = False
) -> str:
    """A fraction as a percentage: ``13.9 %``, ``0.15 %``, ``38 %``; or with ``digits`` decimals."""
    special = _special(fraction)
    if special is not None or fraction is None:
        return special or ABSENT
    points = round(fraction * 100, 9)
    if digits is None and 0 < abs(points) < 0.001:
        return f"{locale_for(lang).less_than}{NARROW}{number(0.001, lang, digits=3)}{NARROW}%"
    places = _percent_places(points) if digits is None else digits
    return f"{number(points, lang, digits=places, sign=sign)}{NARROW}%"


def change(fraction: Number | None, lang: str | None = None, *, digits: int | None = None) -> str:
    """A relative change with its sign: ``+4.1 %``, ``−0.3 %``, ``0 %``."""
    return percent(fraction, lang, digits=digits, sign=True)


def quantity(
    value: Number | None,
    unit: str = "",
    lang: str | None = None,
    *,
    significant: int = 3,
    sign: bool = False,
) -> str:
    """A quantity in its unit, scaled so that at most three digits stand before the mark: ``31.2 Mt``.

    ``unit`` is a symbol with or without an SI prefix (``t``, ``MWh``), any word (``h``, ``km``,
    ``places``), or money
    (``R$``, ``R$ million``, ``EUR m``), or people's
    time (``hours``, ``million hours``). Kilograms beyond a thousand become tonnes. Words are scaled from a
    million
    on ("9.13 G km"), a bare number never. A whole number that needs no scaling keeps no decimals.
    """
    special = _special(value)
    if special is not None or value is None:
        return special or ABSENT
    if unit in IN_HOURS:
        return hours(value * IN_HOURS[unit], lang, significant=significant, sign=sign)
    money_unit = _money_unit(unit)
    if money_unit:
        symbol, multiple = money_unit
        return money(value * multiple, symbol, lang, significant=significant, sign=sign)
    scaled, label = scale(value, unit, significant=significant)
    return _with_unit(scaled, label, lang, _places(scaled, value, significant), sign=sign)


def quantity_pair(
    first: Number | None, second: Number | None, unit: str = "", lang: str | None = None
) -> tuple[str, str]:
    """Two quantities to be compared: the same scale, and enough digits (up to six) to tell them apart."""
    if _special(first) is not None or _special(second) is not None or first is None or second is None:
        return quantity(first, unit, lang), quantity(second, unit, lang)
    if min(abs(first), abs(second)) * 1000 < max(abs(first), abs(second)):
        return quantity(first, unit, lang), quantity(second, unit, lang)
    for significant in range(3, 7):
        pair = _pair(first, second, unit, lang, significant)
        if first == second or pair[0] != pair[1]:
            break
    return pair


def scale(value: Number, unit: str, *, significant: int = 3) -> tuple[float, str]:
    """``value`` and ``unit`` rescaled: (31.2, "Mt") for 31 200 000 t. Values below one are left as they
    are."""
    prefix, base = _split_unit(unit)
    if base == "g" and abs(value) * 10.0 ** _PREFIXES[prefix] >= 1e6:
        return scale(value * 10.0 ** (_PREFIXES[prefix] - 6), "t", significant=significant)
    absolute = float(f"{abs(value):.{significant - 1}e}") * 10.0 ** _PREFIXES[prefix]
    least = 3 if base in _PREFIXED else 6 if base else math.inf
    chosen = prefix
    for candidate, power in _PREFIXES.items():
        if power >= max(least, _PREFIXES[prefix]) and absolute >= 10.0**power:
            chosen = candidate
    return value * 10.0 ** (_PREFIXES[prefix] - _PREFIXES[chosen]), _unit_label(chosen, base)


def money(
    amount: Number | None,
    currency: str = "R$",
    lang: str | None = None,
    *,
    significant: int = 3,
    sign: bool = False,
) -> str:
    """Money in whole units of the currency: ``R$ 3,100``, ``R$ 12 m``, ``R$ 4.20 bn``; cents only below
    100."""
    special = _special(amount)
    if special is not None or amount is None:
        return special or ABSENT
    symbol = _CURRENCIES.get(currency, currency)
    rounded = float(f"{abs(amount):.{significant - 1}e}")
    words = locale_for(lang).millions
    step = min(2, int(math.log10(rounded) // 3) - 2) if rounded >= 1e6 else -1
    if step < 0:
        places = 2 if abs(amount) < 100 and amount != int(amount) else 0
        return _money_text(symbol, number(amount, lang, digits=places, sign=sign))
    scaled = amount / 10.0 ** (6 + 3 * step)
    places = 0 if scaled == int(scaled) else decimals(scaled, significant)
    return _money_text(symbol, number(scaled, lang, digits=places, sign=sign)) + NARROW + words[step]


def worth(amount: float, price: float, unit: str) -> float:
    """Whole units of currency that ``amount`` of a product is worth at ``price`` a unit: a product that is itself
    measured in money (``R$ million``) counts its unit as so much money."""
    money_unit = _money_unit(unit)
    return amount * price * (money_unit[1] if money_unit else 1.0)


def hours(value: Number | None, lang: str | None = None, *, significant: int = 3, sign: bool = False) -> str:
    """Hours of work: ``12.1 hours``, ``490,000 hours``, ``6.13 billion hours``; ``significant`` digits."""
    special = _special(value)
    if special is not None or value is None:
        return special or ABSENT
    words, exact = locale_for(lang).hours, float(value).is_integer() and abs(value) < 10_000
    rounded = float(value) if exact else float(f"{value:.{significant - 1}e}")
    step = min(3, int(math.log10(abs(rounded)) // 3) - 1) if abs(rounded) >= 1e6 else 0
    scaled = rounded / 10.0 ** (3 * (step + 1)) if step else rounded
    text = number(scaled, lang, digits=0 if exact else decimals(scaled, significant), sign=sign)
    word = words[1] if rounded == 1 else words[step + 1 if step else 0]
    return f"{text}{NARROW}{word.replace(' ', NO_BREAK)}"


def minutes(value: Number | None, lang: str | None = None) -> str:
    """People's time: ``4 min``, ``1 h``, ``11 h 20``; beyond a hundred hours only hours."""
    special = _special(value)
    if special is not None or value is None:
        return special or ABSENT
    if 0 < value < 1:
        return f"<{NARROW}1{NARROW}min"
    whole = round(value)
    hours, rest = divmod(whole, 60)
    if hours >= 100:
        return f"{number(whole / 60, lang)}{NARROW}h"
    if hours == 0:
        return f"{rest}{NARROW}min"
    return f"{hours}{NARROW}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")


def duration(span: timedelta | None) -> str:
    """A span until or since a moment: ``9 d``, ``2 d 6 h``, ``3 h 20``, ``45 min``; a sign is ignored."""
    if span is None:
        return ABSENT
    whole = int(abs(span).total_seconds() // 60)
    days, rest = divmod(whole, 24 * 60)
    hours = rest // 60
    if days >= 7 or (days and not hours):
        return f"{days}{NARROW}d"
    if days:
        return f"{days}{NARROW}d{NO_BREAK}{hours}{NARROW}h"
    if hours >= 6:
        return f"{hours}{NARROW}h"
    return minutes(whole) if whole else f"<{NARROW}1{NARROW}min"


def seconds(value: Number | None, lang: str | None = None) -> str:
    """Machine time: ``0.4 s``, ``12 s``, ``1 min 23 s``."""
    special = _special(value)
    if special is not None or value is None:
        return special or ABSENT
    if 0 < value < 0.001:
        return f"<{NARROW}1{NARROW}ms"
    if value < 10:
        return f"{number(value, lang, digits=max(1, decimals(value, 1)) if value else 0)}{NARROW}s"
    whole = round(value)
    if whole < 60:
        return f"{whole}{NARROW}s"
    return f"{whole // 60}{NARROW}min{NO_BREAK}{whole % 60}{NARROW}s"


def _special(value: Number | None) -> str | None:
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return None


def _percent_places(points: float) -> int:
    if points == int(points):
        return 0
    if abs(points) >= 1:
        return 1
    places = decimals(points, 2)
    return places - 1 if f"{points:.{places}f}".endswith("0") else places


def _places(scaled: float, value: Number, significant: int) -> int:
    is_unscaled_whole = scaled == value and float(value).is_integer()
    return 0 if is_unscaled_whole else decimals(scaled, significant)


def _pair(first: Number, second: Number, unit: str, lang: str | None, significant: int) -> tuple[str, str]:
    money_unit = _money_unit(unit)
    if money_unit or not unit or unit in IN_HOURS:
        return (
            quantity(first, unit, lang, significant=significant),
            quantity(second, unit, lang, significant=significant),
        )
    larger = first if abs(first) >= abs(second) else second
    scaled, label = scale(larger, unit, significant=significant)
    factor = scaled / larger if larger else 1.0
    places = _places(scaled, larger, significant)
    if factor == 1.0 and float(first).is_integer() and float(second).is_integer():
        places = 0
    elif places == 0 and factor == 1.0:
        places = decimals(larger, significant)
    return (
        _with_unit(first * factor, label, lang, places, sign=False),
        _with_unit(second * factor, label, lang, places, sign=False),
    )


def _with_unit(value: float, label: str, lang: str | None, places: int, *, sign: bool) -> str:
    text = number(value, lang, digits=places, sign=sign)
    return f"{text}{NARROW}{label}" if label else text


def _money_text(symbol: str, text: str) -> str:
    signless = text.lstrip(f"+{MINUS}")
    return text[: len(text) - len(signless)] + symbol + NARROW + signless


def _money_unit(unit: str) -> tuple[str, float] | None:
    """("R$", 1e6) for ``R$ million``; None when the unit is not money."""
    words = unit.replace(".", " ").split()
    if not words or len(words) > 2:
        return None
    first, second = words[0], words[1] if len(words) == 2 else ""
    if first in _CURRENCIES and second in _MULTIPLES:
        return _CURRENCIES[first], _MULTIPLES[second]
    if second in _CURRENCIES and first in _MULTIPLES:
        return _CURRENCIES[second], _MULTIPLES[first]
    return None


def _split_unit(unit: str) -> tuple[str, str]:
    head, _, tail = unit.partition(" ")
    if tail and head in _PREFIXES:
        return head, tail
    for base in _PREFIXED:
        prefix = unit[: -len(base)] if unit.endswith(base) else None
        if prefix is not None and prefix in _PREFIXES:
            return prefix, base
    return "", unit


def _unit_label(prefix: str, base: str) -> str:
    if not prefix:
        return base
    return f"{prefix}{base}" if base in _PREFIXED else f"{prefix}{NARROW}{base}".rstrip(NARROW)
