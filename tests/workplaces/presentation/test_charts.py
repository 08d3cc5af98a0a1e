"""Geometry of the charts: inside their frame, adding up, nothing overlapping, whatever the numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workplaces.presentation import charts

VALUES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
COUNTS = st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e12)
TEXTS = st.text(alphabet="0123456789.,ktM %−", min_size=1, max_size=14)


def inside(bar: charts.Bar, width: float) -> bool:
    return math.isfinite(bar.x) and bar.x >= -1e-6 and bar.end <= width + 1e-6 and bar.width >= 0


def test_short_grows_left_and_glut_right_on_one_scale() -> None:
    short = charts.imbalance(-0.035, -0.01, "−3.5 %", largest=0.035)
    glut = charts.imbalance(0.007, None, "+0.7 %", largest=0.035)
    assert short.bar.end == pytest.approx(short.axis)
    assert short.bar.kind == "short"
    assert short.label.anchor == "end"
    assert glut.bar.x == glut.axis
    assert glut.bar.kind == "glut"
    assert glut.bar.width == pytest.approx(short.bar.width / 5)
    assert short.remaining is not None
    assert short.remaining.end == pytest.approx(short.axis)
    assert short.remaining.width == pytest.approx(short.bar.width * 0.01 / 0.035)
    assert glut.remaining is None


def test_an_imbalance_beyond_the_scale_is_cut_and_says_so() -> None:
    assert charts.imbalance(0.35, None, "+35 %", largest=0.035).is_cut
    assert not charts.imbalance(0.035, None, "+3.5 %", largest=0.035).is_cut
    assert not charts.imbalance(0.35, None, "+35 %").is_cut


def test_balance_has_no_bar() -> None:
    chart = charts.imbalance(0.0, 0.0, "0 %", largest=0.0)
    assert chart.bar.width == 0
    assert chart.remaining is None


@given(VALUES, VALUES | st.none(), st.none() | st.floats(min_value=0, max_value=1e15))
def test_imbalance_stays_inside_and_is_visible(
    before: float, after: float | None, largest: float | None
) -> None:
    chart = charts.imbalance(before, after, "x", largest=largest)
    assert inside(chart.bar, chart.width)
    assert (chart.bar.width >= charts.SLIVER) == (before != 0)
    assert chart.remaining is None or inside(chart.remaining, chart.width)
    assert 0 <= chart.label.x <= chart.width


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused_by_name(value: float) -> None:
    with pytest.raises(ValueError, match="imbalance must be a finite number"):
        charts.imbalance(value, None, "x")
    with pytest.raises(ValueError, match="term of a sum must be a finite number"):
        charts.waterfall([1.0, value])
    with pytest.raises(ValueError, match="mark on a scale"):
        charts.scale([(value, "x", "proposed")])
    with pytest.raises(ValueError, match="share of a bar"):
        charts.stacked([value])
    with pytest.raises(ValueError, match="column must be"):
        charts.columns([1.0], threshold=value)


def test_what_cannot_be_negative_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be negative: -1"):
        charts.stacked([3, -1])
    with pytest.raises(ValueError, match="can't be negative: -2"):
        charts.columns([-2])


def test_scale_puts_marks_in_order_and_proportion() -> None:
    chart = charts.scale(
        [(412, "412", "proposed"), (437, "437", "suggested"), (455, "full 455", "capacity")],
        band=(400, 424, "your band ±3 %"),
    )
    low, proposed, suggested, full = chart.band.x if chart.band else 0, *(mark.x for mark in chart.marks)
    assert low < proposed < suggested < full
    assert (suggested - proposed) / (full - proposed) == pytest.approx(25 / 43)
    assert chart.rows_above == 1
    assert chart.below[0].text == "your band ±3 %"


def test_scale_with_one_value_stands_in_the_middle() -> None:
    assert charts.scale([(0.0, "0 t", "proposed")]).marks[0].x == 130
    assert charts.scale([]).marks == ()


def overlaps(labels: Sequence[charts.Label]) -> bool:
    rows: dict[int, list[charts.Label]] = {}
    for label in labels:
        rows.setdefault(label.row, []).append(label)
    return any(
        a.x + charts.text_width(a.text) / 2 > b.x - charts.text_width(b.text) / 2 + 1e-6
        for row in rows.values()
        for a, b in pairwise(sorted(row, key=lambda label: label.x))
    )


@given(st.lists(st.tuples(st.floats(0, 260), TEXTS), min_size=1, max_size=5))
def test_labels_never_overlap_nor_leave_the_chart(placed: list[tuple[float, str]]) -> None:
    assume(all(charts.text_width(text) <= 260 for _, text in placed))
    labels = charts.spread([charts.Label(x, text) for x, text in placed], 260)
    assert sorted(label.text for label in labels) == sorted(text for _, text in placed)
    assert not overlaps(labels)
    for label in labels:
        half = charts.text_width(label.text) / 2
        assert label.x - half >= -1e-6
        assert label.x + half <= 260 + 1e-6


def test_labels_with_room_stay_where_they_belong() -> None:
    labels = charts.spread([charts.Label(60, "412"), charts.Label(160, "437")], 260)
    assert [label.x for label in labels] == [60, 160]


@given(VALUES, VALUES, VALUES, VALUES, VALUES)
def test_scale_stays_inside(proposed: float, suggested: float, full: float, low: float, high: float) -> None:
    chart = charts.scale(
        [
            (proposed, "412 kt", "proposed"),
            (suggested, "437 kt", "suggested"),
            (full, "full 455 kt", "capacity"),
        ],
        band=(min(low, high), max(low, high), "your band ±3 %"),
    )
    assert all(0 <= mark.x <= chart.width for mark in chart.marks)
    assert chart.band is not None
    assert inside(chart.band, chart.width)
    assert not overlaps(chart.above)


def test_terms_of_a_sum_follow_each_other() -> None:
    chart = charts.waterfall([198, -41, -30, -70], width=198)
    assert [(round(bar.x, 9), round(bar.end, 9), bar.kind) for bar in chart.terms] == [
        (0, 198, "gain"),
        (157, 198, "cost"),
        (127, 157, "cost"),
        (57, 127, "cost"),
    ]
    assert (chart.total.x, chart.total.end) == (0, pytest.approx(57))
    assert chart.zero == 0


@given(st.lists(VALUES, max_size=12))
def test_waterfall_stays_inside(terms: list[float]) -> None:
    chart = charts.waterfall(terms)
    assert all(inside(bar, chart.width) for bar in (*chart.terms, chart.total))
    assert -1e-6 <= chart.zero <= chart.width + 1e-6


def test_nothing_to_add_up() -> None:
    assert charts.waterfall([]).total.width == 0
    assert [bar.width for bar in charts.waterfall([0, 0]).terms] == [0, 0]


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_shares_fill_the_bar_and_stay_visible(counts: list[float]) -> None:
    assume(sum(counts) > 0)
    bars = charts.stacked(counts)
    assert sum(bar.width for bar in bars) == pytest.approx(1000)
    assert all(inside(bar, 1000) for bar in bars)
    assert all((bar.width > 0) == (count > 0) for bar, count in zip(bars, counts, strict=True))


def test_shares_are_in_proportion() -> None:
    assert [bar.width for bar in charts.stacked([1, 1, 2])] == [250, 250, 500]
    assert [bar.width for bar in charts.stacked([0, 0])] == [0, 0]


def test_columns_stand_on_the_base_in_proportion() -> None:
    chart = charts.columns([4, 2, 0], threshold=1, height=80)
    assert [bar.height for bar in chart.bars] == [80, 40, 0]
    assert all(bar.y + bar.height == chart.base for bar in chart.bars)
    assert chart.threshold == chart.base - 20


def test_a_label_moves_above_the_threshold_instead_of_through_it() -> None:
    chart = charts.columns([13.9, 0.15], threshold=1.0)
    assert chart.threshold is not None
    assert chart.bars[1].label_y < chart.threshold
    assert chart.bars[0].label_y == pytest.approx(chart.bars[0].y - 4)


@given(st.lists(COUNTS, max_size=12), COUNTS | st.none())
def test_columns_stay_inside(values: list[float], threshold: float | None) -> None:
    chart = charts.columns(values, threshold=threshold)
    for bar in chart.bars:
        assert charts.LABEL_SIZE - 1 <= bar.label_y <= chart.base
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width + 1e-6
        assert 0 <= bar.y <= chart.base
