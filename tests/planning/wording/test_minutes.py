"""People's time at the stated rates."""

import pytest

from planning.wording.minutes import Effort, minutes, round_effort


def test_rates_are_those_stated() -> None:
    assert minutes(Effort(words=200)) == pytest.approx(1.0)
    assert minutes(Effort(decisions=2)) == pytest.approx(1.0)
    assert minutes(Effort(fields=6)) == pytest.approx(1.0)


def test_efforts_add_and_multiply() -> None:
    twice = (Effort(words=100, decisions=1) + Effort(fields=3)) * 2
    assert twice == Effort(words=200, decisions=2, fields=6)
    assert minutes(twice) == pytest.approx(1.0 + 1.0 + 1.0)


def test_a_round_that_asks_nobody_costs_only_its_coordination() -> None:
    alone = minutes(round_effort(0, 0))
    assert 1 < alone < 10
    assert minutes(round_effort(10, 0)) > alone + 10
    assert minutes(round_effort(0, 10)) > alone
