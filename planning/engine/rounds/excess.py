"""Log excess demand, and steps that do not go too far."""

import numpy as np

from planning.engine.problem import Floats
from planning.engine.rounds.councils import Answers
from planning.engine.rounds.slopes import Slopes

EXTREME = 20.0  # a good that nobody supplies, or nobody uses, counts as e^±20 out of balance


def log_excess(answers: Answers) -> Floats:
    """``log use − log supply`` [m]: 0 in balance, positive when short, within ±20."""
    tiny = np.finfo(np.float64).tiny
    ratio = np.log(np.maximum(answers.use, tiny)) - np.log(np.maximum(answers.supply, tiny))
    clipped: Floats = np.clip(ratio, -EXTREME, EXTREME)
    return clipped


def worst(excess: Floats) -> float:
    return float(np.abs(excess).max())


def pull(step: Floats, reach: float) -> Floats:
    """``step``, shortened as a whole so that no good moves by more than ``reach``."""
    longest = float(np.abs(step).max(initial=0.0))
    return step * (reach / longest) if longest > reach else step


def relative_slopes(answers: Answers, slopes: Slopes) -> Floats:
    """``∂F/∂ log price`` [m, m] of the log excess ``F``."""
    tiny = np.finfo(np.float64).tiny
    use, supply = np.maximum(answers.use, tiny), np.maximum(answers.supply, tiny)
    return slopes.use / use[:, None] - slopes.supply / supply[:, None]


def solve_within(matrix: Floats, right: Floats, reach: float) -> Floats | None:
    """``matrix⁻¹ right``, pulled to ``reach``; ``None`` where that is no finite step."""
    if not (np.isfinite(matrix).all() and np.isfinite(right).all()):
        return None
    try:
        step: Floats = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return None
    return pull(step, reach) if np.isfinite(step).all() else None
