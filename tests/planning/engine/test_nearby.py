"""First-order answers: right where nothing bends, never further off than they say, and worth what a unit is worth."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine import nearby as engine
from planning.engine import solve as solver
from planning.engine.errors import IndexOutOfRange
from planning.engine.nearby import Nearby
from planning.engine.solve import solve
from planning.engine.whatif import Change, changed, what_if
from tests.planning.engine.examples import mill_and_bakery, random_economy, single_row
from tests.planning.engine.test_shared_techniques import shared_economy


def test_where_nothing_bends_the_estimate_is_exact():
    """Two makers share 10 units; if one stays the other makes all: no kink on the way, so cost 50 − 25."""
    problem = single_row([-1, -1, 1], proposal=[10, 10, 30], flexibility=[1, 1, 0], upper=[50, 50, 50])
    found = Nearby(problem, solve(problem)).estimate(Change(0, firm=True))
    assert found.withheld == pytest.approx(5)
    assert found.columns.tolist() == [1]
    assert found.extra_change == pytest.approx([5])
    assert found.bound == pytest.approx([0], abs=1e-3)
    assert found.least_cost == pytest.approx(25)
    assert found.most_cost == pytest.approx(25)


def test_where_something_bends_the_bound_says_so():
    """The other maker can go to 12 only: the estimate stops there as well, and 8 units stay short at 100 each."""
    problem = single_row([-1, -1, 1], proposal=[10, 10, 30], flexibility=[1, 1, 0], upper=[50, 15.5, 50])
    found = Nearby(problem, solve(problem)).estimate(Change(0, firm=True))
    exact = what_if(problem, solve(problem), Change(0, firm=True))
    assert found.extra_change == pytest.approx([0.5])
    assert found.least_cost <= exact.extra_cost <= found.most_cost
    assert found.bound[0] > 1


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("make", [random_economy, shared_economy], ids=["own", "shared"])
def test_the_exact_answer_lies_within_the_stated_bound(make, seed):
    problem = make(seed)
    result = solve(problem, tolerance=1e-13)
    near = Nearby(problem, result)
    moving = np.flatnonzero(np.abs(result.x - problem.proposal) > 1e-3 * problem.proposal)
    for column in np.random.default_rng(seed).choice(moving, 6).tolist():
        middle = float((result.x[column] + problem.proposal[column]) / 2)
        for change in (Change(column, firm=True), Change(column, most=0.1), Change(column, proposal=middle)):
            estimate = near.estimate(change)
            exact = solve(changed(problem, change), tolerance=1e-13)
            rise = exact.certificate.primal_value - result.certificate.primal_value
            slip = 1e-9 * result.certificate.primal_value  # of the two certificates
            assert estimate.least_cost - slip <= rise <= estimate.most_cost + slip
            moved = np.zeros(problem.n)
            moved[estimate.columns] = estimate.extra_change
            difference = exact.x - result.x
            difference[column] = 0.0
            limit = estimate.unlisted * np.sqrt(2 * problem.flexibility)
            assert (np.abs(moved - difference) <= limit + 1e-5 * np.abs(problem.proposal)).all()


def test_estimates_of_a_large_economy_are_close():
    """Five lines of 3,000 hold firm, one at a time: nine tenths of the movement is found, within a tenth."""
    problem = shared_economy(1, lines=3000)
    result = solve(problem)
    near = Nearby(problem, result)
    for column in np.flatnonzero(result.asked)[:: max(1, int(result.asked.sum()) // 5)].tolist():
        estimate, exact = near.estimate(Change(column, firm=True)), what_if(
            problem, result, Change(column, firm=True)
        )  # fmt: skip
        found, true = np.zeros(problem.n), np.zeros(problem.n)
        found[estimate.columns], true[exact.columns] = estimate.extra_change, exact.extra_change
        assert np.abs(found - true).sum() <= 0.1 * np.abs(true).sum()
        assert estimate.withheld == pytest.approx(exact.withheld, rel=0.02)


@pytest.mark.parametrize("make", [random_economy, shared_economy], ids=["own", "shared"])
def test_a_predicted_start_changes_nothing_but_the_steps(make):
    problem = make(2)
    result = solve(problem, tolerance=1e-13)
    near = Nearby(problem, result)
    steps = []
    for column in np.flatnonzero(result.asked)[:4].tolist():
        change = Change(column, firm=True)
        plain, led = (
            what_if(problem, result, change),
            what_if(problem, result, change, start=near.predict(change)),
        )
        assert led.extra_cost == pytest.approx(plain.extra_cost, rel=1e-6, abs=1e-9)
        assert led.withheld == pytest.approx(plain.withheld)
        steps.append((led.certificate.steps, plain.certificate.steps))
    assert sum(led for led, _ in steps) < sum(plain for _, plain in steps)


def test_conjugate_gradients_give_the_same_estimate(monkeypatch):
    problem = random_economy(3)
    result = solve(problem)
    column = int(np.argmax(np.abs(result.x - problem.proposal)))
    dense = Nearby(problem, result).estimate(Change(column, firm=True))
    monkeypatch.setattr(solver, "DENSE_ROWS", 0)
    near = Nearby(problem, result)
    assert isinstance(near.rows, engine._Iterated)
    other = near.estimate(Change(column, firm=True))
    assert other.columns.tolist() == dense.columns.tolist()
    np.testing.assert_allclose(other.extra_change, dense.extra_change, rtol=1e-4, atol=1e-8)


def test_what_an_hour_is_worth_by_hand():
    """Mill and bakery with 153 hours: an hour is worth 11/60; of 154 hours less, as the next one helps less."""
    problem = mill_and_bakery(hours=153)
    result = solve(problem, tolerance=1e-14)
    hour = Nearby(problem, result).worth(2)
    assert hour.worth == pytest.approx(11 / 60)
    more = solve(replace(problem, target=np.array([0.0, 0.0, 154.0])), tolerance=1e-14)
    assert hour.most > 1
    assert more.duals[2] == pytest.approx(hour.worth + hour.slope)
    gain = result.certificate.primal_value - more.certificate.primal_value
    assert gain == pytest.approx(hour.worth + hour.slope / 2)


@pytest.mark.parametrize("make", [random_economy, shared_economy], ids=["own", "shared"])
def test_inside_its_range_the_worth_is_a_straight_line(make):
    problem = make(4)
    result = solve(problem, tolerance=1e-13)
    near = Nearby(problem, result)
    for row in range(problem.m):
        found = near.worth(row)
        assert found.fewest <= 0 <= found.most
        for step in (0.9 * found.fewest, 0.9 * found.most):
            if not np.isfinite(step) or abs(step) < 1e-9:
                continue
            target = problem.target.copy()
            target[row] += step
            other = solve(replace(problem, target=target), tolerance=1e-13, warm=result.duals)
            assert other.duals[row] == pytest.approx(found.worth + found.slope * step, rel=1e-6, abs=1e-9)


def test_a_declared_gap_is_worth_its_price_until_it_is_closed():
    """20 short and nobody can help: 20 units given are worth 100 each, the next one less."""
    problem = single_row([-1, 1], proposal=[100, 120], lower=[0, 120], upper=[100, 130], flexibility=[10, 10])
    found = Nearby(problem, solve(problem)).worth(0)
    assert (found.worth, found.slope) == (100, 0)
    assert (found.fewest, found.most) == (-np.inf, pytest.approx(20))


def test_an_unused_cap_is_worth_nothing_until_it_binds():
    """Mill and bakery need 160 hours of 170: ten fewer cost nothing."""
    problem = mill_and_bakery(hours=170)
    result = solve(problem, tolerance=1e-14)
    found = Nearby(problem, result).worth(2)
    assert found.worth == 0
    assert found.fewest == pytest.approx(-float(result.glut[2]))
    assert found.most == np.inf


def test_an_unknown_row_is_refused():
    problem = mill_and_bakery(170)
    with pytest.raises(IndexOutOfRange, match="no row 3; they are numbered 0 to 2"):
        Nearby(problem, solve(problem)).worth(3)
