"""Investment demand: what grants to destinations buy, through a capital matrix; as demand and as columns of a problem."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from planning.engine import errors
from planning.engine.checks import finite, vector
from planning.engine.problem import Floats, PlanProblem, RowKind


def capital_coefficients(shares: ArrayLike, price: ArrayLike) -> Floats:
    """``b_is = share_is / price_i`` [n, s]: units of product i that one unit of money granted to destination s buys.

    ``shares [n, s]`` are shares of value; those of a destination add up to 1, or to less where part of the money buys no
    product. ``price [n]`` money per unit. Raises ``WrongShape``, ``NotFinite``, ``NegativeCoefficient`` (a share
    below zero, a price of zero or less), ``OutOfRange`` naming the destination that buys more than its money.
    """
    parts = _matrix("shares", shares)
    prices = vector("price", price, len(parts))
    if (prices <= 0).any():
        place = int(np.argmin(prices))
        message = f"Product {place} has no price above zero, so money buys no quantity of it."
        raise errors.NegativeCoefficient(message, array="price", axis="row", index=place)
    total = parts.sum(axis=0)
    if (total > 1.0 + 1e-9).any():
        place = int(np.argmax(total))
        message = f"The shares of destination {place} add up to {total[place]:g}; money can be spent once."
        raise errors.OutOfRange(message, array="shares", axis="destination", index=place)
    units: Floats = parts / prices[:, None]
    return units


def investment_demand(capital: ArrayLike, grants: ArrayLike) -> Floats:
    """``y = B g``: demand [n] in units for grants ``g [s]`` in money, with ``B [n, s]`` units per unit of money.

    The investment column of Leontief's dynamic system, ``x = Ax + B g + f`` (Leontief 1953; Miller and Blair 2009, section
    13.4), with what is decided, the grants, in the place of the growth of output. Nothing is invented: a destination that is
    granted money and buys nothing raises ``NoCapitalData``. Raises ``WrongShape``, ``NotFinite``, ``NegativeCoefficient``.
    """
    matrix = _matrix("capital", capital)
    money = vector("grants", grants, matrix.shape[1])
    _check(matrix, money)
    demand: Floats = (matrix * money).sum(axis=1)
    return demand


@dataclass(frozen=True, eq=False)
class InvestmentLines:
    """A column for every destination: its grant [s] in money, what of it is guaranteed (``floor``) and at most taken
    (``ceiling``, may be infinite), and how it answers to a margin, as all columns do."""

    grants: Floats
    floor: Floats
    ceiling: Floats
    flexibility: Floats
    band: Floats
    kappa: Floats


def with_investment(problem: PlanProblem, capital: ArrayLike, lines: InvestmentLines) -> PlanProblem:
    """``problem`` with one more column for every destination [s], after its own; its level is the money spent there.

    ``capital [n, s]`` has a row for each product of the problem, in the order of its product rows. A unit draws ``b_is``
    on product i, so its margin ``−Σ_i b_is π_i`` is what a unit of the grant costs in premiums, and a shortage of a capital
    good lets grants give way that are neither guaranteed nor firm. Raises as :func:`investment_demand`, and what
    ``PlanProblem.build`` raises.
    """
    matrix = _matrix("capital", capital)
    rows = np.flatnonzero(problem.row_kind == RowKind.PRODUCT)
    if matrix.shape != (len(rows), len(lines.grants)):
        message = (
            f"capital has the shape {matrix.shape}; a row for each of {len(rows)} products and a column for each of "
            f"{len(lines.grants)} destinations are needed."
        )
        raise errors.WrongShape(message, array="capital")
    _check(matrix, vector("grants", lines.grants, matrix.shape[1]))
    destination, product = np.nonzero(matrix.T)
    counts = np.bincount(destination, minlength=matrix.shape[1])
    added = {
        "entry_row": rows[product],
        "entry_use": matrix[product, destination],
        "group_ptr": problem.group_ptr[-1] + np.cumsum(counts),
        "tech_ptr": problem.tech_ptr[-1] + 1 + np.arange(len(counts)),
        "col_tech": len(problem.tech_ptr) - 1 + np.arange(len(counts)),
        "factor_ptr": problem.factor_ptr[-1] + 1 + np.arange(len(counts)),
        "factors": np.ones(len(counts)),
        "proposal": lines.grants,
        "lower": lines.floor,
        "upper": lines.ceiling,
        "flexibility": lines.flexibility,
        "band": lines.band,
        "kappa": lines.kappa,
    }
    own = {field.name: getattr(problem, field.name) for field in fields(PlanProblem)}
    return PlanProblem.build(
        **own | {name: np.concatenate([own[name], more]) for name, more in added.items()}
    )


def _matrix(name: str, values: ArrayLike) -> Floats:
    matrix = finite(name, values)
    if matrix.ndim != 2:
        raise errors.WrongShape(f"{name} must have two dimensions, it has {matrix.ndim}.", array=name)
    if (matrix < 0).any():
        row, column = np.unravel_index(int(np.argmin(matrix)), matrix.shape)
        message = f"{name} has a figure below zero for product {row} and destination {column}."
        raise errors.NegativeCoefficient(message, array=name, axis="row", index=int(row))
    return matrix


def _check(capital: Floats, grants: Floats) -> None:
    if (grants < 0).any():
        place = int(np.argmin(grants))
        message = f"The grant to destination {place} is below zero."
        raise errors.NegativeCoefficient(message, array="grants", axis="destination", index=place)
    empty = (grants > 0) & ~capital.any(axis=0)
    if empty.any():
        place = int(np.argmax(empty))
        message = (
            f"Destination {place} is granted {grants[place]:g} and the capital matrix does not say what that buys: give its "
            "figures with their source, or leave the grant out."
        )
        raise errors.NoCapitalData(message, array="capital", axis="destination", index=place)
