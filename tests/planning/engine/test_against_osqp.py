"""The same quadratic programme, written out in full and given to an independent solver (OSQP)."""

from dataclasses import dataclass

import numpy as np
import osqp
import pytest
from scipy import optimize, sparse

from planning.engine.prices import prove_gaps
from planning.engine.problem import PlanProblem, use_matrix
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy


@dataclass
class Programme:
    """minimise ½z'Pz + q'z + constant, low ≤ Az ≤ high, over z = (x, u, v, excess beyond the band).

    The first ``balances`` rows of A are the plan's rows, then comes one row for every variable with its bounds.
    """

    P: sparse.csc_matrix
    q: np.ndarray
    A: sparse.csc_matrix
    low: np.ndarray
    high: np.ndarray
    constant: float
    balances: int


def written_out(problem: PlanProblem) -> Programme:
    n, m = problem.n, problem.m
    moves = problem.flexibility > 0
    weight = np.where(moves, 1.0 / np.where(moves, problem.flexibility, 1.0), 0.0)
    low = np.where(moves, problem.lower, problem.proposal)
    high = np.where(moves, problem.upper, problem.proposal)
    size = n + 2 * m + n
    P = sparse.diags(np.r_[weight, np.zeros(size - n)], format="csc")
    kappa = np.where(moves, problem.kappa, 0.0)
    q = np.r_[-weight * problem.proposal, problem.short_price, problem.glut_price, kappa]
    unit, gap, none = sparse.eye(n), sparse.eye(m), None
    A = sparse.bmat(
        [
            [use_matrix(problem), -gap, gap, none],
            [unit, none, none, none],
            [none, gap, none, none],
            [none, none, gap, none],
            [none, none, none, unit],
            [unit, none, none, -unit],  # x − e ≤ proposal + band
            [unit, none, none, unit],  # x + e ≥ proposal − band
        ],
        format="csc",
    )
    endless_n, endless_m = np.full(n, np.inf), np.full(m, np.inf)
    under, over = problem.proposal - problem.band, problem.proposal + problem.band
    bottom = np.r_[problem.target, low, np.zeros(2 * m + n), -endless_n, under]
    top = np.r_[problem.target, high, endless_m, endless_m, endless_n, over, endless_n]
    return Programme(P, q, A, bottom, top, float(0.5 * (weight * problem.proposal**2).sum()), m)


def narrow(matrix: sparse.csc_matrix) -> sparse.csc_matrix:
    """OSQP takes the old matrix class with 32-bit indices only."""
    narrow = sparse.csc_matrix(matrix)
    narrow.indices, narrow.indptr = narrow.indices.astype(np.int32), narrow.indptr.astype(np.int32)
    return narrow


def by_osqp(problem: PlanProblem) -> float:
    programme = written_out(problem)
    solver = osqp.OSQP()
    solver.setup(
        narrow(programme.P), programme.q, narrow(programme.A), programme.low, programme.high,
        eps_abs=1e-9, eps_rel=1e-10, max_iter=400_000, polishing=True, verbose=False,
    )  # fmt: skip
    answer = solver.solve()
    assert answer.info.status == "solved"
    return float(answer.info.obj_val) + programme.constant


@pytest.mark.parametrize("seed", [1, 2])
def test_objective_agrees_at_a_thousand_lines(seed):
    """With shortages, gluts and idle hours declared, so that all parts of the objective are in play."""
    problem = random_economy(seed, products=30, lines=1000, pools=4)
    result = solve(problem)
    assert result.certificate.declared_gap
    assert result.certificate.primal_value == pytest.approx(by_osqp(problem), rel=1e-6)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_objective_agrees_on_small_problems(seed):
    problem = random_economy(seed, products=5, lines=20)
    assert solve(problem).certificate.primal_value == pytest.approx(by_osqp(problem), rel=1e-6)


def least_gap(problem: PlanProblem) -> float:
    """The smallest priced gap of any plan inside the bounds, by a linear programme (HiGHS)."""
    programme = written_out(problem)
    n, m = problem.n, problem.m
    gap_only = np.r_[np.zeros(n), problem.short_price, problem.glut_price, np.zeros(n)]
    bounds = list(zip(programme.low[m : m + n], programme.high[m : m + n], strict=True))
    use = sparse.hstack([use_matrix(problem), -sparse.eye(m), sparse.eye(m)], format="csc")
    answer = optimize.linprog(
        gap_only[: n + 2 * m],
        A_eq=use,
        b_eq=problem.target,
        bounds=bounds + [(0, None)] * (2 * m),
        method="highs",
    )
    assert answer.status == 0
    return float(answer.fun)


@pytest.mark.parametrize("seed", [1, 6, 7])
def test_gaps_come_first_when_prices_are_high_enough(seed):
    """The declared gap is the least that any permitted plan has, and the engine's own proof says the same."""
    problem = random_economy(seed, products=8, lines=40)
    problem.short_price[:] *= 1e3
    problem.glut_price[:] *= 1e3
    result = solve(problem)
    gap = float((problem.short_price * result.shortfall + problem.glut_price * result.glut).sum())
    assert gap > 0
    assert gap == pytest.approx(least_gap(problem), rel=1e-7)
    assert prove_gaps(problem, result).avoidable <= 1e-7


def test_proof_notices_gap_prices_that_are_too_low():
    problem = random_economy(1, products=8, lines=40)
    problem.short_price[:] *= 1e-2
    problem.glut_price[:] *= 1e-2
    proof = prove_gaps(problem, solve(problem), factor=1e4)
    assert proof.avoidable > 0.01
