"""Breakpoints: just below them a request is given nothing, or not yet all; just above it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.allocation.breakpoints import breakpoints
from planning.allocation.requests import Requests
from planning.allocation.sharing import share_out

ALPHAS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 8.0, np.inf])
ONE = st.tuples(
    st.floats(0.5, 50.0), st.sampled_from([0.001, 0.01, 0.5]), st.integers(1, 40), st.integers(1, 50_000)
)


def made(rows: list[tuple[float, float, int, int]]) -> Requests:
    level, effect, size, asked = (list(column) for column in zip(*rows, strict=True))
    return Requests.of(level=level, effect=effect, size=size, asked=asked)


def test_by_hand() -> None:
    """Levels 1 and 3, a unit of money lifts a head by one: the second gets something once the first stands at 3."""
    requests = Requests.of(level=[1.0, 3.0], effect=[1.0, 1.0], size=[1, 1], asked=[5, 5])
    assert breakpoints(requests, 0, np.inf) == (
        pytest.approx(0.0),
        pytest.approx(8.0),
    )  # at 6 the second has 3
    assert breakpoints(requests, 1, np.inf) == (pytest.approx(2.0), pytest.approx(10.0))
    assert breakpoints(requests, 1, 0.0) == (pytest.approx(2.0), pytest.approx(10.0))


@given(rows=st.lists(ONE, min_size=1, max_size=12), alpha=ALPHAS, place=st.integers(0, 11))
def test_the_envelope_decides(rows: list[tuple[float, float, int, int]], alpha: float, place: int) -> None:
    requests = made(rows)
    index = place % len(rows)
    begins, full = breakpoints(requests, index, alpha)
    assert begins <= full
    slack = 2 * len(rows)  # whole units: each request may be off by one, and so may what is left over
    below = share_out(requests, max(int(begins) - slack, 0), alpha).grants[index]
    assert below <= 1
    above = share_out(requests, int(full) + slack, alpha).grants[index]
    assert above >= requests.most[index] - 1
