"""What one line's choice does to everybody else: by hand, against a cold solution, and to first order."""

import math
from dataclasses import replace

import numpy as np
import pytest

from planning.engine import errors
from planning.engine.answers import change_cost, curvature, kinks, levels, one_column
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from planning.engine.whatif import Change, changed, what_if
from tests.planning.engine.examples import random_economy, single_row
from tests.planning.engine.test_shared_techniques import shared_economy


def two_makers(**arrays):
    """Two equal lines share 10 units of shortage, 5 each: cost 2·5²/2 = 25."""
    usual = {"proposal": [10, 10, 30], "flexibility": [1, 1, 0], "upper": [50, 50, 50]}
    return single_row([-1, -1, 1], **(usual | arrays))


def test_firmness_moves_the_burden_to_the_other():
    """If one stays, the other makes all 10 at 10²/2 = 50: it moves 5 more, which costs it 37.5 more."""
    problem = two_makers()
    effect = what_if(problem, solve(problem), Change(0, firm=True), unit_price=[4.0, 3.0, 1.0])
    assert effect.withheld == pytest.approx(5)
    assert effect.columns.tolist() == [1]
    assert effect.extra_change == pytest.approx([5])
    assert effect.value == pytest.approx([15])
    assert effect.burden == pytest.approx([50 - 12.5])
    assert (effect.own_cost, effect.extra_cost) == (pytest.approx(-12.5), pytest.approx(25))
    assert effect.others_cost == pytest.approx(37.5)
    assert len(effect.rows) == 0
    assert effect.bearers() == 1


def test_a_capped_change():
    """One goes 2 units at most: the other 8, at 2 + 32 = 34."""
    problem = two_makers()
    effect = what_if(problem, solve(problem), Change(0, most=2.0))
    assert effect.withheld == pytest.approx(3)
    assert effect.extra_change == pytest.approx([3])
    assert effect.extra_cost == pytest.approx(34 - 25)


def test_another_proposal():
    """Proposing 14 leaves 6 units short, 3 each, at 9: cheaper for both, and the line ends at 17."""
    problem = two_makers()
    effect = what_if(problem, solve(problem), Change(0, proposal=14.0))
    assert effect.withheld == pytest.approx(-2)
    assert effect.extra_change == pytest.approx([-2])
    assert effect.extra_cost == pytest.approx(9 - 25)


def test_what_nobody_can_make_up_for_opens_a_gap():
    problem = two_makers(upper=[50, 12, 50])
    effect = what_if(problem, solve(problem), Change(0, firm=True))
    assert effect.rows.tolist() == effect.opened.tolist() == [0]
    assert effect.extra_shortfall == pytest.approx([8])
    assert effect.gap_cost == pytest.approx([800])
    assert effect.certificate.gaps_at_bounds
    assert effect.bearers() == 0


def test_a_gap_that_was_there_widens_and_does_not_open():
    problem = two_makers(upper=[12, 12, 50])
    effect = what_if(problem, solve(problem), Change(0, firm=True))
    assert effect.rows.tolist() == [0]
    assert effect.extra_shortfall == pytest.approx([2])
    assert len(effect.opened) == 0


def test_who_is_asked_because_of_it():
    """With bands of 6 nobody is asked at 5 each; if one holds firm, the other must go to 10."""
    problem = two_makers(band=[6.0, 6.0, 0.0])
    result = solve(problem)
    assert not result.asked.any()
    assert what_if(problem, result, Change(0, firm=True)).newly_asked.tolist() == [1]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [random_economy, shared_economy], ids=["own", "shared"])
