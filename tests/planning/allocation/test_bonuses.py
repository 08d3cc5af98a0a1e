"""Bonuses by weight: by hand, exact, and monotone in the weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.allocation.bonuses import bonuses, effort
from planning.allocation.errors import AllocationError


def test_by_hand() -> None:
    """126 hours divide 10.00: 36 of them are 285.71 units, 18 are 142.86; the two units left go to the largest fractions."""
    assert bonuses(1000, np.array([36.0, 36.0, 36.0, 18.0])).tolist() == [286, 286, 285, 143]
    assert bonuses(5, np.ones(3)).tolist() == [2, 2, 1]


def test_effort_of_ordinary_work_is_its_hours() -> None:
    grades = np.array([3, 1, 5])
    assert effort(np.array([36.0, 36.0, 36.0]), grades, grades).tolist() == [36.0, 12.0, 60.0]


@given(st.integers(0, 10**12), st.lists(st.floats(1e-3, 400.0), min_size=1, max_size=60))
def test_exact_and_in_order(total: int, weights: list[float]) -> None:
    parts = bonuses(total, np.array(weights))
    assert int(parts.sum()) == total
    assert (parts >= 0).all()
    order = np.argsort(weights, kind="stable")
    assert (np.diff(parts[order]) >= -1).all(), (
        "who counts more gets no less, but for the unit of the remainder"
    )


@pytest.mark.parametrize("members", [1, 3, 1000])
@pytest.mark.parametrize("total", [2**53 + 1, 2**62, 2**63 - 1])
def test_as_much_as_an_account_can_hold(total: int, members: int) -> None:
    """The sum is exact where figures of 64 bits are not, and where that sum for everybody would not fit in them."""
    parts = bonuses(total, np.linspace(1.0, 2.0, members)).tolist()
    assert sum(parts) == total
    assert min(parts) >= total // (2 * members)


@pytest.mark.parametrize(
    ("total", "weights"), [(5, []), (5, [1.0, 0.0]), (5, [1.0, -1.0]), (5, [float("nan")]), (-1, [1.0])]
)
def test_what_cannot_be_divided(total: int, weights: list[float]) -> None:
    with pytest.raises(AllocationError):
        bonuses(total, np.array(weights))
