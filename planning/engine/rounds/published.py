"""The published price rule of Hahnel, Szczepanczyk and Weisdorf, as the program behind the tables ran it."""

from dataclasses import dataclass

import numpy as np

from planning.engine.problem import Floats
from planning.engine.rounds.councils import Answers, Question
from planning.engine.rounds.mechanism import published_imbalance

CAP, FLOOR, CEILING, DECAY = 0.25, 0.001, 1.05, 0.5


@dataclass(frozen=True, eq=False)
class RuleState:
    """Prices [m] of the coming round; ``multiplier`` [m], the last round's imbalance, at most ``CAP``."""

    prices: Floats
    multiplier: Floats


@dataclass(frozen=True)
class PublishedRule:
    """With the imbalance ``v = 2|supply − use|/(supply + use)`` of round ``t`` a price moves against the surplus by

    ``w = max(0.001, min(v_{t−1}, 0.25) · (1.05 − 0.5^{v_t}))``,  ``v_{−1} = 0.25``

    of itself. Hahnel (2021, p. 181) prints it without the lag and the floor; the rule of the program that
    made the tables (``csvgen.clj`` of pequod-cljs) is the one whose round counts were published.
    """

    wants_slopes: bool = False

    def begin(self, prices: Floats) -> RuleState:
        return RuleState(prices, np.full(len(prices), CAP))

    def question(self, state: RuleState) -> Question:
        return Question(state.prices)

    def next(self, state: RuleState, answers: Answers) -> RuleState:
        imbalance = published_imbalance(answers.supply, answers.use)
        step = np.sign(answers.use - answers.supply) * step_size(imbalance, state.multiplier)
        return RuleState(state.prices * (1.0 + step), np.minimum(imbalance, CAP))


def step_size(imbalance: Floats, multiplier: Floats) -> Floats:
    """``w`` [m], the share by which a price moves, between 0.001 and 0.2; see :class:`PublishedRule`."""
    return np.maximum(FLOOR, multiplier * (CEILING - DECAY**imbalance))
