"""Whole units: exact sums, nobody above the most."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.allocation.errors import AllocationError
from planning.allocation.whole import whole

REAL = st.floats(-1.0, 1e6)


@given(st.data(), st.lists(st.tuples(REAL, st.integers(0, 10**6)), min_size=1, max_size=30))
def test_the_sum_is_exact(data: st.DataObject, pairs: list[tuple[float, int]]) -> None:
    """Whatever the real amounts are: also where they add up to something else."""
    amounts, most = np.array([a for a, _ in pairs]), np.array([m for _, m in pairs], np.int64)
    total = data.draw(st.integers(0, int(most.sum())))
    parts = whole(amounts, total, most)
    assert parts.sum() == total
    assert (parts >= 0).all()
    assert (parts <= most).all()


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30), st.integers(0, 10**9))
def test_nobody_is_a_unit_away(shares: list[int], total: int) -> None:
    """Hamilton's quota rule: every part is the real amount rounded down or up."""
    real = np.array(shares) * total / sum(shares)
    parts = whole(real, total, np.full(len(shares), 10**10))
    assert (np.abs(parts - real) < 1 + 1e-6).all()


def test_the_largest_fractions_get_the_rest() -> None:
    """By hand: the whole parts make 19, the two largest fractions are .70 and .60."""
    quotas = np.array([7.70, 6.05, 3.50, 2.60, 1.15])
    assert whole(quotas, 21, np.full(5, 21)).tolist() == [8, 6, 3, 3, 1]


def test_of_equal_fractions_the_earlier_goes_first() -> None:
    assert whole(np.array([1.5, 1.5, 1.5, 1.5]), 6, np.full(4, 9)).tolist() == [2, 2, 1, 1]


def test_more_than_may_be_given_is_refused() -> None:
    with pytest.raises(AllocationError, match="8 cannot be shared out where 7 is the most"):
        whole(np.array([4.0, 4.0]), 8, np.array([3, 4]))
