"""Gap prices: large enough by the rule, and a proof that notices when they are not."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.errors import NegativeCoefficient
from planning.engine.prices import dearest_change, gap_prices, priced_gap, prove_gaps, solve_gaps_first
from planning.engine.problem import PlanProblem
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


def priced_by_rule(seed: int) -> PlanProblem:
    problem = random_economy(seed)
    bounds = (problem.proposal, problem.lower, problem.upper)
    dearest = dearest_change(*bounds, problem.flexibility, problem.kappa, np.ones(problem.n))
    short, glut = gap_prices(problem.row_kind, np.ones(problem.m), dearest=dearest, chain=3.0)
    return replace(problem, short_price=short, glut_price=glut)


@pytest.mark.parametrize("seed", range(6))
def test_gaps_come_first_at_prices_raised_until_it_no_longer_matters(seed):
    """The rule starts, the proof decides: in the end dearer gaps remove nothing, and earlier prices left more."""
    start = priced_by_rule(seed)
    problem, result, proof = solve_gaps_first(start)
    assert proof.avoidable <= 1e-6
    assert proof.gap == pytest.approx(priced_gap(problem, result))
    assert priced_gap(problem, result) <= priced_gap(problem, solve(start)) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_rule_leaves_little_to_be_gained(seed):
    problem = priced_by_rule(seed)
    assert prove_gaps(problem, solve(problem)).avoidable < 0.03


def test_solve_gaps_first_gives_up_honestly():
    problem = priced_by_rule(0)
    cheap = replace(problem, short_price=1e-4 * problem.short_price, glut_price=1e-4 * problem.glut_price)
    _, _, proof = solve_gaps_first(cheap, attempts=1)
    assert proof.avoidable > 0.01
