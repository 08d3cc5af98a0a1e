"""Parts that both forms of a table folder share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workplaces.tables.errors import TableError
from workplaces.tables.grid import Grid, aligned, read_grid

# A negative output below this share of the table's whole output is a rounding or a balancing entry of the
# publisher (USEEIO's "noncomparable imports", 5e-7); above it the figure is refused.
TINY_SHARE = 1e-6


@dataclass(frozen=True)
class Places:
    """Where flows (or coefficients) and outputs stand: what a message about them names."""

    flows: Grid
    output: Grid


def square(path: Path, codes: tuple[str, ...]) -> Grid:
    """A matrix with a row and a column for every code."""
    return aligned(aligned(read_grid(path), codes, axis="rows"), codes, axis="columns")


def one_column(path: Path, codes: tuple[str, ...]) -> Grid:
    """One figure for every code, none negative beyond TINY_SHARE of the whole."""
    grid = aligned(read_grid(path), codes, axis="rows")
    if len(grid.columns) != 1:
        raise TableError(
            f"there are {len(grid.columns)} columns of figures; one is needed.", file=path.name, row=1
        )
    refuse_negative_output(grid)
    return grid


def refuse_negative_output(grid: Grid) -> None:
    """Raise TableError at the first output that is negative by more than TINY_SHARE of the whole."""
    allowed = -TINY_SHARE * abs(grid.values).sum()
    for line, code, figure in zip(grid.lines, grid.rows, grid.values[:, 0], strict=True):
        if figure < allowed:
            sentence = f"the output of {code!r} is {figure:g}; an output may not be negative."
            raise TableError(sentence, file=grid.file, row=line, column=grid.columns[0])


def year_of(meta: Mapping[str, object]) -> int | None:
    """The year in meta.json where it is a whole number."""
    year = meta.get("year")
    return year if isinstance(year, int) else None
