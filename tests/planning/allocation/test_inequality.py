"""Measures of inequality: textbook figures, definitions, and what every such measure has to obey."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planning.allocation.errors import AllocationError
from planning.allocation.inequality import atkinson, gini, lorenz, palma, theil

ONE = np.ones
people = st.lists(st.tuples(st.floats(0.0, 1e4), st.integers(1, 50)), min_size=2, max_size=12)
MEASURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "gini": gini,
    "theil": lambda level, members: theil(level, members, np.zeros(len(level), np.int64)).total,
    "atkinson": lambda level, members: atkinson(level, members, 0.5),
}


def arrays(pairs: list[tuple[float, int]]) -> tuple[np.ndarray, np.ndarray]:
    level, members = np.array([a for a, _ in pairs]), np.array([float(b) for _, b in pairs])
    assume(level.sum() > 1e-3)
    return level, members


def test_one_to_five() -> None:
    """By hand: of n = 5 in equal steps the Gini is (n² − 1)/(3 n · 2 · 3) = 24/90."""
    level = np.arange(1.0, 6.0)
    assert gini(level, ONE(5)) == pytest.approx(4 / 15)
    expected = sum(y / 15 * math.log(y / 3) for y in level)
    assert MEASURES["theil"](level, ONE(5)) == pytest.approx(expected)
    assert atkinson(level, ONE(5), 1.0) == pytest.approx(1 - 120 ** (1 / 5) / 3)
    assert atkinson(level, ONE(5), 2.0) == pytest.approx(1 - 5 / (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 3)
    assert atkinson(level, ONE(5), math.inf) == pytest.approx(2 / 3)


def test_all_to_one() -> None:
    """One of n holds everything: Gini 1 − 1/n, Theil log n."""
    level = np.r_[np.zeros(9), 40.0]
    assert gini(level, ONE(10)) == pytest.approx(0.9)
    assert MEASURES["theil"](level, ONE(10)) == pytest.approx(math.log(10))
    assert atkinson(level, ONE(10), 1.0) == 1.0
    assert palma(level, ONE(10)) == math.inf


def test_equality() -> None:
    level, members = np.full(4, 7.0), np.array([1.0, 2.0, 3.0, 4.0])
    assert all(measure(level, members) == pytest.approx(0.0, abs=1e-12) for measure in MEASURES.values())
    assert palma(level, members) == pytest.approx(0.25)


def test_palma_counts_people() -> None:
    """Ten people: the first four hold 1 each, the last one 8; the tenth that is richest holds 8, the four 4."""
    assert palma(np.array([1.0, 2.0, 8.0]), np.array([4.0, 5.0, 1.0])) == pytest.approx(2.0)


@given(people)
def test_gini_is_its_definition(pairs: list[tuple[float, int]]) -> None:
    level, members = arrays(pairs)
    apart = np.abs(level[:, None] - level[None, :]) * members[:, None] * members[None, :]
    mean = (level * members).sum() / members.sum()
    assert gini(level, members) == pytest.approx(apart.sum() / (2 * members.sum() ** 2 * mean), abs=1e-9)


@given(people, st.sampled_from(sorted(MEASURES)))
def test_members_are_people(pairs: list[tuple[float, int]], name: str) -> None:
    """A collective of n counts as n people (replication), and the unit of the level as none (scale)."""
    level, members = arrays(pairs)
    each = np.repeat(level, members.astype(int))
    found = MEASURES[name](level, members)
    assert found == pytest.approx(MEASURES[name](each, ONE(len(each))), abs=1e-9)
    assert found == pytest.approx(MEASURES[name](1000 * level, members), abs=1e-9)


@given(people, st.sampled_from(sorted(MEASURES)), st.floats(0.01, 0.99))
def test_from_rich_to_poor_is_less_unequal(pairs: list[tuple[float, int]], name: str, share: float) -> None:
    """Pigou (1912) and Dalton (1920): a transfer that does not turn the order round lowers the measure."""
    level, _ = arrays(pairs)
    low, high = int(level.argmin()), int(level.argmax())
    assume(level[high] - level[low] > 1e-3 * level[high])
    moved = level.copy()
    moved[high] -= share * (level[high] - level[low]) / 2
    moved[low] += share * (level[high] - level[low]) / 2
    assert MEASURES[name](moved, ONE(len(level))) < MEASURES[name](level, ONE(len(level)))


@given(people, st.integers(1, 4))
def test_theil_falls_into_parts(pairs: list[tuple[float, int]], groups: int) -> None:
    level, members = arrays(pairs)
    group = np.arange(len(level)) % groups
    found = theil(level, members, group)
    assert found.total == pytest.approx(found.between + found.within, abs=1e-9)
    assert found.between >= -1e-9
    assert found.within >= -1e-9


def test_theil_between_only() -> None:
    found = theil(np.array([1.0, 1.0, 3.0]), np.array([1.0, 2.0, 3.0]), np.array([0, 0, 2]))
    assert found.within == pytest.approx(0.0, abs=1e-15)
    assert found.total == found.between == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


def test_the_curve_runs_from_nothing_to_all() -> None:
    curve = lorenz(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    assert curve.people.tolist() == [0.0, 0.5, 1.0]
    assert curve.held.tolist() == [0.0, 0.25, 1.0]
    assert curve.at(0.25) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("level", "members", "words"),
    [
        ([], [], "some are needed"),
        ([1.0], [1.0, 2.0], "1 levels and 2 numbers"),
        ([-1.0], [1.0], "at least 0"),
        ([math.nan], [1.0], "finite"),
        ([1.0], [0.0], "above 0"),
        ([0.0, 0.0], [1.0, 1.0], "Nobody holds anything"),
    ],
)
def test_senseless_figures_are_refused(level: list[float], members: list[float], words: str) -> None:
    for measure in (gini, palma, lambda y, n: atkinson(y, n, 1.0)):
        with pytest.raises(AllocationError, match=words):
            measure(np.array(level), np.array(members))


def test_an_aversion_is_above_nothing() -> None:
    with pytest.raises(AllocationError, match="above 0"):
        atkinson(ONE(2), ONE(2), 0.0)
