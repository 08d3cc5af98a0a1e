"""The optimality conditions written out independently of the engine's own formulas."""

import numpy as np

from planning.engine.problem import PlanProblem, use_matrix
from planning.engine.result import PlanResult


def assert_optimal(problem: PlanProblem, result: PlanResult, tolerance: float = 1e-7) -> None:
    """Stationarity, complementarity and feasibility of primal and dual, row by row and column by column."""
    use = use_matrix(problem).toarray()
    _check_rows(problem, result, use, tolerance)
    _check_columns(problem, result, use, tolerance)


def _check_rows(problem: PlanProblem, result: PlanResult, use: np.ndarray, tolerance: float) -> None:
    y, low, high = result.duals, -problem.glut_price, problem.short_price
    gross = (np.abs(use) * np.abs(np.maximum(result.x, problem.proposal))).sum(axis=1) + np.abs(
        problem.target
    )
    excess = use @ result.x - problem.target
    np.testing.assert_array_less(np.abs(excess - result.shortfall + result.glut), tolerance * gross + 1e-300)
    assert not (result.shortfall * result.glut).any()
    assert ((y >= low) & (y <= high)).all()
    assert (y[result.shortfall > tolerance * gross] == high[result.shortfall > tolerance * gross]).all()
    assert (y[result.glut > tolerance * gross] == low[result.glut > tolerance * gross]).all()


def _check_columns(problem: PlanProblem, result: PlanResult, use: np.ndarray, tolerance: float) -> None:
    x, s, kappa = result.x, problem.flexibility, problem.kappa
    assert ((x >= problem.lower) & (x <= problem.upper)).all()
    margin = -(use.T @ result.duals)
    size = (np.abs(use) * np.abs(result.duals)[:, None]).sum(axis=0)
    np.testing.assert_array_less(np.abs(margin - result.margin), 1e-12 * size + 1e-300)
    firm = s == 0
    np.testing.assert_array_equal(x[firm], problem.proposal[firm])
    t = (x - problem.proposal)[~firm]
    slope = t / s[~firm]
    near = tolerance * (np.abs(t) + problem.band[~firm] + np.abs(problem.proposal[~firm]))
    left = slope + kappa[~firm] * _step(t - near, problem.band[~firm])
    right = slope + kappa[~firm] * _step(t + near, problem.band[~firm])
    slack = tolerance * (size[~firm] + np.abs(slope) + kappa[~firm]) + 1e-300
    rises, falls = (x < problem.upper)[~firm], (x > problem.lower)[~firm]
    assert (margin[~firm][rises] <= (right + slack)[rises]).all()
    assert (margin[~firm][falls] >= (left - slack)[falls]).all()


def _step(t: np.ndarray, band: np.ndarray) -> np.ndarray:
    """The derivative of max(0, |t| − band)."""
    return np.where(t > band, 1.0, np.where(t < -band, -1.0, 0.0))
