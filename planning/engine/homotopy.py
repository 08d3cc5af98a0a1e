"""The slow and steady way, for problems on which Newton's method turns in circles.

Every kink of every column's answer is rounded over a share of its margin; the smooth dual is maximised, the share
falls tenfold, and so on: a path without kinks that ends at the plan (Chen and Mangasarian 1996).
"""

from collections.abc import Iterator

import numpy as np

from planning.engine import newton
from planning.engine.problem import Floats
from planning.engine.sweep import Point, Sweeper

ROUNDINGS = 10.0 ** -np.arange(1, 11)  # shares of a column's margin at gap prices
STEPS = 30  # at each rounding
CLOSE = 1e-6


def follow(
    sweeper: Sweeper, y: Floats, scale: Floats, low: Floats, high: Floats, model: newton.Build
) -> Iterator[Point]:
    """Points along the path, the last one near the exact maximiser. Leaves the sweeper exact again."""
    width = sweeper.margin_width(np.abs(y) + 1e-3 * (high - low))
    width[width == 0] = 1.0
    try:
        for share in ROUNDINGS:
            sweeper.rounding = share * width
            point = sweeper.at(y)
            for _ in range(STEPS):
                point, moved = _step(sweeper, point, scale, low, high, model)
                yield point
                if moved <= CLOSE:
                    break
            y = point.y
    finally:
        sweeper.rounding = np.empty(0)


def _step(
    sweeper: Sweeper, point: Point, scale: Floats, low: Floats, high: Floats, model: newton.Build
) -> tuple[Point, float]:
    """One Newton step on the rounded dual; how much the slope along it was compared with the turnover."""
    room = ((low - point.y) / scale, (high - point.y) / scale)
    move = newton.direction(model(), scale * point.excess, *room)
    reach = np.where(move <= room[0], low, np.where(move >= room[1], high, point.y + scale * move))
    towards = np.clip(reach, low, high) - point.y
    slope = float((point.excess * towards).sum())
    turnover = float((np.maximum(point.use, point.supply) * np.maximum(np.abs(low), high)).sum())
    length, trial = 1.0, point
    while slope > 0 and length > 1e-9:
        trial = sweeper.at(np.clip(point.y + length * towards, low, high))
        here = float((trial.excess * towards).sum())
        if abs(here) <= 0.5 * slope:
            break
        length *= min(0.9, max(0.05, slope / (slope - here))) if here < 0 else 1.0
        if here > 0:
            break
    return trial, slope / turnover if turnover > 0 else 0.0
