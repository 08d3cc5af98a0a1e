"""Lines and numbers of a ballot file, with the place where they stand."""

import csv
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from councils.rules.files.errors import BallotFileError
from councils.rules.results import Number

LARGEST = 200 * 2**20
NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A line of a file, which can say what is wrong with one of its fields."""

    file: str
    line: int | None = None

    def error(self, sentence: str, field: str | None = None) -> BallotFileError:
        """Return the error for this place, to be raised."""
        return BallotFileError(sentence, file=self.file, line=self.line, field=field)

    def number(self, text: str, field: str) -> Number:
        """Return an exact number that is not negative."""
        if not NUMBER.fullmatch(text.strip()):
            raise self.error(
                f'"{shown(text)}" is not a number; write digits with a point for decimals, as in 1200.50.',
                field,
            )
        value = Fraction(text.strip())
        if value < 0:
            raise self.error(f"{shown(text)} is negative; give a number of 0 or more.", field)
        return value.numerator if value.denominator == 1 else value

    def whole(self, text: str, field: str) -> int:
        """Return a whole number of 0 or more."""
        if not WHOLE.fullmatch(text.strip()):
            raise self.error(f'"{shown(text)}" is not a whole number of 0 or more.', field)
        return int(text)

    def row(self, text: str) -> list[str]:
        """Split a line at its semicolons, outside quotation marks."""
        try:
            return [value.strip() for value in next(csv.reader([text], delimiter=";", strict=True))]
        except csv.Error as error:
            raise self.error(
                f"the quotation marks do not pair up ({error}); double a mark that belongs to the text."
            ) from error


def lines_of(path: Path) -> list[tuple[Place, str]]:
    """Return the lines that are not empty, each with its place; raise BallotFileError if it is no UTF-8 text."""
    place = Place(path.name)
    try:
        if path.stat().st_size > LARGEST:
            raise place.error(
                f"the file is larger than {LARGEST // 2**20} MiB; split the election by district."
            )
        content = path.read_bytes()
    except OSError as error:
        raise place.error(
            f"the file cannot be read ({error.strerror}); check path and permissions."
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Place(path.name, line).error("this is not UTF-8 text; save the file as UTF-8.") from error
    rows = re.split(r"\r\n|\n|\r", text)
    found = [(Place(path.name, number), row) for number, row in enumerate(rows, 1) if row.strip()]
    if not found:
        raise place.error("the file is empty.")
    for where, row in found:
        if "\0" in row:
            raise where.error("this line holds a NUL character; save the file as plain text.")
    return found


def shown(text: str) -> str:
    """Return what stands in a field, cut short where it is long."""
    return text if len(text) <= 40 else f"{text[:37]}…"
