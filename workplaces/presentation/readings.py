"""Figures with one mark before exactly three digits: a decimal mark to some, a mark between thousands to others."""

import re

from django.utils.translation import gettext as _

from workplaces.presentation.figures import locale_for, number

BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'\u2019]")


def two_readings(text: str, lang: str | None) -> str:
    """Return the question which number is meant, if the language's decimal mark stands where others part thousands.

    Empty for everything else, also for the language's own mark between thousands: pages write it so.
    """
    mark = locale_for(lang).decimal
    plain = BLANKS.sub("", text).replace("\u2212", "-")
    if not _looks_grouped(plain, mark):
        return ""
    decimal, whole = plain.rstrip("0").rstrip(mark), plain.replace(mark, "")
    return _("“%(text)s” can be read as %(decimal)s or as %(whole)s: type %(short)s or %(long)s.") % {
        "text": text.strip(), "decimal": decimal, "whole": number(int(whole), lang),
        "short": decimal if decimal != plain else f"{plain}0", "long": whole,
    }  # fmt: skip


def unmistakable(text: str, lang: str | None) -> str:
    """Return a figure for an input field, with a zero behind three decimals that would be asked about."""
    return f"{text}0" if _looks_grouped(text, locale_for(lang).decimal) else text


def _looks_grouped(plain: str, mark: str) -> bool:
    return re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}\{mark}\d{{3}}", plain) is not None
