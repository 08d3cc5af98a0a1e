"""Figures: both decimal marks, groups of three, and refusal of what could mean two things."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplaces.importing.figures import Mark, decimal_mark, evidence, read_figure


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("12", Mark.POINT, 12.0),
        ("1.5", Mark.POINT, 1.5),
        ("1,5", Mark.COMMA, 1.5),
        ("1,234.5", Mark.POINT, 1234.5),
        ("1.234,5", Mark.COMMA, 1234.5),
        ("1,234", Mark.POINT, 1234.0),
        ("1.234", Mark.COMMA, 1234.0),
        ("1 234,5", Mark.COMMA, 1234.5),
        ("1\u202f234\u202f567.25", Mark.POINT, 1234567.25),
        ("1'234.5", Mark.POINT, 1234.5),
        ("-3", Mark.POINT, -3.0),
        ("\u22123", Mark.POINT, -3.0),
        ("1e3", Mark.POINT, 1000.0),
        (".5", Mark.POINT, 0.5),
        ("1,234,567", Mark.POINT, 1234567.0),
    ],
)
def test_reads(text: str, mark: Mark, value: float) -> None:
    assert read_figure(text, mark) == value


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.2.3", "12,34,5", "1 23", "nan",
      "inf", "-Infinity", "1e999", "12 %", "R$ 3", "0x10", "--1", "1_000", ".", ",", "٣"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [Mark.POINT, Mark.COMMA])
def test_refuses(text: str, mark: Mark) -> None:
    with pytest.raises(ValueError, match=r"\."):
        read_figure(text, mark)


@pytest.mark.parametrize("text", ["1,234", "12.345", "-1,234"])
def test_refuses_what_can_mean_two_things(text: str) -> None:
    with pytest.raises(ValueError, match="can mean"):
        read_figure(text, Mark.UNKNOWN)


def test_a_comma_is_not_taken_for_a_group_where_nothing_proves_it() -> None:
    with pytest.raises(ValueError, match=r"can mean 1\.2340 or 1234"):
        read_figure("1,234", Mark.POINT, proven=False)
    assert read_figure("1.234", Mark.POINT, proven=False) == 1.234


def test_a_file_with_one_mark_refuses_the_other() -> None:
    with pytest.raises(ValueError, match="decimal mark of this file"):
        read_figure("1,5", Mark.POINT)


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (["1,5", "1.234"], ";", Mark.COMMA),
        (["1.5", "1,234"], ";", Mark.POINT),
        (["1.234"], ";", Mark.UNKNOWN),
        (["1.234"], ",", Mark.POINT),
        (["12"], "\t", Mark.POINT),
        (["1,5", "2,5", "3.5"], ";", Mark.COMMA),
    ],
)
def test_the_file_decides_its_mark(cells: list[str], delimiter: str, mark: Mark) -> None:
    assert decimal_mark(cells, delimiter) is mark


@given(st.floats(0, 1e12, allow_nan=False), st.sampled_from([Mark.POINT, Mark.COMMA]))
def test_a_figure_written_with_either_mark_is_read_back(value: float, mark: Mark) -> None:
    text = f"{value:.6f}".replace(".", mark.value)
    assert math.isclose(read_figure(text, mark), value, abs_tol=1e-6)


@given(st.floats(1000, 1e12, allow_nan=False), st.sampled_from([Mark.POINT, Mark.COMMA]))
def test_groups_of_three_are_read_back(value: float, mark: Mark) -> None:
    english = f"{value:,.2f}"
    text = english if mark is Mark.POINT else english.translate({44: ".", 46: ","})
    assert evidence(text) is mark
    assert math.isclose(read_figure(text, mark), value, abs_tol=0.01)


@given(st.text(max_size=30), st.sampled_from(list(Mark)), st.booleans())
def test_any_text_is_a_finite_number_or_a_sentence(text: str, mark: Mark, proven: bool) -> None:
    try:
        value = read_figure(text, mark, proven=proven)
    except ValueError as error:
        value, sentence = 0.0, str(error)
    else:
        sentence = "."
    assert math.isfinite(value)
    assert sentence.endswith(".")
