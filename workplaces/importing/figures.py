"""Figures as files write them: decimal comma or point, groups of three, and refusal where both could be meant."""

import math
import re
from collections.abc import Iterable
from enum import Enum

from django.utils.translation import gettext as _


class Mark(Enum):
    """The decimal mark that a file uses."""

    POINT = "."
    COMMA = ","
    UNKNOWN = ""


# Blanks and apostrophes only ever part groups of three: 1 234,5 or 1'234.5.
GROUP_BLANKS = " \u00a0\u2009\u202f'\u2019"
BLANK_GROUPS = re.compile(rf"^([+-]?[0-9]{{1,3}})((?:[{GROUP_BLANKS}][0-9]{{3}})+)(?=$|[.,])")
WITH_MARK = {
    Mark.POINT: re.compile(r"^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?([eE][+-]?[0-9]{1,4})?$"),
    Mark.COMMA: re.compile(r"^[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)?(,[0-9]*)?([eE][+-]?[0-9]{1,4})?$"),
}
ONE_MARK_THREE_DIGITS = re.compile(r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$")
NOT_A_FIGURE = {
    "nan",
    "inf",
    "infinity",
    "+inf",
    "-inf",
    "+infinity",
    "-infinity",
    "#n/a",
    "#div/0!",
    "#value!",
}


def evidence(text: str) -> Mark:
    """Return the decimal mark that this figure alone proves, UNKNOWN if it proves none."""
    plain = without_blanks(text)
    if ONE_MARK_THREE_DIGITS.match(plain) or not re.search("[.,]", plain):
        return Mark.UNKNOWN
    fits = [mark for mark, pattern in WITH_MARK.items() if pattern.match(plain)]
    return fits[0] if len(fits) == 1 else Mark.UNKNOWN


def decimal_mark(cells: Iterable[str], delimiter: str) -> Mark:
    """Return the mark that most of the cells prove; without proof a point, unless semicolons part the columns.

    Where commas or tabs part the columns, a lone point is a decimal point by every convention; with
    semicolons it may just as well part thousands, so that only a statement or another cell can tell.
    """
    found = [mark for mark in map(evidence, cells) if mark is not Mark.UNKNOWN]
    commas = found.count(Mark.COMMA)
    if found:
        return Mark.COMMA if commas > len(found) - commas else Mark.POINT
    return Mark.UNKNOWN if delimiter == ";" else Mark.POINT


def read_figure(text: str, mark: Mark, *, proven: bool = True) -> float:
    """Return the finite number that ``text`` writes with this decimal mark.

    ``proven`` says whether the mark was stated or shown by another cell; if not, ``1,234`` is refused.
    Raises ValueError with a sentence.
    """
    plain = without_blanks(text)
    if plain.lower() in NOT_A_FIGURE:
        raise ValueError(_("“%(text)s” is not a finite number.") % {"text": text})
    if ONE_MARK_THREE_DIGITS.match(plain) and (mark is Mark.UNKNOWN or ("," in plain and not proven)):
        raise ValueError(_ambiguous(text, plain))
    mark = evidence(text) if mark is Mark.UNKNOWN else mark
    mark = Mark.POINT if mark is Mark.UNKNOWN else mark
    if not WITH_MARK[mark].match(plain) or not re.search(r"[0-9]", plain):
        raise ValueError(_not_a_number(text, plain, mark))
    group = "," if mark is Mark.POINT else "."
    value = float(plain.replace(group, "").replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(_("“%(text)s” is too large to be a figure of the plan.") % {"text": text})
    return value


def without_blanks(text: str) -> str:
    """Return the figure without the blanks that part groups of three; the minus sign as a hyphen."""
    plain = text.strip().replace("\u2212", "-")
    found = BLANK_GROUPS.match(plain)
    if found:
        digits = re.sub(f"[{GROUP_BLANKS}]", "", found.group(2))
        plain = found.group(1) + digits + plain[found.end() :]
    return plain


def _ambiguous(text: str, plain: str) -> str:
    as_decimal = plain.replace(",", ".")
    whole = plain.replace(",", "").replace(".", "")
    return _(
        "“%(text)s” can mean %(decimal)s or %(whole)s. Write it without thousands mark, "
        "or say which decimal mark the file uses."
    ) % {"text": text, "decimal": f"{as_decimal}0", "whole": whole}


def _not_a_number(text: str, plain: str, mark: Mark) -> str:
    other = Mark.COMMA if mark is Mark.POINT else Mark.POINT
    if WITH_MARK[other].match(plain) and re.search(r"[0-9]", plain):
        return _("“%(text)s” does not fit the decimal mark of this file, which is “%(mark)s”.") % {
            "text": text,
            "mark": mark.value,
        }
    return _("“%(text)s” is not a number.") % {"text": text}
