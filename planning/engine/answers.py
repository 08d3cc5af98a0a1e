"""How each column answers to its margin: the level it takes, what the change costs, between which kinks it moves."""

import numpy as np
from numpy.typing import ArrayLike

from planning.engine.checks import vector
from planning.engine.problem import Floats, PlanProblem


def change_cost(problem: PlanProblem, x: Floats) -> Floats:
    """``φ_j(x_j − proposal_j) = d²/(2s) + κ·max(0, |d| − β)`` [n] in money; 0 for a column held firm.

    ``x [n]`` are levels in the columns' units. Source: docs/mathematics.md, "The question".
    """
    d = np.abs(vector("x", x, problem.n) - problem.proposal)
    moving = problem.flexibility > 0
    square = np.divide(d * d, 2 * problem.flexibility, out=np.zeros_like(d), where=moving)
    bother = problem.kappa * np.maximum(0.0, d - problem.band)
    return np.where(moving, square + bother, 0.0)


def levels(problem: PlanProblem, margin: Floats) -> Floats:
    """``x_j(m_j)`` [n]: in proportion to the margin inside the band, a wait at its edge, then on (docs, "The dual")."""
    s, size = problem.flexibility, np.abs(vector("margin", margin, problem.n))
    beyond = np.maximum(np.minimum(s * size, problem.band), s * (size - problem.kappa))
    moved = problem.proposal + np.copysign(beyond, margin)
    return np.where(s > 0, np.clip(moved, problem.lower, problem.upper), problem.proposal)


def kinks(problem: PlanProblem) -> Floats:
    """The margins [6, n], ascending per column, at which a column's answer bends; ±inf where there is none.

    Between two neighbours a column is linear in its margin: at its lower bound, moving beyond its band, waiting,
    moving inside, waiting, moving, at its upper bound. A column held firm has none.
    """
    s = problem.flexibility
    free = s > 0
    safe = np.where(free, s, 1.0)
    knee = np.where(free, problem.band / safe, np.inf)
    low = _margin_of(problem, problem.lower - problem.proposal, safe)
    high = _margin_of(problem, problem.upper - problem.proposal, safe)
    bends = np.stack([low, -knee - problem.kappa, -knee, knee, knee + problem.kappa, high])
    inner = np.clip(bends[1:5], low, high)
    result = np.concatenate([low[None], inner, high[None]])
    result[:, ~free] = np.array([[-np.inf]] * 3 + [[np.inf]] * 3)
    return result


def _margin_of(problem: PlanProblem, change: Floats, s: Floats) -> Floats:
    """The least margin in size that brings a column to ``change`` [n]."""
    size = np.abs(change)
    margin = size / s + np.where(size > problem.band, problem.kappa, 0.0)
    return np.copysign(margin, change)


def curvature(problem: PlanProblem, margin: Floats) -> Floats:
    """``D_j`` [n]: flexibility where the column moves with its margin, 0 where it waits, is firm or at a bound.

    On a kink itself: what holds above it.
    """
    bends = kinks(problem)
    place = (margin >= bends).sum(axis=0)
    moving = (place % 2 == 1) & (problem.flexibility > 0)
    return np.where(moving, problem.flexibility, 0.0)


def one_column(problem: PlanProblem, column: int) -> PlanProblem:
    """The same rows with nothing but ``column``: to ask what one column would answer."""
    rows, uses = problem.column(column)
    count = len(rows)
    names = ("proposal", "lower", "upper", "flexibility", "band", "kappa")
    figures: dict[str, ArrayLike] = {name: getattr(problem, name)[column : column + 1] for name in names}
    return PlanProblem.build(
        row_kind=problem.row_kind, target=problem.target,
        short_price=problem.short_price, glut_price=problem.glut_price,
        entry_row=rows, entry_use=uses, group_ptr=[0, count], tech_ptr=[0, 1], col_tech=[0],
        factor_ptr=[0, 1], factors=[1.0], **figures,
    )  # fmt: skip
