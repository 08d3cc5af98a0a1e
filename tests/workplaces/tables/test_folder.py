"""Good tables come in as published; each kind of bad input gives one message with file, row and column."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workplaces.tables.samples import FOLDERS, SMALL
from workplaces.tables import TableError, read_folder, repaired
from workplaces.tables.repairs import column_gap, row_gap


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_small_table_comes_in_as_written(small: Path) -> None:
    table = read_folder(small)
    assert table.codes == ("A", "B", "C")
    assert table.names[1] == "Factories"
    assert (table.title, table.unit, table.year) == ("Three sectors", "million", 2020)
    assert table.flows[0, 1] == 40
    assert table.satellite_units == ("thousand persons", "")
    assert table.repairs == ()
    np.testing.assert_array_equal(row_gap(table), 0)
    np.testing.assert_array_equal(column_gap(table), 0)


def test_columns_and_rows_in_any_order_mean_the_same(small: Path) -> None:
    expected = read_folder(small)
    (small / "Z.csv").write_text("sector,C,B,A\nC,5,20,5\nA,0,40,10\nB,10,50,20\n", encoding="utf-8")
    np.testing.assert_array_equal(read_folder(small).flows, expected.flows)


@pytest.mark.parametrize("prefix", ["\ufeff", "\n\n"])
def test_byte_order_mark_and_blank_lines_are_passed_over(small: Path, prefix: str) -> None:
    (small / "x.csv").write_text(prefix + SMALL["x.csv"], encoding="utf-8")
    assert read_folder(small).output.tolist() == [100, 200, 50]


BAD = [
    # file, text there, text instead, row in the file, column, words of the message
    ("Z.csv", "B,20,50,10", "B,20,fifty,10", 3, "B", "'fifty' is not a number"),
    ("Z.csv", "B,20,50,10", "B,20,,10", 3, "B", "the cell is empty"),
    ("Z.csv", "B,20,50,10", 'B,20,"1,5",10', 3, "B", "decimals with a point"),
    ("Z.csv", "B,20,50,10", "B,20,nan,10", 3, "B", "not a finite number"),
    ("Z.csv", "B,20,50,10", "B,2_0,50,10", 3, "A", "'2_0' is not a number"),
    ("x.csv", "A,100\nB,200\nC,50", "A,0\nB,0\nC,0", None, "output", "no sector has an output"),
    ("Y.csv", "C,20,0", "C,20,inf", 4, "export", "not a finite number"),
    ("Z.csv", "B,20,50,10", "B,20,50", 3, None, "3 cells and the header has 4"),
    ("Z.csv", "B,20,50,10\n", "", None, None, "2 rows were found and 3 are needed"),
    (
        "VA.csv",
        "row,A,B,C\nwages,50,70,30\nsurplus,15,20,5",
        "row,A,B\nwages,50,70",
        None,
        None,
        "no column for C",
    ),
    ("Z.csv", "B,20,50,10", "A,20,50,10", 3, None, "stands already in row 2"),
    ("Z.csv", "sector,A,B,C", "sector,A,B,B", 1, "B", "stands twice"),
    ("Y.csv", "household,export", "export,export", 1, "export", "stands twice"),
    ("sectors.csv", "C,Services", "A,Services", 4, "code", "stands already in row 2"),
    ("Z.csv", "B,20,50,10", "X,20,50,10", 3, None, "'X' is not in sectors.csv"),
    ("satellite.csv", "row,A,B,C", "row,A,B,Q", 1, "Q", "'Q' is not in sectors.csv"),
    ("x.csv", "C,50", "C,-50", 4, "output", "may not be negative"),
    ("Z.csv", "B,20,50,10", "B,90,50,10", None, "A", "add up to 1.0500"),
    ("x.csv", "A,100", "A,0", 2, "output", "has inputs but its output is 0"),
    ("Z.csv", "A,10,40,0", "A,10,-40,0", 2, "B", "negative and too large"),
    ("Z.csv", "sector,A,B,C", "sector;A;B;C", 1, None, "semicolons"),
    ("sectors.csv", "code,name", "key,label", 1, None, "needs the columns code and name"),
    ("meta.json", "{", "[", 1, None, "not JSON"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "words"), BAD)
def test_bad_input_is_named(
    small: Path, file: str, old: str, new: str, row: int | None, column: str | None, words: str
) -> None:
    spoil(small, file, old, new)
    with pytest.raises(TableError) as caught:
        read_folder(small)
    assert (caught.value.file, caught.value.row, caught.value.column) == (file, row, column)
    assert words in caught.value.sentence
    assert str(caught.value).startswith(file)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("file", ["sectors.csv", "Z.csv", "Y.csv", "VA.csv", "x.csv"])
@pytest.mark.parametrize(
    ("fault", "words"), [("missing", "is missing"), ("empty", "empty"), ("header", "no rows")]
)
def test_missing_and_empty_files_are_named(small: Path, file: str, fault: str, words: str) -> None:
    if fault == "missing":
        (small / file).unlink()
    else:
        (small / file).write_text(
            "" if fault == "empty" else SMALL[file].splitlines()[0] + "\n", encoding="utf-8"
        )
    with pytest.raises(TableError, match=words) as caught:
        read_folder(small)
    assert caught.value.file == file


def test_not_utf8_is_named(small: Path) -> None:
    (small / "sectors.csv").write_bytes("code,name\nA,Café\n".encode("latin-1"))
    with pytest.raises(TableError, match="not UTF-8"):
        read_folder(small)


def test_no_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    row=st.integers(0, 2),
    column=st.integers(0, 2),
    text=st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters='",'), min_size=1, max_size=8
    ),
)
def test_any_text_in_any_cell_is_named(small: Path, row: int, column: int, text: str) -> None:
    try:
        np.float64(text.strip())
    except ValueError:
        pass
    else:
        text = "x" + text.strip()
    lines = [line.split(",") for line in SMALL["Z.csv"].splitlines()]
    lines[row + 1][column + 1] = text
    (small / "Z.csv").write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_folder(small)
    assert (caught.value.file, caught.value.row, caught.value.column) == ("Z.csv", row + 2, "ABC"[column])


@pytest.mark.parametrize("name", FOLDERS)
def test_published_tables_come_in_and_repairs_keep_the_balance(shared: Path, name: str) -> None:
    table = read_folder(shared / name)
    mended = repaired(table)
    assert mended.flows.min() >= 0
    assert mended.output.min() >= 0
    np.testing.assert_allclose(row_gap(mended), row_gap(table), atol=1e-12 * table.output.max())
    np.testing.assert_allclose(column_gap(mended), column_gap(table), atol=1e-12 * table.output.max())


def test_a_negative_cell_is_listed_and_moved(small: Path) -> None:
    spoil(small, "Z.csv", "A,10,40,0", "A,10,40,-1")
    spoil(small, "Y.csv", "A,30,20", "A,31,20")
    table = read_folder(small)
    assert [(r.kind, r.code, r.amount) for r in table.repairs] == [("negative_flow", "A→C", -1.0)]
    assert table.flows[0, 2] == -1, "reading changes nothing"
    mended = repaired(table)
    assert mended.flows[0, 2] == 0
    assert mended.final_demand[0].tolist() == [31, 20, -1]
    np.testing.assert_array_equal(row_gap(mended), 0)


def test_what_the_hard_tables_need_is_listed(shared: Path) -> None:
    kinds = {name: [repair.kind for repair in read_folder(shared / name).repairs] for name in FOLDERS}
    assert kinds["de_1995_6"] == kinds["uk_2010_127"] == []
    assert kinds["de_wiod_2014_56"] == ["zero_output"]
    assert kinds["us_useeio_2012_411"] == ["negative_output"] * 2 + ["negative_flow"] * 60
