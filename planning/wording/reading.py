"""Figures as people type them."""

import math
import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workplaces.presentation.figures import NARROW, decimals, locale_for, number
from workplaces.presentation.readings import two_readings, unmistakable

BLANKS = re.compile(r"[\s\u00a0\u202f']")


class Unreadable(ValueError):  # noqa: N818
    """The text is not a figure; ``str()`` says so in a sentence."""


def read_figure(text: str, lang: str | None) -> float:
    """Return the figure that was typed, in the language's way of writing decimals.

    Groups of three digits may be parted by the language's mark or blanks; a lone mark of the other language
    counts as a decimal mark when what follows is not a group of three. Raises ``Unreadable``, also for a lone
    decimal mark before exactly three digits: people of the other language write thousands so.
    """
    marks = locale_for(lang)
    plain = BLANKS.sub("", text).replace("\u2212", "-")
    asked = two_readings(text, lang)
    if asked:
        raise Unreadable(asked)
    if re.fullmatch(rf"[+-]?\d{{1,3}}(\{marks.group}\d{{3}})+(\{marks.decimal}\d*)?", plain):
        plain = plain.replace(marks.group, "")
    if plain.count(marks.group) == 1 and marks.decimal not in plain:
        plain = plain.replace(marks.group, marks.decimal)
    plain = plain.replace(marks.decimal, ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain):
        raise Unreadable(_("“%(text)s” is not a number. Write it like %(sample)s.")
                         % {"text": text.strip(), "sample": f"1234{marks.decimal}5"})  # fmt: skip
    value = float(plain)
    if not math.isfinite(value):
        raise Unreadable(_("“%(text)s” is too large to be a figure of the plan.") % {"text": text.strip()})
    return value


def typed(value: float, lang: str | None) -> str:
    """Return a figure as it stands in an input field: up to seven significant digits, no groups, no unit.

    Three decimals get a zero behind them, so that they cannot be read as thousands.
    """
    text = f"{value:.7g}"
    if "e" in text:
        text = f"{value:.7f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.0f}"
    return unmistakable(text.replace(".", locale_for(lang).decimal), lang)


def in_unit(value: float, unit: str) -> str:
    """Return a figure beside an input field: in the field's own unit, with four significant digits at least."""
    lang = get_language()
    places = 0 if float(value).is_integer() else decimals(value, 4)
    return f"{number(value, lang, digits=places)}{NARROW}{unit}".rstrip(NARROW)
