"""Every dial that the charter allows, and beyond, against the definition in forty digits."""

from decimal import Decimal

import numpy as np
import pytest

from planning.allocation.requests import Requests
from planning.allocation.sharing import share_out
from tests.planning.allocation.exact import best, violation, welfare
from tests.planning.allocation.test_sharing import drawn, half


@pytest.mark.parametrize("alpha", [0.001, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 20.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_to_the_unit(seed: int, alpha: float) -> None:
    requests = drawn(seed)
    exact = best(requests, half(requests), alpha)
    assert violation(requests, exact, alpha) < Decimal("1e-25")
    assert abs(sum(exact) - half(requests)) < Decimal("1e-6")
    found = share_out(requests, half(requests), alpha).grants.tolist()
    assert max(abs(grant - each) for grant, each in zip(found, exact, strict=True)) <= half(
        requests
    ) * Decimal("1e-9")
    greatest = welfare(requests, exact, alpha)
    assert abs(welfare(requests, found, alpha) / greatest - 1) < Decimal("1e-9")


def test_a_grant_that_is_not_the_best_is_caught() -> None:
    """The control: one per mille of the envelope moved from one to another."""
    requests = Requests.of(level=[10.0, 20.0, 30.0], effect=[1e-9] * 3, size=[1.0] * 3, asked=[10**12] * 3)
    envelope = int(requests.most.sum()) // 3
    exact = best(requests, envelope, 2.0)
    other = [exact[0] - envelope // 1000, exact[1] + envelope // 1000, exact[2]]
    assert violation(requests, other, 2.0) > Decimal("1e-4")
    assert np.argmax([float(welfare(requests, grants, 2.0)) for grants in (other, exact)]) == 1
