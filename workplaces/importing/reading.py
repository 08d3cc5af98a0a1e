"""From bytes to rows: encoding, delimiter, header, and every cell read by its column."""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workplaces.importing.columns import Column, Marks
from workplaces.importing.errors import RowError
from workplaces.importing.figures import Mark, decimal_mark, evidence

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELL = 10_000
DELIMITERS = (",", ";", "\t")
SPREADSHEET_HEADS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
ENCODINGS = {"utf-8": "utf-8-sig", "latin-1": "cp1252", "utf-16": "utf-16"}


@dataclass(frozen=True)
class Options:
    """What whoever uploads states about the file; empty means: find out."""

    encoding: str = ""
    decimal: str = ""


@dataclass
class Record:
    """One row: its number as a spreadsheet counts, and its values by column name (None where empty).

    ``broken`` names the columns whose fault was told already; their values are None.
    """

    number: int
    values: dict[str, Any]
    raw: dict[str, str]
    broken: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def states(self, name: str) -> bool:
        """Say whether the cell holds anything, be it at fault."""
        return name in self.broken or self.values.get(name) is not None


@dataclass
class Sheet:
    """A file as it was read: all its ``rows``, and the ``errors`` found so far."""

    file: str
    encoding: str = ""
    delimiter: str = ""
    marks: Marks = field(default_factory=Marks)
    header: list[str] = field(default_factory=list)
    rows: list[Record] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        """The rows whose cells could all be read."""
        return [record for record in self.rows if not record.broken]

    def fault(self, row: int, column: str, message: str) -> None:
        """Note a fault."""
        self.errors.append(RowError(self.file, row, column, message))


def read_sheet(name: str, content: bytes, columns: Sequence[Column], options: Options) -> Sheet:
    """Read a file by its columns. Whatever is wrong with it stands in ``errors``; nothing is raised."""
    sheet = Sheet(file=name)
    text = _decoded(sheet, content, options.encoding)
    if text is None:
        return sheet
    rows = _rows(sheet, text, columns)
    if not rows:
        return sheet
    places, wide = _header(sheet, rows[0][1], columns)
    if not places:
        return sheet
    body = [(number, cells) for number, cells in rows[1:] if any(cell.strip() for cell in cells)]
    if not body:
        sheet.fault(0, "", _("The file has a header but no rows below it."))
    sheet.marks = _marks(sheet, body, places, options.decimal)
    for number, cells in body:
        _record(sheet, number, cells, places, wide, columns)
    return sheet


def _decoded(sheet: Sheet, content: bytes, stated: str) -> str | None:
    if len(content) > MAX_BYTES:
        sheet.fault(0, "", _("The file is larger than %(limit)s MB; split it.") % {"limit": MAX_BYTES >> 20})
        return None
    if content.startswith(SPREADSHEET_HEADS):
        sheet.fault(0, "", _("This is a spreadsheet file, not CSV. Save the sheet as CSV and upload that."))
        return None
    guesses = [stated] if stated else _likely(content)
    for encoding in guesses:
        try:
            text = content.decode(ENCODINGS[encoding])
        except (UnicodeDecodeError, UnicodeError):
            continue
        if "\x00" in text:
            break
        sheet.encoding = encoding
        return text
    sheet.fault(0, "", _undecodable(content, stated))
    return None


def _likely(content: bytes) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return ["utf-8", "latin-1"]


def _undecodable(content: bytes, stated: str) -> str:
    if b"\x00" in content and stated != "utf-16":
        return _("This is not a text file: it holds zero bytes.")
    try:
        content.decode(ENCODINGS[stated or "utf-8"])
    except UnicodeError as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        return _("Line %(line)s is not %(encoding)s. State another encoding, or save the file as UTF-8.") % {
            "line": line,
            "encoding": (stated or "utf-8").upper(),
        }
    return _("This is not a text file.")


