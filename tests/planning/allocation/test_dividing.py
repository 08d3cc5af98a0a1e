"""Dividing by size, the level of the best, what money has brought."""

import numpy as np
import pytest

from planning.allocation.ceilings import BEST_FROM, ceiling, quantile
from planning.allocation.dividing import by_size
from planning.allocation.returns import Outcome, returns


def test_the_minimum_first_then_by_size_to_the_unit() -> None:
    least, parts = by_size([1.0, 3.0, 0.0], 100, 0.3)
    assert least == 10
    assert parts.tolist() == [28, 62, 10]
    assert by_size([0.0, 0.0], 5, 0.0)[1].tolist() == [3, 2]
    assert by_size([1, 1, 1], 100, 0.0)[1].sum() == 100


def test_the_level_of_the_best_tenth_counts_people() -> None:
    level, people = np.arange(1.0, 11.0), np.ones(10)
    assert ceiling(level, people) == 9.0
    people[9] = 100
    assert ceiling(level, people) == 10.0
    assert ceiling(level[: BEST_FROM - 1], people[: BEST_FROM - 1]) == np.inf
    assert quantile(level, people, 0.01) == 2.0


def test_a_workplace_with_two_grants_gained_once() -> None:
    """From 10 to 14 with 8 and then 8 of money, having stood at 12 when it asked again: 4 for 16."""
    twice = [Outcome(1, 10.0, 14.0, 8.0), Outcome(1, 12.0, 14.0, 8.0)]
    assert returns(twice) == pytest.approx(0.25)
    assert returns([*twice, Outcome(2, 5.0, 9.0, 4.0)]) == pytest.approx(0.4)
