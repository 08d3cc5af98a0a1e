"""One interface for every procedure, the loop of rounds, and what is measured in each."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from planning.engine.problem import Floats
from planning.engine.result import relative_imbalance
from planning.engine.rounds.councils import Answers, Councils, Question, check_prices

LIMIT = 250  # rounds at most, whatever the mechanism


class Mechanism[State](Protocol):
    """A procedure of rounds: what it remembers is the state; a mechanism itself remembers nothing.

    ``wants_slopes``: it asks councils for elasticities beside quantities.
    """

    wants_slopes: bool

    def begin(self, prices: Floats) -> State:
        """The state before the first round, which is asked at ``prices`` [m]."""
        ...

    def question(self, state: State) -> Question:
        """What the coming round asks: prices, or suggested quantities."""
        ...

    def next(self, state: State, answers: Answers) -> State:
        """The state after a round's answers."""
        ...


@dataclass(frozen=True, eq=False)
class Course:
    """What happened round by round; index 0 is the first round. ``worst`` is the worst two-sided imbalance
    over goods, ``worst_published`` the same by the published measure, ``prices`` [rounds, m] those asked,
    ``answers`` the last ones. ``accepted`` is the share of councils that took a suggestion as it was, one figure
    for every round that made one."""

    worst: Floats
    worst_published: Floats
    prices: Floats
    answers: Answers
    accepted: Floats

    def rounds_to(self, tolerance: float, *, published: bool = True) -> int | None:
        """The first round, counted from 1, whose worst imbalance is below ``tolerance`` (a share, not percent);
        ``None`` if none was."""
        below = np.flatnonzero((self.worst_published if published else self.worst) < tolerance)
        return int(below[0]) + 1 if len(below) else None


def run[State](
    mechanism: Mechanism[State], councils: Councils, prices: ArrayLike, *,
    tolerance: float = 0.03, limit: int = LIMIT,
) -> Course:  # fmt: skip
    """Rounds until the worst published imbalance is below ``tolerance``, at most ``limit``.

    ``prices`` [m] or one for all goods. Raises what the councils raise for prices that cannot be answered.
    """
    spread = np.full(councils.goods, prices) if np.ndim(prices) == 0 else prices
    asked = check_prices(spread, councils.goods)
    state = mechanism.begin(asked)
    trail: list[tuple[float, float, Floats]] = []
    accepted: list[float] = []
    while True:
        question = mechanism.question(state)
        answers = councils.answer(question, slopes=mechanism.wants_slopes)
        worst, published = worst_imbalances(answers)
        trail.append((worst, published, question.prices))
        if answers.accepted is not None:
            accepted.append(float(answers.accepted.mean()))
        if published < tolerance or len(trail) >= limit:
            break
        state = mechanism.next(state, answers)
    steps, steps_published, asked_at = zip(*trail, strict=True)
    return Course(np.array(steps), np.array(steps_published), np.array(asked_at), answers, np.array(accepted))


def published_imbalance(supply: Floats, use: Floats) -> Floats:
    """``2|supply − use| / (supply + use)`` in [0, 2] by good: Hahnel, Szczepanczyk and Weisdorf's measure, the gap
    relative to the mean of both sides. 0 where both are 0."""
    both = supply + use
    return np.divide(2.0 * np.abs(supply - use), both, out=np.zeros_like(both), where=both > 0)


def worst_imbalances(answers: Answers) -> tuple[float, float]:
    """The worst good's two-sided imbalance ``|use − supply| / max(use, supply)``, and the published one."""
    two_sided = np.abs(relative_imbalance(answers.use, answers.supply))
    return float(two_sided.max()), float(published_imbalance(answers.supply, answers.use).max())
