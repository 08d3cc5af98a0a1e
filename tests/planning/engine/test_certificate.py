"""What the certificate proves, checked against linear programmes and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.certify import outside_box
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from tests.planning.engine.examples import mill_and_bakery, random_economy, single_row
from tests.planning.engine.test_against_osqp import least_gap


def balanced_already():
    """A maker and a user who propose the same, nearly: rounding is all that is left."""
    thirds = np.full(30, 1 / 3)
    return single_row(
        [-1.0] * 30 + [1.0],
        proposal=np.r_[thirds, thirds.sum() * (1 + 1e-15)],
        flexibility=np.r_[np.zeros(30), 0.0],
    )


def test_a_plan_that_balances_already_has_no_gap_to_speak_of():
    """No premium, no change, no cost: rounding is measured by the turnover at gap prices, not by nothing."""
    proof = solve(balanced_already()).certificate
    assert proof.complementarity > 0
    assert proof.primal_value == pytest.approx(0, abs=1e-10)
    assert proof.gap < 1e-8
    assert proof.balanced


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("dearer", [1.0, 1e3])
def test_no_permitted_plan_has_less_gap_than_the_certificate_says(seed, dearer):
    """The least gap of any plan, by a linear programme (HiGHS), lies between the bound and the plan's gap."""
    problem = random_economy(seed, products=8, lines=40)
    problem = replace(
        problem, short_price=dearer * problem.short_price, glut_price=dearer * problem.glut_price
    )
    proof = solve(problem).certificate
    least, noise = least_gap(problem), 1e-6 * max(1.0, proof.priced_gap)
    assert proof.priced_gap - proof.avoidable_gap - noise <= least <= proof.priced_gap + noise


@pytest.mark.parametrize("seed", [1, 6, 7])
def test_the_bound_closes_in_as_gaps_get_dearer(seed):
    """Where gaps come first the certificate alone proves them unavoidable, without solving again."""
    shares = []
    for dearer in (1.0, 1e2, 1e4, 1e6):
        problem = random_economy(seed, products=8, lines=40)
        problem = replace(
            problem, short_price=dearer * problem.short_price, glut_price=dearer * problem.glut_price
        )
        proof = solve(problem).certificate
        assert proof.priced_gap > 0
        shares.append(proof.avoidable_gap / proof.priced_gap)
    assert shares[-1] < 1e-4
    assert shares == sorted(shares, reverse=True)


def test_the_bound_by_hand():
    """One maker at 10 of at most 12, a user held at 15, a missing unit costs 100: 3 stay short whatever happens."""
    problem = single_row([-1, 1], proposal=[10, 15], upper=[12, np.inf], flexibility=[1.0, 0.0])
    proof = solve(problem).certificate
    assert proof.priced_gap == pytest.approx(300)
    assert proof.avoidable_gap == 0
    cheap = solve(
        replace(problem, short_price=np.array([1.0]))
    ).certificate  # moves by 1 where 2 were possible
    assert cheap.priced_gap == pytest.approx(4)
    assert cheap.avoidable_gap == pytest.approx(1)


def test_an_endless_line_leaves_the_bound_at_nothing():
    problem = single_row([-1, 1], proposal=[10, 15], flexibility=[0.01, 0.0])
    proof = solve(problem).certificate
    assert proof.avoidable_gap == proof.priced_gap > 0


def test_violations_are_measured():
    problem = mill_and_bakery(hours=170)
    low, high = -problem.glut_price, problem.short_price
    sweeper = Sweeper(problem)
    point = sweeper.at(solve(problem).duals)
    assert (sweeper.audit()[2], outside_box(point, low, high)) == (0, 0)
    assert solve(problem).certificate.worst_violation == 0
    sweeper.x[1] = 300.0  # capacity 150
    assert sweeper.audit()[2] == pytest.approx(0.5)
    sweeper.x[1] = 100.0
    moved = replace(point, y=np.array([0.0, 120.0, 0.0]))
    assert outside_box(moved, low, high) == pytest.approx(0.1)
