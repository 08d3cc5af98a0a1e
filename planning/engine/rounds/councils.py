"""What is asked in a round, what councils answer, and how their answers would change with the prices."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from planning.engine import errors as engine_errors
from planning.engine.problem import Floats
from planning.engine.rounds import errors
from planning.engine.rounds.economy import CouncilEconomy, Layout
from planning.engine.rounds.slopes import Slopes, price_slopes


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Quantities suggested to every council: ``output [n]``, ``inputs [h]``, ``demands [c, k]``."""

    output: Floats
    inputs: Floats
    demands: Floats


@dataclass(frozen=True, eq=False)
class Answers:
    """One round's answers: ``output [n]``, ``inputs [h]``, ``effort [n]``, ``demands [c, k]`` and the totals
    ``supply [m]`` (with what is given) and ``use [m]``; quantities in the good's unit. ``slopes`` only where the
    mechanism asked for them; ``accepted [n + c]``, 1 where a
    suggestion was taken as it was, only where one was made."""

    output: Floats
    inputs: Floats
    effort: Floats
    demands: Floats
    supply: Floats
    use: Floats
    slopes: Slopes | None = None
    accepted: Floats | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """What a round asks: proposals at ``prices`` [m]; or an answer to a ``suggestion``, beside which stands what the
    councils ``said`` in the round before. Then the prices are what they reckon their own effort with."""

    prices: Floats
    suggestion: Suggestion | None = None
    said: Answers | None = None


class Councils(Protocol):
    """Whoever answers: the mechanisms see nothing of a council but this."""

    @property
    def goods(self) -> int: ...

    def answer(self, question: Question, *, slopes: bool = False) -> Answers: ...


@dataclass(frozen=True, eq=False)
class BestReplies:
    """Councils that answer prices with their own optimum. Worker council ``i`` maximises
    ``p Q − Σ_j p_j x_j − s e^k``, so with ``B = Σ b``, ``θ = B + c/k`` (Hahnel 2021, ch. 9; docs/rounds.md)

    ``(1 − θ) log Q = log a + (c/k) log(c/(ks)) + Σ b log b + θ log p − Σ b log p_j``
    ``x_j = b_j p Q / p_j``,  ``e^k = c p Q / (k s)``,  surplus ``(1 − θ) p Q``.

    In fixed proportions ``ν_j = b_j/B`` the index ``P = Σ ν_j p_j`` stands for every input price:
    ``x_j = ν_j B p Q / P``. Consumer councils demand ``spending / price`` of every good. A suggestion is
    not looked at.
    """

    economy: CouncilEconomy

    @property
    def goods(self) -> int:
        return self.economy.goods

    def answer(self, question: Question, *, slopes: bool = False) -> Answers:
        """Raises ``NotPositive`` or ``NotFinite`` for a price nobody can answer, ``OutOfArithmetic`` for
        an answer that cannot be written down."""
        economy = self.economy
        log_price = np.log(check_prices(question.prices, self.goods))
        own, paid = log_price[economy.product], self._paid(log_price)
        effort_share = economy.effort_share / economy.effort_power
        constant = np.log(economy.scale) + effort_share * np.log(effort_share / economy.effort_cost)
        b, owner = economy.input_share, economy.layout.owner
        spent = economy.layout.per_council(b * (np.log(b) - paid))
        log_turnover = (constant + spent + economy.returns * own) / (1.0 - economy.returns) + own
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            turnover = np.exp(log_turnover)
            makes = (1.0 - economy.returns) * turnover >= economy.fixed_cost
            output = np.where(makes, np.exp(log_turnover - own), 0.0)
            inputs = np.where(makes[owner], np.exp(np.log(b) + log_turnover[owner] - paid), 0.0)
            effort = (effort_share * np.where(makes, turnover, 0.0) / economy.effort_cost) ** (
                1.0 / economy.effort_power
            )
            demands = economy.spending / np.exp(log_price)[economy.wanted_good]
        answers = totals(economy.layout, output, inputs, effort, demands)
        return with_slopes(answers, self.slopes(question.prices, answers)) if slopes else answers

    def slopes(self, prices: Floats, answers: Answers) -> Slopes:
        """How these answers change with the prices, from each council's own technology."""
        economy = self.economy
        costs = prices[economy.input_good] * answers.inputs
        total = economy.layout.per_council(costs)[economy.layout.owner]
        share = np.divide(costs, total, out=np.zeros_like(costs), where=total > 0)
        weights = share * economy.input_total[economy.layout.owner]
        return price_slopes(
            economy.layout, answers.output, answers.inputs, answers.demands, weights, economy.returns,
            economy.leontief,
        )  # fmt: skip

    def _paid(self, log_price: Floats) -> Floats:
        """Log of the price that decides about every input [h]: its own, or the index of fixed proportions."""
        economy, good = self.economy, self.economy.input_good
        if not economy.leontief.any():
            return log_price[good]
        owner = economy.layout.owner
        proportion = economy.input_share / economy.input_total[owner]
        highest = np.full(economy.workers, -np.inf)
        np.maximum.at(highest, owner, log_price[good])
        relative = economy.layout.per_council(proportion * np.exp(log_price[good] - highest[owner]))
        return np.where(economy.leontief[owner], (highest + np.log(relative))[owner], log_price[good])


def totals(
    layout: Layout, output: Floats, inputs: Floats, effort: Floats, demands: Floats,
    accepted: Floats | None = None,
) -> Answers:  # fmt: skip
    """Adds the answers up by good; raises ``OutOfArithmetic`` naming the worker council or good."""
    consumption = np.bincount(layout.wanted_good, demands.sum(axis=0), layout.goods)
    for place, values in (("Worker council", output + effort + layout.per_council(inputs)),
                          ("Good", consumption)):  # fmt: skip
        wrong = ~np.isfinite(values)
        if wrong.any():
            index = int(np.argmax(wrong))
            message = (
                f"{place} {index} answers with a figure too large to compute with; ask at nearer prices."
            )
            raise errors.OutOfArithmetic(message, axis=place.lower(), index=index)
    supply = np.bincount(layout.product, output, layout.goods) + layout.endowment
    use = np.bincount(layout.input_good, inputs, layout.goods) + consumption
    return Answers(output, inputs, effort, demands, supply, use, accepted=accepted)


def with_slopes(answers: Answers, slopes: Slopes) -> Answers:
    return Answers(answers.output, answers.inputs, answers.effort, answers.demands, answers.supply, answers.use,
                   slopes, answers.accepted)  # fmt: skip


def log_effort_needed(economy: CouncilEconomy, output: Floats, inputs: Floats) -> Floats:
    """Log of the effort [n] with which ``inputs`` [h] become ``output`` [n], by each council's own technology:
    ``c log e = log Q − log a − log f(x)``; 0 where nothing is made."""
    b, owner = economy.input_share, economy.layout.owner
    tiny = np.finfo(np.float64).tiny
    proportion = b / economy.input_total[owner]
    log_inputs = np.log(np.maximum(inputs, tiny))
    scarcest = np.full(economy.workers, np.inf)
    np.minimum.at(scarcest, owner, log_inputs - np.log(proportion))
    bundle = np.where(economy.leontief[owner], np.log(proportion) + scarcest[owner], log_inputs)
    missing = np.log(np.maximum(output, tiny) / economy.scale) - economy.layout.per_council(b * bundle)
    return np.where(output > 0, missing / economy.effort_share, 0.0)


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
