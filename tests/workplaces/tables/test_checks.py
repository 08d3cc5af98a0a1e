"""The checks reproduce what the publishers' folders say, and what one can compute by hand."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.workplaces.tables.samples import FOLDERS
from workplaces.tables import check, read_folder
from workplaces.tables.checks import output_multipliers, report

# The folders' meta.json was computed before the cells were rounded to ten digits.
ROUNDING = 2e-9

META_KEYS = {
    "sectors": "sectors",
    "largest_column_sum": "A_colsum_max",
    "spectral_radius": ("spectral_radius", "rho"),
    "row_balance": "row_balance_rel",
    "column_balance": "col_balance_rel",
    "leontief_residual": ("leontief_rel_residual_published_f", "rel_resid_production_domestic"),
    "total_output": "total_output",
    "zero_output_sectors": "zero_output_sectors",
}


@pytest.mark.parametrize("name", FOLDERS)
def test_checks_match_the_publishers(shared: Path, name: str) -> None:
    checked = check(read_folder(shared / name))
    said = json.loads((shared / name / "meta.json").read_text(encoding="utf-8"))["checks"]
    compared = 0
    for key, theirs in META_KEYS.items():
        for other in (theirs,) if isinstance(theirs, str) else theirs:
            if other in said:
                assert checked[key] == pytest.approx(said[other], rel=ROUNDING, abs=ROUNDING), (name, key)
                compared += 1
    assert compared >= 4
    assert checked["products"] == checked["sectors"]


@pytest.mark.parametrize("name", FOLDERS)
def test_everything_is_json(shared: Path, name: str) -> None:
    checked = check(read_folder(shared / name))
    assert json.loads(json.dumps(checked)) == checked
    assert str(len(checked["repairs"])) in report(checked) or not checked["repairs"]


def test_small_table_by_hand(small: Path) -> None:
    checked = check(read_folder(small))
    assert checked["largest_column_sum"] == pytest.approx(110 / 200)
    assert checked["row_balance"] == 0
    assert checked["column_balance"] == 0
    A = np.array([[0.1, 0.2, 0.0], [0.2, 0.25, 0.2], [0.05, 0.1, 0.1]])
    series = sum(np.linalg.matrix_power(A, k) for k in range(200))
    assert list(checked["output_multipliers"].values()) == pytest.approx(series.sum(axis=0))
    assert "No repair is needed." in report(checked)


def test_multipliers_are_those_published_by_the_statistics_office(shared: Path) -> None:
    """The cells are rounded to 10 digits, so each is known to 5e-10 of itself at worst; to first order a
    multiplier m_j = Σ_i l_ij is then known to mᵀ|δA|L, and that, not the arithmetic, is the limit here."""
    table = read_folder(shared / "uk_2010_127")
    with (shared / "uk_2010_127" / "ons_published_multipliers.csv").open(encoding="utf-8") as file:
        published = np.array([float(row["Output multiplier"]) for row in csv.DictReader(file)])
    A = table.coefficients()
    ours = output_multipliers(A)
    known_to = ours @ (5e-10 * A) @ np.linalg.inv(np.eye(len(A)) - A)
    assert np.all(np.abs(ours - published) <= known_to)
    assert np.abs(ours - published).max() < 3e-10
