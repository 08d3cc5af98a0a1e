"""Columns: what a cell may hold, and how its text becomes a value."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from workplaces.importing.figures import Mark, read_figure

CODE_LENGTH = 60
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DAY_FORMATS = (
    (re.compile(r"^(\d{4})-(\d{2})-(\d{2})$"), (1, 2, 3)),
    (re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$"), (3, 2, 1)),
)


@dataclass(frozen=True)
class Marks:
    """How this file writes figures."""

    decimal: Mark = Mark.POINT
    proven: bool = True


Reader = Callable[[str, Marks], Any]


@dataclass(frozen=True)
class Column:
    """A column of an import: its reader raises ValueError with a sentence. ``total``: add it up in the preview."""

    name: str
    read: Reader
    help: Any
    example: str
    required: bool = False
    default: Any = None
    is_figure: bool = False
    total: bool = False


def text(limit: int = 200) -> Reader:
    """Read a text of at most ``limit`` characters, on one line."""

    def read(cell: str, marks: Marks) -> str:  # noqa: ARG001
        plain = unicodedata.normalize("NFC", cell)
        # What a download put before a formula to disarm it is not part of the text.
        if plain[:1] == "'" and plain[1:2] in tuple("=+-@"):
            plain = plain[1:]
        if len(plain) > limit:
            raise ValueError(
                _("This text has %(length)s characters; at most %(limit)s fit.")
                % {"length": len(plain), "limit": limit}
            )
        if CONTROL.search(plain):
            raise ValueError(_("This text has a line break or another control character in it."))
        return plain

    return read


def code(limit: int = CODE_LENGTH) -> Reader:
    """Read a short name by which rows refer to each other."""
    return text(limit)


def figure(*, above: float | None = None, least: float | None = 0.0, most: float | None = None) -> Reader:
    """Read a finite number, not below ``least``, above ``above``, not over ``most``."""

    def read(cell: str, marks: Marks) -> float:
        value = read_figure(cell, marks.decimal, proven=marks.proven)
        if above is not None and value <= above:
            raise ValueError(
                _("%(cell)s is not above %(limit)s; it must be.") % {"cell": cell, "limit": f"{above:g}"}
            )
        if least is not None and value < least:
            raise ValueError(
                _("%(cell)s is negative; this figure cannot be.") % {"cell": cell}
                if not least
                else _("%(cell)s is below %(limit)s.") % {"cell": cell, "limit": f"{least:g}"}
            )
        if most is not None and value > most:
            raise ValueError(_("%(cell)s is over %(limit)s.") % {"cell": cell, "limit": f"{most:g}"})
        return value

    return read


def whole(*, least: int = 0, most: int = 2_147_483_647) -> Reader:
    """Read a whole number in a range."""

    def read(cell: str, marks: Marks) -> int:
        value = read_figure(cell, marks.decimal, proven=marks.proven)
        if value != int(value):
            raise ValueError(_("“%(cell)s” is not a whole number.") % {"cell": cell})
        if not least <= value <= most:
            raise ValueError(
                _("%(cell)s is not between %(least)s and %(most)s.")
                % {"cell": cell, "least": least, "most": most}
            )
        return int(value)

    return read


def choice(options: Any) -> Reader:
    """Read one of a model field's choices, by its stored word or by its label in the reader's language."""

    def read(cell: str, marks: Marks) -> str:  # noqa: ARG001
        words = {str(value).casefold(): value for value in options.values}
        words |= {str(label).casefold(): value for value, label in options.choices}
        found = words.get(cell.casefold())
        if found is None:
            raise ValueError(
                _("“%(cell)s” is none of: %(options)s.")
                % {"cell": cell, "options": ", ".join(str(value) for value in options.values)}
            )
        return str(found)

    return read


def email(cell: str, marks: Marks) -> str:  # noqa: ARG001
    """Read an e-mail address, in lower case."""
    try:
        validate_email(cell)
    except ValidationError as error:
        raise ValueError(_("“%(cell)s” is not an e-mail address.") % {"cell": cell}) from error
    return cell.lower()


def day(cell: str, marks: Marks) -> date:  # noqa: ARG001
    """Read a date: 2027-01-31 or 31.1.2027; slashes are refused, they mean two things."""
    for pattern, order in DAY_FORMATS:
        found = pattern.match(cell)
        if found:
            try:
                return date(*(int(found.group(part)) for part in order))
            except ValueError as error:
                raise ValueError(_("There is no such day as “%(cell)s”.") % {"cell": cell}) from error
    raise ValueError(_("“%(cell)s” is not a date; write it like 2027-01-31.") % {"cell": cell})
