"""Each way of booking imports becomes supply, and every product balances."""

from pathlib import Path

import numpy as np
import pytest

from tests.workplaces.tables.samples import FOLDERS, SMALL
from workplaces.tables import SupplyUse, TableError, read_folder, read_source, supply_use
from workplaces.tables.classify import GROUPS, groups_of, kinds_of
from workplaces.tables.rows import kind_of


def write(folder: Path, **files: str) -> SupplyUse:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return supply_use(read_folder(folder))


def assert_balanced(source: SupplyUse) -> None:
    supply = source.make.sum(axis=1) + source.imports + source.stock
    assert np.abs(source.balance()).max() <= 1e-12 * supply.max()
    for part in (source.make, source.use, source.final_demand, source.imports, source.stock):
        assert part.min() >= 0


@pytest.mark.parametrize("name", FOLDERS)
def test_published_tables_balance(shared: Path, name: str) -> None:
    assert_balanced(read_source(f"folder:{shared / name}"))


def test_imports_as_negative_final_demand(small: Path) -> None:
    source = write(small, Y="sector,household,export,imports\nA,40,20,-10\nB,100,20,0\nC,20,0,0\n")
    assert_balanced(source)
    assert source.imports.tolist() == [10, 0, 0]
    assert source.final_demand[:, 0].tolist() == [40, 100, 20]


def test_imports_as_flows_by_product(small: Path) -> None:
    source = write(small, Z_imports="sector,A,B,C\nA,0,4,0\nB,0,0,0\nC,1,0,0\n")
    assert_balanced(source)
    assert source.imports.tolist() == [4, 0, 1]
    assert source.use[0].tolist() == [10, 44, 0]


def test_imports_as_a_primary_input(small: Path) -> None:
    source = write(small, VA="row,A,B,C\nwages,50,70,30\nsurplus,10,20,5\nImported goods,5,0,0\n")
    assert_balanced(source)
    assert source.products.codes == ("A", "B", "C", "IMPORTS")
    assert source.imports.tolist() == [0, 0, 0, 5]
    assert source.use[3].tolist() == [5, 0, 0]
    assert source.value_added.tolist() == [60, 90, 35]


def test_negative_stocks_become_supply(small: Path) -> None:
    source = write(small, Y="sector,household,Changes in inventories\nA,53,-3\nB,100,20\nC,20,0\n")
    assert_balanced(source)
    assert source.stock.tolist() == [3, 0, 0]


def test_a_sector_without_output_makes_nothing_but_may_be_imported(small: Path) -> None:
    source = write(
        small,
        x="sector,output\nA,100\nB,200\nC,0\n",
        Z="sector,A,B,C\nA,10,40,0\nB,20,50,0\nC,5,20,0\n",
        Y="sector,household,export,imports\nA,30,20,0\nB,110,20,0\nC,20,0,-45\n",
    )
    assert_balanced(source)
    assert source.sectors.codes == ("A", "B")
    assert source.products.codes == ("A", "B", "C")
    assert source.imports.tolist() == [0, 0, 45]


def test_small_gaps_are_closed_and_listed_and_large_ones_refused(small: Path) -> None:
    source = write(small, Y="sector,household,export\nA,30.05,20\nB,100,20\nC,20,0\n")
    assert [repair.kind for repair in source.repairs] == ["rows_closed"]
    assert_balanced(source)
    with pytest.raises(TableError, match="use and output differ by") as caught:
        write(small, Y="sector,household,export\nA,60,20\nB,100,20\nC,20,0\n")
    assert caught.value.file == "Y.csv"


def test_labour_from_jobs_hours_or_pay(small: Path, shared: Path) -> None:
    jobs = write(small)
    assert jobs.labour.tolist() == pytest.approx([4e3 * 1840 / 1e6, 5e3 * 1840 / 1e6, 3e3 * 1840 / 1e6])
    assert jobs.labour_unit == "million hours"
    hours = read_source(f"folder:{shared / 'de_wiod_2014_56'}")
    assert hours.labour[0] == pytest.approx(404 / 306 * 606)
    (small / "satellite.csv").unlink()
    pay = write(small)
    assert pay.labour.tolist() == [50, 70, 30]
    assert pay.labour_unit == "million of pay"
    assert "No persons are published" in pay.labour_note
    assert pay.jobs is None


def test_resources_come_from_the_satellite_only(small: Path) -> None:
    source = write(small)
    assert source.resource_names.codes == ("CO2",)
    assert source.resources.tolist() == [[7, 9, 1]]
    (small / "satellite.csv").write_text(SMALL["satellite.csv"].replace("CO2,7,9,1\n", ""), encoding="utf-8")
    assert len(supply_use(read_folder(small)).resource_names) == 0


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("P3_S14", "household"), ("P3_S13", "public"), ("P5", "investment"), ("P52", "inventories"),
        ("P6", "export"), ("CONS_np", "nonprofit"), ("INVEN", "inventories"), ("EXP", "export"),
        ("Gross fixed capital formation", "investment"), ("Changes in inventories", "inventories"),
        ("Local government", "public"), ("Exports of services", "export"), ("Households", "household"),
    ],
)  # fmt: skip
def test_categories_of_final_demand(heading: str, kind: str) -> None:
    assert kind_of(heading) == kind


@pytest.mark.parametrize(
    ("code", "kind", "group"),
    [
        ("01911", "agriculture", "materials"), ("06801", "mining", "energy"), ("19911", "manufacturing", "energy"),
        ("35001", "utilities", "energy"), ("36801", "utilities", "services"), ("85911", "public", "services"),
        ("C10-C12", "manufacturing", "materials"), ("D35", "utilities", "energy"), ("R_S", "services", "services"),
        ("CPA_B-E", "manufacturing", "materials"), ("IMPORTS", "manufacturing", "materials"),
    ],
)  # fmt: skip
def test_codes_are_classified(code: str, kind: str, group: str) -> None:
    assert kinds_of([code]) == (kind,)
    assert GROUPS[groups_of([code])[0]] == group


def test_naics_codes_are_classified() -> None:
    codes = ["1111A0/US", "211000/US", "324110/US", "622000/US", "S00600/US", "484000/US"]
    assert kinds_of(codes) == ("agriculture", "mining", "manufacturing", "public", "public", "transport")
    assert [GROUPS[group] for group in groups_of(codes)[:3]] == ["materials", "energy", "energy"]


@pytest.mark.parametrize("source", ["brazil", "brazil-21", "folder:", "france-2021"])
def test_an_unknown_source_is_named(source: str) -> None:
    with pytest.raises(TableError, match="not known"):
        read_source(source)
