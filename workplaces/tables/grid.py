"""Reads one comma-separated file as headings, row keys and numbers, and names the place of every fault."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.errors import TableError

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Grid:
    """A file of numbers: ``values[r, c]`` stands in line ``lines[r]`` under heading ``columns[c]``."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    lines: tuple[int, ...]
    values: NDArray[np.float64]


def read_grid(path: Path) -> Grid:
    """Read a header line, then one key and numbers per line; TableError says file, row and column."""
    header, body = read_rows(path)
    columns = tuple(header[1:])
    _refuse_duplicates(columns, path.name, row=1)
    rows = tuple(cells[0] for _, cells in body)
    _refuse_duplicate_rows(rows, body, path.name)
    values = np.empty((len(body), len(columns)))
    for index, (line, cells) in enumerate(body):
        values[index] = _numbers(cells[1:], columns, path.name, line)
    return Grid(path.name, columns, rows, tuple(line for line, _ in body), values)


def read_rows(path: Path) -> tuple[list[str], Rows]:
    """Header and lines with their numbers in the file; a byte order mark and blank lines are passed over."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""))
    lines = [
        (reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))
    ]
    if len(lines) < 2:
        what = "has a header but no rows" if lines else "is empty"
        raise TableError(f"the file {what}; it needs a header line and one line per code.", file=path.name)
    (_, header), body = lines[0], lines[1:]
    _refuse_other_delimiter(header, path.name)
    for line, cells in body:
        if len(cells) != len(header):
            sentence = (
                f"the line has {len(cells)} cells and the header has {len(header)}; they must be equal."
            )
            raise TableError(sentence, file=path.name, row=line)
    return header, body


def aligned(grid: Grid, codes: Sequence[str], *, axis: str) -> Grid:
    """The grid with its "rows" or "columns" (``axis``) in the order of ``codes``, none missing."""
    own = grid.rows if axis == "rows" else grid.columns
    place = {code: index for index, code in enumerate(own)}
    known = set(codes)
    for index, code in enumerate(own):
        if code not in known:
            sentence = f"the code {code!r} is not in sectors.csv; add it there or correct it here."
            row, column = (grid.lines[index], None) if axis == "rows" else (1, code)
            raise TableError(sentence, file=grid.file, row=row, column=column)
    missing = [code for code in codes if code not in place]
    if missing:
        noun = axis[:-1] if len(missing) == 1 else axis
        sentence = (
            f"{len(own)} {axis} were found and {len(codes)} are needed: "
            f"no {noun} for {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}."
        )
        raise TableError(sentence, file=grid.file)
    order = [place[code] for code in codes]
    if axis == "rows":
        lines = tuple(grid.lines[index] for index in order)
        return Grid(grid.file, grid.columns, tuple(codes), lines, grid.values[order])
    return Grid(grid.file, tuple(codes), grid.rows, grid.lines, grid.values[:, order])


def _text(path: Path) -> str:
    if not path.is_file():
        raise TableError(f"the file is missing in the folder {path.parent.name!r}.", file=path.name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"byte {error.start + 1} is not UTF-8 text; save the file as CSV in UTF-8."
        raise TableError(sentence, file=path.name) from error


def _refuse_other_delimiter(header: list[str], file: str) -> None:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        mark = "semicolons" if ";" in header[0] else "tabs"
        sentence = f"the columns are divided by {mark}; divide them by commas, with a point for decimals."
        raise TableError(sentence, file=file, row=1)


def _refuse_duplicates(codes: Sequence[str], file: str, *, row: int) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise TableError(
                f"the code {code!r} stands twice; each may stand once.", file=file, row=row, column=code
            )
        seen.add(code)


def _refuse_duplicate_rows(codes: Sequence[str], body: Rows, file: str) -> None:
    first: dict[str, int] = {}
    for code, (line, _) in zip(codes, body, strict=True):
        if code in first:
            sentence = f"the code {code!r} stands already in row {first[code]}; each may stand once."
            raise TableError(sentence, file=file, row=line)
        first[code] = line


def _numbers(cells: list[str], columns: Sequence[str], file: str, line: int) -> list[float]:
    try:
        numbers = list(map(_plain_float, cells))
    except ValueError:
        numbers = [_number(cell, column, file, line) for cell, column in zip(cells, columns, strict=True)]
    for number, column in zip(numbers, columns, strict=True):
        if not math.isfinite(number):
            raise TableError(
                f"{number} is not a finite number; write the figure.", file=file, row=line, column=column
            )
    return numbers


def _plain_float(cell: str) -> float:
    """The number, without Python's leave to write 1_000."""
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def _number(cell: str, column: str, file: str, line: int) -> float:
    try:
        return _plain_float(cell)
    except ValueError:
        what = (
            "the cell is empty; write 0 where there is nothing" if not cell else f"{cell!r} is not a number"
        )
        hint = "; write decimals with a point and no thousands mark" if "," in cell else ""
        raise TableError(f"{what}{hint}.", file=file, row=line, column=column) from None
