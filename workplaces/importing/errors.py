"""What is wrong with a file: a sentence with its place, and all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workplaces.errors import Invalid


@dataclass(frozen=True, order=True)
class RowError:
    """One fault. ``row`` counts as a spreadsheet does (the header is row 1); 0 means the file as a whole."""

    file: str
    row: int
    column: str
    message: str

    @property
    def place(self) -> str:
        """Where the fault is: file, row, column."""
        parts = [self.file]
        if self.row:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            parts.append(_("column “%(column)s”") % {"column": self.column})
        return ", ".join(parts)

    def __str__(self) -> str:
        """Return place and sentence."""
        return f"{self.place}: {self.message}"


class ImportRefused(Invalid):
    """A file cannot be taken in; ``errors`` are all its faults, in the order of the rows."""

    def __init__(self, errors: Sequence[RowError], *, fields: Mapping[str, str] | None = None) -> None:
        self.errors = sorted(errors)
        count = len(self.errors)
        message = ngettext(
            "The file has %(count)s fault; nothing was taken in.",
            "The file has %(count)s faults; nothing was taken in.",
            count,
        ) % {"count": count}
        super().__init__(message, fields=fields)
