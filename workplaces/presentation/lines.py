"""Geometry of line charts over time, in pixels of their SVG. Pure: numbers in, positions out, no markup, no text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workplaces.presentation.charts import LABEL_SIZE, pushed_apart

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, and of which figure."""

    at: float
    value: float


@dataclass(frozen=True)
class Lines:
    """Lines in a panel from (``left``, ``top``) to (``right``, ``bottom``); y counts from the top.

    ``lines`` are points in pixels, one line a series; ``labels`` the baselines of the names at their ends, in the order
    of the series, moved apart so that none covers another.
    """

    left: float
    right: float
    top: float
    bottom: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    labels: tuple[float, ...]


def lines(series: Sequence[Sequence[float]], *, width: float, height: float, left: float = 44.0) -> Lines:
    """Lines of equally long ``series`` (one figure a step, from step 0) inside ``width`` × ``height``.

    Room is left for figures at the ``left`` and below, for a heading above, and for names at the right. Raises
    ValueError for no series, series of different lengths, or figures that are not finite.
    """
    if not series or len({len(each) for each in series}) != 1 or not series[0]:
        raise ValueError("Lines need at least one series, and all of them equally many figures.")
    if not all(math.isfinite(value) for each in series for value in each):
        raise ValueError("A line can only go through finite figures.")
    steps = len(series[0]) - 1
    right, top, bottom = width - 58.0, 28.0, height - 20.0
    marks = ticks(min(map(min, series)), max(map(max, series)))
    low, high = marks[0], marks[-1]

    def to_x(step: float) -> float:
        return left + (right - left) * (step / steps if steps else 0.5)

    def to_y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    drawn = tuple(tuple((to_x(i), to_y(value)) for i, value in enumerate(each)) for each in series)
    every = max(1, math.ceil(steps / 10))
    return Lines(
        left, right, top, bottom,
        across=tuple(Tick(to_x(step), step) for step in range(0, steps + 1, every)),
        up=tuple(Tick(to_y(value), value) for value in marks),
        lines=drawn,
        labels=_labels([each[-1][1] for each in drawn], top, bottom),
    )  # fmt: skip


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round figures at equal distances that enclose ``low`` and ``high``: at least two, at most about ``most``."""
    if high == low:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * size for size in STEPS if power * size >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def _labels(ends: list[float], top: float, bottom: float) -> tuple[float, ...]:
    order = sorted(range(len(ends)), key=ends.__getitem__)
    placed = pushed_apart([ends[i] for i in order], [LABEL_SIZE + 1.0] * len(ends), top - 8, bottom + 8)
    found = dict(zip(order, placed, strict=True))
    return tuple(found[i] + LABEL_SIZE / 3 for i in range(len(ends)))
