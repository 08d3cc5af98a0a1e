"""Gap prices: large enough by the rule, and a proof that notices when they are not."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.errors import NegativeCoefficient
from planning.engine.prices import dearest_change, gap_prices, prove_gaps
from planning.engine.problem import RowKind
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy

KINDS = np.array([0, 1, 2, 3], dtype=np.int8)


def test_dearest_change_by_hand():
    """Line 0: 20 up or 10 down at s = 5, κ = 1, price 2: (20/5 + 1)/2 = 2.5. Line 1 is firm, line 2: 3/1/1 = 3."""
    dearest = dearest_change(
        np.array([10.0, 10, 3]), np.zeros(3), np.array([30.0, 99, np.inf]), np.array([5.0, 0, 1]),
        np.array([1.0, 9, 0]), np.array([2.0, 1, 1]),
    )  # fmt: skip
    assert dearest == 3.0


def test_dearest_change_needs_prices():
    one = np.ones(1)
    with pytest.raises(NegativeCoefficient):
        dearest_change(one, one, one, one, one, 0 * one)


def test_gap_prices_follow_the_order():
    short, glut = gap_prices(KINDS, np.array([1.0, 2.0, 3.0, 1.0]), dearest=5.0, chain=2.0, safety=1.0)
    np.testing.assert_allclose(short, [10, 4 * 20, 16 * 30, 4 * 10])
    np.testing.assert_allclose(glut, [10, 0.2, 0, 0])


@pytest.mark.parametrize("seed", range(6))
def test_rule_makes_gaps_come_first(seed):
    """With prices by the rule no dearer gap would remove more than a trace of what is left."""
    problem = random_economy(seed)
    unit = np.ones(problem.n)
    dearest = dearest_change(
        problem.proposal, problem.lower, problem.upper, problem.flexibility, problem.kappa, unit
    )
    short, glut = gap_prices(problem.row_kind, np.ones(problem.m), dearest=dearest, chain=3.0)
    glut[problem.row_kind == RowKind.POOL] = 0.0  # idle hours are cheap on purpose, not a gap that comes first
    priced = replace(problem, short_price=short, glut_price=glut)
    assert prove_gaps(priced, solve(priced)).avoidable <= 1e-6
