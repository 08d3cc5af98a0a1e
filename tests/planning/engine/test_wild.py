"""Problems no economy would pose: random signs, worthless and priceless rows, near-kinks of every kind.

The engine must end each with a certificate; some only the path without kinks can solve.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.engine import errors, homotopy
from planning.engine import solve as engine
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy


def wild(seed: int) -> PlanProblem:
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 40), rng.integers(1, 200)
    use = rng.standard_normal((m, n)) * (rng.random((m, n)) < rng.choice([0.1, 0.3, 0.8]))
    use *= 10 ** rng.uniform(-6, 6, (m, 1)) * rng.choice([0, 1]) + 1
    use *= 10 ** rng.uniform(-3, 3, (1, n)) if rng.random() < 0.5 else 1
    x = rng.random(n) * 10 ** rng.uniform(-2, 2) * (rng.random(n) < 0.9)
    lower = x * rng.choice([0, 0.5, 1], n)
    upper = np.where(rng.random(n) < 0.2, np.inf, x * rng.choice([1, 1.2, 3], n))
    flexibility = 0.3 * x * (rng.random(n) < 0.8) * 10 ** rng.uniform(-3, 3, n)
    largest = np.maximum(1e-12, np.abs(use).max(axis=1, initial=0.0))
    short = 10 ** rng.uniform(-1, 4, m) * (rng.random(m) < 0.95) / largest
    target = np.where(rng.random(m) < 0.5, 0, rng.standard_normal(m) * np.abs(use @ x))
    return PlanProblem.own(
        use,
        row_kind=[RowKind.PRODUCT] * m,
        target=target,
        short_price=short,
        glut_price=short * rng.choice([0, 1, 0.01], m),
        proposal=x,
        lower=lower,
        upper=upper,
        flexibility=flexibility,
        band=np.where(rng.random(n) < 0.7, 0.05 * x, 0.0),
        kappa=np.where(rng.random(n) < 0.7, rng.choice([0.02, 1, 100]), 0.0),
    )


def check(problem: PlanProblem) -> PlanResult:
    """The bounds on cost from above and below meet, counted here and not by the engine."""
    result = solve(problem)
    assert result.certificate.worst_residual <= 1e-9
    y, use = result.duals, use_matrix(problem)
    assert ((y >= -problem.glut_price) & (y <= problem.short_price)).all()
    excess = use @ result.x - problem.target
    slack = (problem.short_price - y) * np.maximum(excess, 0) + (y + problem.glut_price) * np.maximum(
        -excess, 0
    )
    money = np.maximum(problem.short_price, problem.glut_price) * (
        abs(use) @ np.abs(result.x) + np.abs(problem.target)
    )
    assert slack.sum() <= 1e-8 * money.sum()
    return result


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 1500))
def test_every_wild_problem_ends_with_a_certificate(seed):
    check(wild(seed))


@pytest.mark.parametrize("seed", [99, 292, 1427])
def test_circles_are_left_by_the_path_without_kinks(seed, monkeypatch):
    check(wild(seed))
    monkeypatch.setattr(engine, "WANDERING", ())
    monkeypatch.setattr(engine, "CYCLE", 10**9)
    with pytest.raises(errors.NotConverged):  # the negative control: without path and damping it wanders
        solve(wild(seed))


def test_the_path_ends_at_the_same_plan(monkeypatch):
    problem = random_economy(8, lines=300)
    direct = solve(problem)
    monkeypatch.setattr(engine, "WANDERING", (1,))
    followed = solve(problem)
    np.testing.assert_allclose(followed.x, direct.x, rtol=1e-7, atol=1e-8)
    assert len(followed.steps) <= 5


def test_the_path_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(engine, "WANDERING", (1,))
    monkeypatch.setattr(homotopy, "CLOSE", 0.0)
    calls = []

    def enough() -> bool:
        calls.append(1)
        return len(calls) > 3

    with pytest.raises(errors.Cancelled):
        solve(random_economy(8), cancelled=enough)
    assert len(calls) == 4


def test_conjugate_gradients_that_turn_in_circles_are_left_for_the_couplings_written_out(monkeypatch):
    monkeypatch.setattr(engine, "FEW_ROWS", 0)
    monkeypatch.setattr(engine, "PRODUCTS", 0)
    assert check(wild(292)).certificate.method == "dense"
    assert solve(random_economy(8)).certificate.method == "pcg"  # nothing turns in circles there
