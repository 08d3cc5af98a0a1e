"""What a project is worth to a voter who supports it."""

from collections.abc import Callable

from councils.rules.ballots import Support
from councils.rules.results import Number


def _cost(support: Support, project: str, cost: Number) -> Number:  # noqa: ARG001
    return cost


def _cardinality(support: Support, project: str, cost: Number) -> Number:  # noqa: ARG001
    return 1


def _points(support: Support, project: str, cost: Number) -> Number:  # noqa: ARG001
    return support.points[project]


UTILITIES: dict[str, Callable[[Support, str, Number], Number]] = {
    "cost": _cost,  # every unit of money spent on supported projects counts the same
    "cardinality": _cardinality,  # every supported project counts the same
    "points": _points,  # as many as the voter gave
}
