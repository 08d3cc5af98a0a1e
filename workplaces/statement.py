"""What a workplace states: absolute quantities for a year, and the coefficients that follow from them.

“Next year we make 400 t and need 90 MWh, of which 30 from the co-operative, the rest from outside” is a
``Statement`` with an output and two ``Need``s; the technique's coefficient is their sum over the output.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Need:
    """An input: product (entity id), quantity per year, and where it comes from (at most one of two)."""

    product: int
    quantity: float
    supplier: int | None = None
    counterparty: int | None = None


@dataclass(frozen=True)
class Work:
    """Labour: occupation (entity id) and hours per year."""

    occupation: int
    hours: float


@dataclass(frozen=True)
class Statement:
    """One line of a workplace in absolute quantities; ``output`` is positive, ``capacity`` not below it."""

    workplace: int
    product: int
    output: float
    capacity: float
    needs: tuple[Need, ...] = ()
    work: tuple[Work, ...] = ()


def coefficients(statement: Statement) -> tuple[dict[int, float], dict[int, float]]:
    """Return input per unit of output by product and labour hours per unit by occupation: a = q / x.

    Needs of one product from several sources add up; those of zero quantity drop out.
    """
    inputs: dict[int, float] = defaultdict(float)
    hours: dict[int, float] = defaultdict(float)
    for need in statement.needs:
        inputs[need.product] += need.quantity
    for work in statement.work:
        hours[work.occupation] += work.hours
    return (
        {product: total / statement.output for product, total in sorted(inputs.items()) if total},
        {occupation: total / statement.output for occupation, total in sorted(hours.items()) if total},
    )


def line_values(statement: Statement) -> dict[str, Any]:
    """Return the columns of the ``Line`` that the statement describes."""
    inputs, hours = coefficients(statement)
    return {
        "workplace_id": statement.workplace,
        "product_id": statement.product,
        "technology_id": None,
        "factors": [],
        "own_input_product": list(inputs),
        "own_input_coefficient": list(inputs.values()),
        "own_labour_occupation": list(hours),
        "own_labour_hours": list(hours.values()),
        "last_output": statement.output,
        "capacity": statement.capacity,
    }