def test_the_same_as_a_cold_solution_and_costs_add_up(make, seed):
    problem = make(seed)
    result = solve(problem)
    rng = np.random.default_rng(seed)
    for column in rng.choice(np.flatnonzero(np.abs(result.x - problem.proposal) > 1e-3), 3).tolist():
        move = float(result.x[column] - problem.proposal[column])
        for change in (
            Change(column, firm=True),
            Change(column, most=abs(move) / 3),
            Change(column, proposal=float(problem.proposal[column] + move / 2)),
        ):
            effect = what_if(problem, result, change)
            cold = solve(changed(problem, change))
            difference = cold.x - result.x
            size = np.maximum(np.abs(problem.proposal), np.abs(result.x)).max()
            assert effect.withheld == pytest.approx(-difference[column], abs=1e-7 * size)
            np.testing.assert_allclose(effect.extra_change, difference[effect.columns], atol=1e-6 * size)
            rise = cold.certificate.primal_value - result.certificate.primal_value
            scale = 1e-7 * result.certificate.primal_value
            assert effect.extra_cost == pytest.approx(rise, abs=scale)
            parts = effect.own_cost + math.fsum(effect.burden) + math.fsum(effect.gap_cost)
            assert effect.extra_cost == pytest.approx(parts, abs=scale)
            assert column not in effect.columns
            assert (np.diff(np.abs(effect.value)) <= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_firmness_never_makes_the_plan_cheaper(seed):
    problem = random_economy(seed)
    result = solve(problem)
    for column in np.flatnonzero(result.asked)[:5].tolist():
        effect = what_if(problem, result, Change(column, firm=True))
        assert effect.extra_cost >= -1e-8 * result.certificate.primal_value


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (Change(3), errors.IndexOutOfRange, "no column 3"),
        (Change(-1), errors.IndexOutOfRange, "no column -1"),
        (Change(0, most=-1.0), errors.NegativeCoefficient, "0 means that it holds firm"),
        (Change(0, most=math.nan), errors.NotFinite, "largest change of column 0"),
        (Change(0, proposal=math.inf), errors.NotFinite, "proposal of column 0"),
        (
            Change(0, proposal=51.0),
            errors.ProposalOutOfBounds,
            "51 of column 0 lies outside its bounds 0 to 50",
        ),
    ],
)
def test_what_cannot_be_asked(change, error, sentence):
    problem = two_makers()
    result = solve(problem)
    with pytest.raises(error, match=sentence):
        what_if(problem, result, change)


@pytest.mark.parametrize("make", [random_economy, shared_economy], ids=["own", "shared"])
def test_answers_written_out_are_those_of_the_sweep(make):
    """Levels, curvature and cost by the formula, at duals of all sizes, also where nothing limits a column."""
    problem = make(1)
    upper = problem.upper.copy()
    band = problem.band.copy()
    upper[::7], band[::5] = np.inf, np.inf
    problem = replace(problem, upper=upper, band=band)
    sweeper = Sweeper(problem)
    rng = np.random.default_rng(0)
    for size in (0.01, 0.1, 1.0, 20.0):
        sweeper.at(size * rng.normal(size=problem.m))
        margin = sweeper.in_order(sweeper.margin)
        np.testing.assert_allclose(
            levels(problem, margin), sweeper.in_order(sweeper.x), rtol=1e-12, atol=1e-13
        )
        np.testing.assert_array_equal(curvature(problem, margin), sweeper.in_order(sweeper.curvature))
    bends = kinks(problem)
    assert (bends[1:] >= bends[:-1]).all()


def test_cost_of_change_is_the_plans_cost_without_gaps():
    problem = random_economy(1)
    result = solve(problem)
    gaps = (problem.short_price * result.shortfall + problem.glut_price * result.glut).sum()
    total = change_cost(problem, result.x).sum() + gaps
    assert result.certificate.primal_value == pytest.approx(total, rel=1e-8)


def test_one_column_alone_answers_as_among_others():
    problem = shared_economy(2)
    result = solve(problem)
    for column in (0, 17, problem.n - 1):
        alone = levels(one_column(problem, column), result.margin[column : column + 1])
        assert alone[0] == pytest.approx(result.x[column], rel=1e-12)
