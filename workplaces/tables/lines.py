"""The lines of the workplaces: who makes what, how much, by a technique that scatters around the table's."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.arrays import Ints, Lines, Technologies
from workplaces.tables.grouped import group_sum, share_of_group
from workplaces.tables.population import MOST_LINES
from workplaces.tables.table import Floats

# Lines a workplace has on average, where its activity makes more than one product.
LINES_EACH = 1.6
# Logarithmic scatter of sizes: between workplaces, and between the lines of one.
SIZE_SIGMA, LINE_SIGMA = 0.8, 0.3


def place_lines(techniques: Technologies, made: Floats, count: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Workplace and technique of every line; ``count[s]`` workplaces stand in a row for each activity s.

    In an activity the lines of one technique follow each other, the largest technique first, and go to the
    workplaces in turn. No technique has more lines than there are workplaces, so nobody has the same line twice,
    and every workplace has one to MOST_LINES lines.
    """
    start = np.concatenate([[0], np.cumsum(count)])
    bounds = np.searchsorted(techniques.sector, np.arange(len(count) + 1))
    workplace, technique = [], []
    for s, (first, last) in enumerate(pairwise(bounds.tolist())):
        each = _lines_by_technique(made[first:last], int(count[s]))
        technique.append(np.repeat(np.arange(first, last), each))
        workplace.append(start[s] + np.arange(each.sum()) % count[s])
    return np.concatenate(workplace).astype(np.int32), np.concatenate(technique).astype(np.int32)


def _lines_by_technique(made: Floats, workplaces: int) -> NDArray[np.int64]:
    """How many lines each technique of one activity gets: at least 1, at most one per workplace."""
    most = min(MOST_LINES, len(made)) * workplaces
    lines = min(most, max(len(made), workplaces, round(LINES_EACH * workplaces)))
    each = np.ones(len(made), dtype=np.int64)
    weight = np.sqrt(made)
    while (left := lines - each.sum()) > 0:
        room = workplaces - each
        wish = np.where(room > 0, weight, 0)
        more = np.minimum(np.floor(wish / wish.sum() * left).astype(np.int64), room)
        if not more.any():
            more[np.flatnonzero(room > 0)[:left]] = 1
        each += more
    return each


def scattered_lines(
    placed: tuple[Ints, Ints],
    made: Floats,
    *,
    groups: int,
    scatter: float,
    slack: float,
    rng: np.random.Generator,
) -> Lines:
    """Outputs, factors and capacities.

    Outputs of a technique's lines are log-normal shares of its cell in the make table. Factors are log-normal with
    standard deviation ``scatter`` and mean 1, then divided by their output-weighted mean in each technique and
    group, so that this mean is 1 and the lines together use exactly what the table says. Capacity is last output
    times 1 + slack, the slack scattered evenly between half and one and a half of ``slack``.
    """
    workplace, technique = placed
    size = np.exp(rng.normal(0, SIZE_SIGMA, int(workplace.max()) + 1))
    weight = size[workplace] * np.exp(rng.normal(0, LINE_SIGMA, len(workplace)))
    output = made[technique] * share_of_group(weight, technique, len(made))
    sigma = np.sqrt(np.log1p(scatter**2))
    factors = np.exp(rng.normal(0, sigma, (len(workplace), groups)))
    for group in range(groups):
        mean = group_sum(factors[:, group] * output, technique, len(made)) / group_sum(
            output, technique, len(made)
        )
        factors[:, group] /= mean[technique]
    capacity = output * (1 + slack * rng.uniform(0.5, 1.5, len(output)))
    return Lines(workplace, technique, factors, output, capacity)
