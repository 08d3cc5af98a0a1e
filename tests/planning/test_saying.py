"""Figures in refusals: every digit that was typed, and limits that are accepted when somebody types them."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from planning.services.saying import at_least, at_most, said
from planning.wording.reading import read_figure
from workplaces.presentation.readings import unmistakable


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [
        (1234567.0, "en", "1,234,567"),
        (1234567.0, "pt-br", "1.234.567"),
        (1234567.25, "pt-br", "1.234.567,25"),
        (0.1, "en", "0.1"),
        (-5.0, "en", "\u22125"),
        (-0.5, "en", "\u22120.5"),
        (1e300, "en", "1e+300"),
        (0.0, "en", "0"),
    ],
)
def test_a_figure_is_said_with_all_its_digits(value: float, lang: str, text: str) -> None:
    with translation.override(lang):
        assert said(value) == text
        assert said(value, "t") == f"{text}\u202ft"


def test_limits_are_rounded_to_the_side_on_which_they_are_kept() -> None:
    with translation.override("en"):
        assert at_most(101.33333333333333) == "101.33"
        assert at_most(2.999999999) == "2.9999"
        assert at_least(101.33333333333333) == "101.34"
        assert at_most(123456789.75) == "123,456,789"


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_who_types_the_limit_that_is_shown_keeps_it(limit: float) -> None:
    with translation.override("en"):
        shown = unmistakable(at_most(limit).replace(",", ""), "en")
        assert read_figure(shown, "en") <= limit
        shown = unmistakable(at_least(limit).replace(",", ""), "en")
        assert read_figure(shown, "en") >= limit
