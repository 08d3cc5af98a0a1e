"""The coefficient form of a table folder, as USEEIO publishes it: A, q, demands, indicators per unit."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from workplaces.tables.errors import TableError
from workplaces.tables.grid import Grid, aligned, read_grid, read_rows
from workplaces.tables.parts import Places, one_column, square, year_of
from workplaces.tables.table import Floats, Table

# The four demand vectors, told by the words in their headings.
DEMANDS = ("production_complete", "production_domestic", "consumption_complete", "consumption_domestic")
# The indicator that is a primary input (money), not a satellite.
VALUE_ADDED = "VADD"


def read_coefficients(
    folder: Path, codes: tuple[str, ...], names: tuple[str, ...], meta: Mapping[str, object]
) -> tuple[Table, Places]:
    """Turn coefficients into flows: Z = A diag(q).

    Final demand is given complete (imports included, as negative entries of production demand) and domestic.
    Exports are the domestic production demand that home consumption does not take,
    ``X = f_production_domestic − f_consumption_domestic``; imports are what balances every product,
    ``M = A q + f_consumption_complete + X − q``. They come in as final demand "imports", negative.
    """
    made = one_column(folder / "q.csv", codes)
    matrix = square(folder / "A.csv", codes)
    output = made.values[:, 0]
    demands = _demands(folder / "demands.csv", codes)
    domestic = folder / "A_domestic.csv"
    home = demands["consumption_complete"]
    exports = demands["production_domestic"] - demands["consumption_domestic"]
    names_units = indicator_units(folder / "indicators.csv")
    indicators = _indicators(folder / "D_direct_per_usd.csv", codes)
    totals = indicators.values * output
    money = np.array([row == VALUE_ADDED for row in indicators.rows], dtype=bool)
    table = Table(
        name=folder.name,
        title=str(meta.get("title", folder.name)),
        year=year_of(meta) or _year_in(demands_heading(folder / "demands.csv")),
        unit=str(meta.get("unit", "money of the year")).partition(";")[0],
        codes=codes,
        names=names,
        flows=matrix.values * output,
        final_demand=np.column_stack([home, exports, demands["production_complete"] - home - exports]),
        final_demand_names=("consumption and investment", "exports", "imports"),
        primary_inputs=totals[money],
        primary_input_names=("Value added",) * int(money.sum()),
        output=output,
        satellite=totals[~money],
        satellite_names=tuple(row for row in indicators.rows if row != VALUE_ADDED),
        satellite_units=tuple(names_units.get(row, "") for row in indicators.rows if row != VALUE_ADDED),
        imported_flows=None,
        domestic_flows=square(domestic, codes).values * output if domestic.is_file() else None,
        domestic_final_demand=demands["production_domestic"][:, None],
        meta=meta,
    )
    return table, Places(matrix, made)


def indicator_units(path: Path) -> dict[str, str]:
    """Unit by indicator code; empty where the folder has no indicators.csv."""
    if not path.is_file():
        return {}
    header, body = read_rows(path)
    if "code" not in header or "unit" not in header:
        raise TableError("the header needs the columns code and unit.", file=path.name, row=1)
    code_at, unit_at = header.index("code"), header.index("unit")
    return {cells[code_at]: cells[unit_at] for _, cells in body}


def demands_heading(path: Path) -> str:
    """The first vector's heading, which begins with the year."""
    return read_rows(path)[0][1]


def _demands(path: Path, codes: tuple[str, ...]) -> dict[str, Floats]:
    grid = aligned(read_grid(path), codes, axis="rows")
    lower = [heading.lower() for heading in grid.columns]
    found = {
        kind: grid.values[:, i]
        for kind in DEMANDS
        for i, heading in enumerate(lower)
        if heading.endswith(kind)
    }
    missing = [kind for kind in DEMANDS if kind not in found]
    if missing:
        sentence = (
            f"no column's heading ends in {missing[0]}; the four demand vectors are {', '.join(DEMANDS)}."
        )
        raise TableError(sentence, file=path.name, row=1)
    return found


def _indicators(path: Path, codes: tuple[str, ...]) -> Grid:
    if not path.is_file():
        return Grid(path.name, codes, (), (), np.empty((0, len(codes))))
    return aligned(read_grid(path), codes, axis="columns")


def _year_in(heading: str) -> int | None:
    year = heading.partition("_")[0]
    return int(year) if year.isdigit() else None
