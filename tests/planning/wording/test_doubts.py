"""Which figures are asked back about, and in which words."""

import pytest

from planning.wording.doubts import doubt, meant


@pytest.mark.parametrize(
    ("figure", "last", "question"),
    [
        (0.0, 2468.0, "You state 0\u202ft; last year it was 2,468\u202ft. Is that meant?"),
        (24680.0, 2468.0, "You state 24,680\u202ft, 10 times last year's 2,468\u202ft. Is that meant?"),
        (24.68, 2468.0, "You state 24.68\u202ft; last year it was 2,468\u202ft, 100 times as much. Is that meant?"),
    ],
)  # fmt: skip
def test_a_figure_far_from_last_years_is_asked_about(figure: float, last: float, question: str) -> None:
    assert doubt(figure, last, "t") == question


@pytest.mark.parametrize(
    ("figure", "last"), [(2400.0, 2468.0), (9.0, 1.0), (0.11, 1.0), (0.0, 0.0), (5.0, 0.0)]
)
def test_a_figure_near_last_years_or_without_one_is_not(figure: float, last: float) -> None:
    assert doubt(figure, last, "t") == ""


def test_the_answer_repeats_the_figure() -> None:
    assert meant(0.0, "t") == "Yes, 0\u202ft is meant"
