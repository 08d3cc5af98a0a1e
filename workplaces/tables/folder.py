"""Reads a folder with one national input-output table: the format is told in docs/tables.md."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from workplaces.tables.coefficients import read_coefficients
from workplaces.tables.errors import TableError
from workplaces.tables.grid import Grid, aligned, read_grid, read_rows
from workplaces.tables.parts import Places, one_column, square, year_of
from workplaces.tables.repairs import find_repairs, refuse_impossible
from workplaces.tables.table import Table
from workplaces.tables.units import satellite_units


def read_folder(path: str | Path) -> Table:
    """Read the table in folder ``path``; raise TableError (file, row, column, sentence) at the first fault.

    A folder holds ``sectors.csv`` and either flows (``Z``, ``Y``, ``VA``, ``x`` and, where there are any,
    ``satellite`` and ``Z_imports``) or coefficients (``A``, ``q``, ``demands`` and, where there are any,
    ``A_domestic``, ``D_direct_per_usd`` and ``indicators``); ``meta.json`` gives title, unit and year.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise TableError(
            "there is no such folder; give the path of a folder with sectors.csv.", file=str(folder)
        )
    codes, names = read_sectors(folder / "sectors.csv")
    meta = read_meta(folder / "meta.json")
    form = read_coefficients if (folder / "A.csv").is_file() else read_flows
    table, places = form(folder, codes, names, meta)
    refuse_impossible(table, places)
    return find_repairs(table)


def read_sectors(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and names of ``sectors.csv``; the code is the column ``id``, else ``code``."""
    header, body = read_rows(path)
    code_at = next((header.index(heading) for heading in ("id", "code") if heading in header), None)
    if code_at is None or "name" not in header:
        raise TableError("the header needs the columns code and name.", file=path.name, row=1)
    seen: dict[str, int] = {}
    for line, cells in body:
        code = cells[code_at]
        if not code:
            raise TableError(
                "the code is empty; write one.", file=path.name, row=line, column=header[code_at]
            )
        if code in seen:
            sentence = f"the code {code!r} stands already in row {seen[code]}; each may stand once."
            raise TableError(sentence, file=path.name, row=line, column=header[code_at])
        seen[code] = line
    name_at = header.index("name")
    return tuple(seen), tuple(printable(cells[name_at]) for _, cells in body)


def printable(name: str) -> str:
    """The name on one line, without control characters (which published names do contain)."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in name).split())


def read_meta(path: Path) -> Mapping[str, object]:
    """Title, unit, year and the publisher's checks; an empty mapping where there is no such file."""
    if not path.is_file():
        return {}
    try:
        meta = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        row = getattr(error, "lineno", None)
        raise TableError(f"this is not JSON ({error}).", file=path.name, row=row) from error
    if not isinstance(meta, dict):
        raise TableError("the file must hold one JSON object with title, unit and year.", file=path.name)
    return meta


def read_flows(
    folder: Path, codes: tuple[str, ...], names: tuple[str, ...], meta: Mapping[str, object]
) -> tuple[Table, Places]:
    """The form with flows: Z, Y, VA, x in money of the year."""
    flows = square(folder / "Z.csv", codes)
    demand = aligned(read_grid(folder / "Y.csv"), codes, axis="rows")
    inputs = aligned(read_grid(folder / "VA.csv"), codes, axis="columns")
    output = one_column(folder / "x.csv", codes)
    satellite = optional_satellite(folder / "satellite.csv", codes)
    imports = folder / "Z_imports.csv"
    table = Table(
        name=folder.name,
        title=str(meta.get("title", folder.name)),
        year=year_of(meta),
        unit=str(meta.get("unit", "money of the year")),
        codes=codes,
        names=names,
        flows=flows.values,
        final_demand=demand.values,
        final_demand_names=demand.columns,
        primary_inputs=inputs.values,
        primary_input_names=inputs.rows,
        output=output.values[:, 0],
        satellite=satellite.values if satellite else np.empty((0, len(codes))),
        satellite_names=satellite.rows if satellite else (),
        satellite_units=satellite_units(meta, satellite.rows) if satellite else (),
        imported_flows=square(imports, codes).values if imports.is_file() else None,
        domestic_flows=None,
        domestic_final_demand=None,
        meta=meta,
    )
    return table, Places(flows, output)


def optional_satellite(path: Path, codes: tuple[str, ...]) -> Grid | None:
    """Rows of persons, hours, emissions … where the folder has them."""
    return aligned(read_grid(path), codes, axis="columns") if path.is_file() else None
