"""What councils answer at indicative prices, and how their answers would change with the prices."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from planning.engine import errors as engine_errors
from planning.engine.problem import Floats
from planning.engine.rounds import errors
from planning.engine.rounds.economy import CouncilEconomy


@dataclass(frozen=True, eq=False)
class Slopes:
    """Elasticities as reported, added up: ``∂ supply/∂ log price`` and ``∂ use/∂ log price``, both [m, m]
    (row: the good that answers, column: the good whose price moves), in the row good's unit."""

    supply: Floats
    use: Floats


@dataclass(frozen=True, eq=False)
class Answers:
    """One round's answers: ``output [n]``, ``inputs [h]``, ``effort [n]``, ``consumption [m]`` by all consumer
    councils together, and the totals ``supply [m]`` (with what is given) and ``use [m]``; quantities in the
    good's unit. ``slopes`` only where the mechanism asked for them."""

    output: Floats
    inputs: Floats
    effort: Floats
    consumption: Floats
    supply: Floats
    use: Floats
    slopes: Slopes | None = None


class Councils(Protocol):
    """Whoever answers: the mechanisms see nothing of a council but this."""

    @property
    def goods(self) -> int: ...

    def answer(self, prices: Floats, *, slopes: bool = False) -> Answers: ...


@dataclass(frozen=True, eq=False)
class CobbDouglasCouncils:
    """Councils that answer with their own optimum. Worker council ``i`` maximises
    ``p Q − Σ_j p_j x_j − s e^k``, so with ``θ = Σ b + c/k`` (Hahnel 2021, ch. 9; derivation in docs/rounds.md)

    ``(1 − θ) log Q = log a + (c/k) log(c/(ks)) + Σ b log b + θ log p − Σ b log p_j``
    ``x_j = b_j p Q / p_j``,  ``e^k = c p Q / (k s)``.

    Consumer councils demand ``spending / price`` of every good.
    """

    economy: CouncilEconomy

    @property
    def goods(self) -> int:
        return self.economy.goods

    def answer(self, prices: ArrayLike, *, slopes: bool = False) -> Answers:
        """Raises ``NotPositive`` or ``NotFinite`` for a price nobody can answer, ``OutOfArithmetic`` for
        an answer that cannot be written down."""
        log_price = np.log(check_prices(prices, self.goods))
        economy = self.economy
        own = log_price[economy.product]
        b, good = economy.input_share, economy.input_good
        effort_share = economy.effort_share / economy.effort_power
        constant = np.log(economy.scale) + effort_share * np.log(effort_share / economy.effort_cost)
        spent = economy.per_council(b * (np.log(b) - log_price[good]))
        log_output = (constant + spent + economy.returns * own) / (1.0 - economy.returns)
        with np.errstate(over="ignore", under="ignore"):
            output, turnover = np.exp(log_output), np.exp(log_output + own)
            inputs = np.exp(np.log(b) + (log_output + own)[economy.owner] - log_price[good])
            effort = (effort_share * turnover / economy.effort_cost) ** (1.0 / economy.effort_power)
            consumption = economy.spending / np.exp(log_price)
        return totals(economy, output, inputs, effort, consumption, self._slopes(output, inputs, consumption)
                      if slopes else None)  # fmt: skip

    def _slopes(self, output: Floats, inputs: Floats, consumption: Floats) -> Slopes:
        """With ``g = ∂ log Q/∂ log p = (θ e_own − Σ b e_j)/(1 − θ)``: ``∂Q = Q g'``, ``∂x_j = x_j (e_own − e_j + g)'``."""
        economy = self.economy
        shape, pointers = (economy.workers, economy.goods), economy.input_ptr
        own = sparse.csr_array(
            (np.ones(economy.workers), economy.product, np.arange(economy.workers + 1)), shape=shape
        )
        needs = sparse.csr_array((economy.input_share, economy.input_good, pointers), shape=shape)
        used = sparse.csr_array((inputs, economy.input_good, pointers), shape=shape)
        response = scale_rows(scale_rows(own, economy.returns) - needs, 1.0 / (1.0 - economy.returns))
        supply = scale_rows(own, output).T @ response
        use = used.T @ (own + response)
        use_slopes: Floats = use.toarray()
        use_slopes[np.diag_indices(self.goods)] -= (
            np.bincount(economy.input_good, inputs, self.goods) + consumption
        )
        return Slopes(supply.toarray(), use_slopes)


def scale_rows(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(factors) @ matrix)


def totals(
    economy: CouncilEconomy, output: Floats, inputs: Floats, effort: Floats, consumption: Floats,
    slopes: Slopes | None = None,
) -> Answers:  # fmt: skip
    """Adds the answers up by good; raises ``OutOfArithmetic`` naming the worker council or good."""
    for place, values in (("Worker council", output + effort + economy.per_council(inputs)),
                          ("Good", consumption)):  # fmt: skip
        wrong = ~np.isfinite(values)
        if wrong.any():
            index = int(np.argmax(wrong))
            message = (
                f"{place} {index} answers with a figure too large to compute with; ask at nearer prices."
            )
            raise errors.OutOfArithmetic(message, axis=place.lower(), index=index)
    supply = np.bincount(economy.product, output, economy.goods) + economy.endowment
    use = np.bincount(economy.input_good, inputs, economy.goods) + consumption
    return Answers(output, inputs, effort, consumption, supply, use, slopes)


def check_prices(prices: ArrayLike, goods: int) -> Floats:
    """``prices`` as an array [m], each finite and above zero; raises the error that names the good."""
    array = np.asarray(prices, dtype=np.float64)
    if array.shape != (goods,):
        raise engine_errors.WrongShape(
            f"prices has the shape {array.shape}; {goods} are needed.", array="prices"
        )
    for wrong, error, what in (
        (~np.isfinite(array), engine_errors.NotFinite, "is not a finite number"),
        (array <= 0, errors.NotPositive, "must be greater than zero"),
    ):
        if wrong.any():
            good = int(np.argmax(wrong))
            raise error(f"The price of good {good} {what}.", array="prices", axis="good", index=good)
    return array
