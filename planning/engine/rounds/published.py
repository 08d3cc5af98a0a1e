"""The published price rule of Hahnel, Szczepanczyk and Weisdorf, as the program behind the tables ran it."""

from dataclasses import dataclass

import numpy as np

from planning.engine.problem import Floats
from planning.engine.rounds.councils import Answers
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

    def prices(self, state: RuleState) -> Floats:
        return state.prices

    def next(self, state: RuleState, answers: Answers) -> RuleState:
        imbalance = published_imbalance(answers.supply, answers.use)
        base = CEILING - DECAY**imbalance
        step = np.maximum(FLOOR, np.minimum(base, base * state.multiplier))
        direction = np.sign(answers.use - answers.supply)
        return RuleState(state.prices * (1.0 + direction * step), np.minimum(imbalance, CAP))