def _rows(sheet: Sheet, text: str, columns: Sequence[Column]) -> list[tuple[int, list[str]]]:
    if not text.strip():
        sheet.fault(0, "", _("The file is empty. Take the template, fill it in, and upload that."))
        return []
    sheet.delimiter = _delimiter(text, columns)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sheet.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if len(rows) > MAX_ROWS:
                sheet.fault(
                    number,
                    "",
                    _("The file has more than %(limit)s rows; split it.") % {"limit": f"{MAX_ROWS:,}"},
                )
                return []
            if cells or rows:
                rows.append((number, cells))
    except csv.Error as error:
        sheet.fault(
            number + 1, "", _("This row cannot be read as CSV (%(why)s); look for a quote that is not closed.")
            % {"why": error},
        )  # fmt: skip
        return []
    return rows


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """Return what parts the header into most columns that we know, else into most columns."""
    first = next(line for line in text.splitlines() if line.strip())
    known = {_plain(column.name) for column in columns}

    def found(delimiter: str) -> tuple[int, int]:
        names = [_plain(name.strip('"')) for name in first.split(delimiter)]
        return len(known & set(names)), len(names)

    return max(DELIMITERS, key=found)


def _header(sheet: Sheet, cells: list[str], columns: Sequence[Column]) -> tuple[dict[int, Column], int]:
    """Return the columns by their place in the row, and how many cells a row has."""
    known = {_plain(column.name): column for column in columns}
    places: dict[int, Column] = {}
    seen: dict[str, int] = {}
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    for index, cell in enumerate(cells):
        name = _plain(cell)
        if name in seen:
            sheet.fault(1, cell.strip(), _("This column stands in the file twice; delete one of the two."))
        elif name in known:
            places[index] = known[name]
        else:
            sheet.fault(1, cell.strip(), _unknown(cell, index, columns))
        seen[name] = index
    for column in columns:
        if column.required and _plain(column.name) not in seen:
            sheet.fault(1, column.name, _("This column is missing; the file needs it."))
    sheet.header = [place.name for place in places.values()]
    return places, len(cells)


def _unknown(cell: str, index: int, columns: Sequence[Column]) -> str:
    if not cell.strip():
        return _("Column number %(number)s has no name.") % {"number": index + 1}
    near = get_close_matches(_plain(cell), [column.name for column in columns], 1)
    if near:
        return _("This column is not known. Did you mean “%(name)s”?") % {"name": near[0]}
    return _("This column is not known. Known are: %(names)s.") % {
        "names": ", ".join(column.name for column in columns)
    }


def _marks(
    sheet: Sheet, body: Sequence[tuple[int, list[str]]], places: dict[int, Column], stated: str
) -> Marks:
    if stated:
        return Marks(Mark.COMMA if stated == "comma" else Mark.POINT, proven=True)
    figures = [index for index, column in places.items() if column.is_figure]
    cells = [cells[index] for _n, cells in body for index in figures if index < len(cells)]
    proven = any(evidence(cell) is not Mark.UNKNOWN for cell in cells)
    return Marks(decimal_mark(cells, sheet.delimiter), proven=proven)


def _record(
    sheet: Sheet,
    number: int,
    cells: list[str],
    places: dict[int, Column],
    wide: int,
    columns: Sequence[Column],
) -> None:
    """Read a row. What cannot be read is told and kept as broken, so that the rest is looked at all the same."""
    while len(cells) > wide and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != wide:
        sheet.fault(number, "", _ragged(len(cells), wide))
        return
    raw = {places[index].name: cells[index].strip() for index in places}
    broken = {column.name for column in columns if column.required and column.name not in raw}
    values: dict[str, Any] = {}
    for column in columns:
        if column.name in broken:
            continue
        try:
            values[column.name] = _value(column, raw.get(column.name, ""), sheet.marks)
        except ValueError as error:
            sheet.fault(number, column.name, str(error))
            broken.add(column.name)
    sheet.rows.append(Record(number, values, raw, frozenset(broken)))


def _ragged(found: int, expected: int) -> str:
    return ngettext(
        "This row has %(found)s cell where the header has %(expected)s; check quotes and delimiters.",
        "This row has %(found)s cells where the header has %(expected)s; check quotes and delimiters.",
        found,
    ) % {"found": found, "expected": expected}


def _value(column: Column, cell: str, marks: Marks) -> Any:
    if not cell:
        if column.required:
            raise ValueError(_("This cell is empty; a value is needed."))
        return column.default
    if len(cell) > MAX_CELL:
        raise ValueError(
            _("This cell has %(length)s characters; shorten it, or look for a quote that is not closed.")
            % {"length": len(cell)}
        )
    return column.read(cell, marks)


def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").casefold().replace(" ", "_").replace("-", "_")
