"""CSV out: figures as figures, no text that a spreadsheet would run, streamed."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplaces.importing.columns import Marks, text
from workplaces.tables_out import ROWS_A_CHUNK, cell, csv_chunks, csv_response


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_is_disarmed(mark: str) -> None:
    assert cell(f"{mark}1+1") == f"'{mark}1+1"


def test_figures_stay_figures() -> None:
    rows = list(
        csv.reader(io.StringIO("".join(csv_chunks(["a"], [[-3.5, None, 7, True, date(2027, 1, 2)]]))))
    )
    assert rows == [["a"], ["-3.5", "", "7", "yes", "2027-01-02"]]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0")),
            min_size=2,
            max_size=2,
        )
    )
)
def test_texts_come_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    out = "".join(csv_chunks(["x", "y"], rows))
    back = list(csv.reader(io.StringIO(out, newline="")))[1:]
    assert len(back) == len(rows)
    for row, original in zip(back, rows, strict=True):
        assert [c.removeprefix("'") for c in row] == [c.removeprefix("'") for c in original]
        assert not any(c.startswith(("=", "+", "-", "@")) for c in row)


def test_what_was_disarmed_on_the_way_out_is_the_same_on_the_way_in() -> None:
    assert text()(str(cell("=SUM(A1)")), Marks()) == "=SUM(A1)"


def test_rows_are_read_while_they_are_sent() -> None:
    taken = 0

    def rows() -> Iterator[list[int]]:
        nonlocal taken
        for number in range(10 * ROWS_A_CHUNK):
            taken = number
            yield [number]

    response = csv_response(filename="many rows", header=["n"], rows=rows())
    assert response["Content-Disposition"] == 'attachment; filename="many_rows.csv"'
    assert taken == 0
    next(iter(response.streaming_content))
    assert 0 < taken < 2 * ROWS_A_CHUNK
