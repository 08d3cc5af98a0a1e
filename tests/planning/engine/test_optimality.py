"""Optimality conditions as properties, on economies drawn at random and bent in every nasty direction."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy
from tests.planning.engine.optimality import assert_optimal

SEEDS = st.integers(0, 2**32 - 1)
examples = settings(max_examples=40, deadline=None, derandomize=True)


def check(problem: PlanProblem, tolerance: float = 1e-7) -> PlanResult:
    problem.validate()
    result = solve(problem)
    proof = result.certificate
    assert proof.worst_residual <= 1e-9
    assert proof.gap <= 1e-8
    assert proof.gaps_at_bounds
    assert proof.primal_value >= proof.dual_value
    assert_optimal(problem, result, tolerance)
    return result


@examples
@given(SEEDS, st.integers(1, 20), st.integers(1, 80))
def test_optimal_on_any_economy(seed, products, lines):
    check(random_economy(seed, products=products, lines=lines))


@examples
@given(SEEDS)
def test_optimal_when_units_differ_by_twelve_orders(seed):
    check(random_economy(seed, scale=6.0), tolerance=1e-6)


@examples
@given(SEEDS)
def test_optimal_when_everybody_holds_firm(seed):
    problem = random_economy(seed)
    firm = replace(problem, flexibility=np.zeros(problem.n))
    result = check(firm)
    np.testing.assert_array_equal(result.x, problem.proposal)
    assert not result.asked.any()


@examples
@given(SEEDS)
def test_optimal_when_floors_exceed_what_is_possible(seed):
    problem = random_economy(seed)
    demand = slice(60, 72)
    lower, proposal, upper = (part.copy() for part in (problem.lower, problem.proposal, problem.upper))
    for part in (lower, proposal, upper):
        part[demand] = 3 * upper[demand] + 100
    result = check(replace(problem, lower=lower, proposal=proposal, upper=upper))
    assert result.certificate.short_rows > 0


@examples
@given(SEEDS)
def test_optimal_with_caps_and_bounds_of_zero(seed):
    problem = random_economy(seed)
    target = np.zeros(problem.m)
    shut = np.random.default_rng(seed).random(problem.n) < 0.3
    zeroed = {name: np.where(shut, 0.0, getattr(problem, name)) for name in ("proposal", "lower", "upper")}
    check(replace(problem, target=target, **zeroed))


@examples
@given(SEEDS)
def test_duplicate_lines_move_alike(seed):
    problem = random_economy(seed, lines=30)
    twice = np.concatenate([np.arange(problem.n), np.arange(problem.n)])
    names = ("col_tech", "proposal", "lower", "upper", "flexibility", "band", "kappa")
    doubled = {name: getattr(problem, name)[twice] for name in names}
    pointers = np.arange(2 * problem.n + 1)
    result = check(replace(problem, factor_ptr=pointers, factors=np.ones(2 * problem.n), **doubled))
    np.testing.assert_array_equal(result.x[: problem.n], result.x[problem.n :])


@examples
@given(SEEDS, st.floats(0.0, 1e3), st.floats(1e-3, 1e3))
def test_optimal_at_any_bother_and_flexibility(seed, kappa, stretch):
    problem = random_economy(seed)
    check(replace(problem, kappa=np.full(problem.n, kappa), flexibility=stretch * problem.flexibility), 1e-6)


@examples
@given(SEEDS)
def test_no_other_plan_in_the_neighbourhood_is_better(seed):
    """The primal value against plans near the result, counted independently."""
    problem = random_economy(seed)
    result = check(problem)
    rng = np.random.default_rng(seed)
    best = cost(problem, result.x)
    assert abs(best - result.certificate.primal_value) <= 1e-9 * max(1.0, abs(best))
    for spread in (1e-1, 1e-3, 1e-6):
        other = result.x * np.exp(rng.normal(0, spread, problem.n))
        other = np.where(
            problem.flexibility > 0, np.clip(other, problem.lower, problem.upper), problem.proposal
        )
        assert cost(problem, other) >= best * (1 - 1e-9)


def cost(problem: PlanProblem, x: np.ndarray) -> float:
    from planning.engine.problem import use_matrix

    excess = use_matrix(problem) @ x - problem.target
    gap = problem.short_price * np.maximum(excess, 0) + problem.glut_price * np.maximum(-excess, 0)
    t, moves = x - problem.proposal, problem.flexibility > 0
    change = t[moves] ** 2 / (2 * problem.flexibility[moves])
    bother = problem.kappa * np.maximum(0, np.abs(t) - problem.band)
    return float(gap.sum() + change.sum() + bother[moves].sum())
