"""Figures as people read them: every rule of the module in English and Portuguese, and what must never happen."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplaces.presentation import figures

N = figures.NARROW
FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e24, max_value=1e24)


def plain(text: str) -> str:
    return text.replace(N, " ").replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("value", "unit", "english", "portuguese"),
    [
        (31_200_000, "t", "31.2 Mt", "31,2 Mt"),
        (412_000, "t", "412 kt", "412 kt"),
        (7, "t", "7 t", "7 t"),
        (7.5, "t", "7.50 t", "7,50 t"),
        (0, "t", "0 t", "0 t"),
        (0.0005, "t", "0.000500 t", "0,000500 t"),
        (999_600, "t", "1.00 Mt", "1,00 Mt"),
        (999_400, "t", "999 kt", "999 kt"),
        (-3_500_000, "t", "-3.50 Mt", "-3,50 Mt"),
        (999, "kg", "999 kg", "999 kg"),
        (1_200, "kg", "1.20 t", "1,20 t"),
        (90, "MWh", "90 MWh", "90 MWh"),
        (2_500, "kWh", "2.50 MWh", "2,50 MWh"),
        (1_400_000, "MWh", "1.40 TWh", "1,40 TWh"),
        (118_000_000, "h", "118 M h", "118 M h"),
        (9_130_000_000, "km", "9.13 G km", "9,13 G km"),
        (12_345, "h", "12,345 h", "12.345 h"),
        (2_014, "places", "2,014 places", "2.014 places"),
        (2_014, "", "2,014", "2.014"),
        (1_234_567, "", "1,234,567", "1.234.567"),
        (31_200, "R$ million", "R$ 31.2 bn", "R$ 31,2 bi"),
        (12, "EUR m", "€ 12 m", "€ 12 mi"),
        (12, "M.EUR", "€ 12 m", "€ 12 mi"),
        (3_100, "R$", "R$ 3,100", "R$ 3.100"),
        (6_131, "million hours", "6.13 billion hours", "6,13 bilhões de horas"),
        (12.1, "million hours", "12.1 million hours", "12,1 milhões de horas"),
        (0.49, "million hours", "490,000 hours", "490.000 horas"),
        (0.0000121, "million hours", "12.1 hours", "12,1 horas"),
        (2, "thousand hours", "2,000 hours", "2.000 horas"),
        (999_950, "hours", "1.00 million hours", "1,00 milhões de horas"),
        (1, "hours", "1 hour", "1 hora"),
        (-3_600, "hours", "-3,600 hours", "-3.600 horas"),
        (0, "million hours", "0 hours", "0 horas"),
        (3e9, "million hours", "3,000 trillion hours", "3.000 trilhões de horas"),
        (16.725, "million GBP of pay", "16.7 million GBP of pay", "16,7 million GBP of pay"),
    ],
)
def test_quantity_is_scaled_and_keeps_three_digits(
    value: float, unit: str, english: str, portuguese: str
) -> None:
    assert plain(figures.quantity(value, unit, "en")) == english
    assert plain(figures.quantity(value, unit, "pt-br")) == portuguese


def test_figure_and_unit_never_part() -> None:
    assert figures.quantity(31_200_000, "t") == f"31.2{N}Mt"
    assert figures.percent(0.035) == f"3.5{N}%"
    assert " " not in figures.quantity(9_130_000_000, "km") + figures.money(4.2e9) + figures.minutes(680)


@given(st.floats(min_value=1, max_value=9.9e20) | st.integers(min_value=1, max_value=10**20))
def test_quantity_reads_back_to_three_digits(value: float) -> None:
    """No wrong prefix: the text, parsed again, is the value to three significant digits, below a thousand units."""
    number, unit = plain(figures.quantity(value, "t")).split()
    powers = {"t": 1, "kt": 1e3, "Mt": 1e6, "Gt": 1e9, "Tt": 1e12, "Pt": 1e15, "Et": 1e18}
    assert float(number) * powers[unit] == pytest.approx(value, rel=5.01e-3)
    assert float(number) < 1000


@given(FINITE)
def test_sign_is_a_true_minus_and_zero_has_none(value: float) -> None:
    text = figures.number(value, digits=2, sign=True)
    assert "-" not in text
    assert (text[0] == "\u2212") == (value <= -0.005 or round(value, 2) < 0)
    assert text.startswith("+") == (round(abs(value), 2) > 0 and value > 0)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.035, "3.5 %"),
        (0.139, "13.9 %"),
        (0.0015, "0.15 %"),
        (0.003, "0.3 %"),
        (0.38, "38 %"),
        (1, "100 %"),
        (0, "0 %"),
        (0.0999, "10.0 %"),
        (-0.023, "-2.3 %"),
        (12.3456, "1,234.6 %"),
        (1e-7, "< 0.001 %"),
        (-1e-7, "< 0.001 %"),
        (0.29 + 1e-16, "29 %"),
    ],
)
def test_percent_has_the_precision_one_can_use(fraction: float, text: str) -> None:
    assert plain(figures.percent(fraction)) == text


def test_percent_with_fixed_decimals_for_columns() -> None:
    assert [plain(figures.percent(share, digits=1)) for share in (0.035, 0.1, 0)] == [
        "3.5 %",
        "10.0 %",
        "0.0 %",
    ]


def test_change_carries_its_sign_in_both_languages() -> None:
    assert plain(figures.change(0.041)) == "+4.1 %"
    assert plain(figures.change(-0.003, "pt-br")) == "-0,3 %"
    assert plain(figures.change(0)) == "0 %"


@pytest.mark.parametrize(
    ("amount", "english", "portuguese"),
    [
        (3_100, "R$ 3,100", "R$ 3.100"),
        (999_499, "R$ 999,499", "R$ 999.499"),
        (999_999, "R$ 1.00 m", "R$ 1,00 mi"),
        (12_000_000, "R$ 12 m", "R$ 12 mi"),
        (4_200_000_000, "R$ 4.20 bn", "R$ 4,20 bi"),
        (25e12, "R$ 25 tn", "R$ 25 tri"),
        (3e15, "R$ 3,000 tn", "R$ 3.000 tri"),
        (5.5, "R$ 5.50", "R$ 5,50"),
        (0, "R$ 0", "R$ 0"),
        (-61_000_000, "-R$ 61 m", "-R$ 61 mi"),
    ],
)
def test_money_in_words_of_the_language(amount: float, english: str, portuguese: str) -> None:
    assert plain(figures.money(amount)) == english
    assert plain(figures.money(amount, lang="pt-br")) == portuguese


def test_money_takes_a_code_for_a_sign() -> None:
    assert plain(figures.money(50, "EUR")) == "€ 50"
    assert plain(figures.money(50, "CHF")) == "CHF 50"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4 min"),
        (60, "1 h"),
        (680, "11 h 20"),
        (65, "1 h 05"),
        (0.3, "< 1 min"),
        (0, "0 min"),
        (59.6, "1 h"),
        (12345, "206 h"),
        (120000, "2,000 h"),
    ],
)
def test_minutes_of_peoples_time(value: float, text: str) -> None:
    assert plain(figures.minutes(value)) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=9, hours=3), "9 d"),
        (timedelta(days=2, hours=6), "2 d 6 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(hours=6, minutes=50), "6 h"),
        (timedelta(hours=3, minutes=20), "3 h 20"),
        (timedelta(minutes=45, seconds=50), "45 min"),
        (timedelta(seconds=20), "< 1 min"),
        (timedelta(0), "< 1 min"),
        (-timedelta(hours=54), "2 d 6 h"),
    ],
)
def test_duration_in_peoples_time(span: timedelta, text: str) -> None:
    assert plain(figures.duration(span)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4, "0.4 s"),
        (3.24, "3.2 s"),
        (0.04, "0.04 s"),
        (12, "12 s"),
        (83, "1 min 23 s"),
        (0.0004, "< 1 ms"),
        (0, "0 s"),
        (59.7, "1 min 0 s"),
    ],
)
def test_seconds_of_a_machine(value: float, text: str) -> None:
    assert plain(figures.seconds(value)) == text


def test_pair_shows_a_difference_that_three_digits_hide() -> None:
    assert [plain(text) for text in figures.quantity_pair(412_000, 437_000, "t")] == ["412 kt", "437 kt"]
    assert [plain(text) for text in figures.quantity_pair(412_310, 412_340, "t")] == [
        "412.31 kt",
        "412.34 kt",
    ]
    assert [plain(text) for text in figures.quantity_pair(999_000, 1_020_000, "t")] == ["1.00 Mt", "1.02 Mt"]
    assert [plain(text) for text in figures.quantity_pair(5, 5, "t")] == ["5 t", "5 t"]
    assert [plain(text) for text in figures.quantity_pair(1, 1e9, "t")] == ["1 t", "1.00 Gt"]
    assert [plain(text) for text in figures.quantity_pair(31.20, 31.21, "R$ million")] == [
        "R$ 31.20 m",
        "R$ 31.21 m",
    ]


@given(FINITE, FINITE)
def test_pair_never_fails_and_keeps_one_unit(first: float, second: float) -> None:
    texts = figures.quantity_pair(first, second, "t")
    assert all(text and "nan" not in text for text in texts)


@pytest.mark.parametrize("absent", [None, math.nan])
def test_what_is_not_there_is_a_dash(absent: float | None) -> None:
    shown = {
        figures.quantity(absent, "t"),
        figures.percent(absent),
        figures.change(absent),
        figures.money(absent),
        figures.minutes(absent),
        figures.seconds(absent),
        figures.number(absent),
        figures.duration(None),
    }
    assert shown == {figures.ABSENT}


def test_infinity_is_said() -> None:
    assert figures.quantity(math.inf, "t") == "∞"
    assert figures.percent(-math.inf) == "\u2212∞"
