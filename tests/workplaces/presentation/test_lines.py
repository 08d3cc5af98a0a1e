"""Line charts: points inside the panel, round figures on the axes, names that do not cover each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplaces.presentation.lines import lines, ticks

FIGURES = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(FIGURES, min_size=n, max_size=n), min_size=1, max_size=6)
    )
)
def test_everything_lies_inside_and_names_keep_apart(series: list[list[float]]) -> None:
    chart = lines(series, width=400, height=250)
    for points in chart.lines:
        for x, y in points:
            assert chart.left - 1e-6 <= x <= chart.right + 1e-6
            assert chart.top - 1e-6 <= y <= chart.bottom + 1e-6
    apart = sorted(chart.labels)
    assert all(b - a >= 11 for a, b in pairwise(apart))


def test_by_hand() -> None:
    chart = lines([[0.0, 10.0]], width=158, height=148, left=0.0)
    assert chart.lines == (((0.0, 128.0), (100.0, 28.0)),)
    assert [tick.value for tick in chart.up] == [0, 2, 4, 6, 8, 10]
    assert [tick.value for tick in chart.across] == [0, 1]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (60.0, 80.2, [60, 65, 70, 75, 80, 85]),
        (0.0949, 0.2265, [0.05, 0.1, 0.15, 0.2, 0.25]),
        (5.0, 5.0, [2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_ticks_are_round_and_enclose(low: float, high: float, expected: list[float]) -> None:
    found = ticks(low, high)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("series", [[], [[]], [[1.0], [1.0, 2.0]], [[float("nan")]]])
def test_what_is_no_line_is_refused(series: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="ine"):
        lines(series, width=100, height=100)
