"""Newton in log prices, from reported elasticities or from the cost shares that proposals show."""

from dataclasses import dataclass, replace

import numpy as np

from planning.engine.problem import Floats
from planning.engine.rounds import errors
from planning.engine.rounds.councils import Answers, Question
from planning.engine.rounds.excess import log_excess, relative_slopes, solve_within, worst
from planning.engine.rounds.published import CAP, PublishedRule, RuleState
from planning.engine.rounds.slopes import Slopes

REACH = 1.0  # no log price moves by more in a round
SHORTEN = 0.25
TRIALS = 3  # lengths tried along one direction before the next direction
DISTANT = np.log(1e150)  # log prices stay inside ±DISTANT


@dataclass(frozen=True, eq=False)
class NewtonState:
    """``log_prices`` [m] of the coming round; the best answered round so far (``anchor`` and what was answered
    there) and how often steps from it have been refused."""

    log_prices: Floats
    anchor: Floats
    excess: Floats
    directions: tuple[Floats, ...] = ()
    refused: int = 0


@dataclass(frozen=True)
class Newton:
    """Newton's method on the log excess ``F = log use − log supply`` [m] in the log prices ``q``:

    ``Δq = −(∂F/∂q)⁻¹ F``,  at most ``REACH`` in any good.

    A step is kept if the worst ``|F|`` falls. If not, the next round is asked a quarter as far from the same place;
    after ``TRIALS`` refusals along Newton's step in the prices, ``Δp = −(∂(use − supply)/∂p)⁻¹ (use − supply)``, which
    points downhill on a potential that is convex in ``p`` (docs/rounds.md); at last along the published
    rule's step. The slopes are reported council by council; a mechanism sees their sum.
    """

    wants_slopes: bool = True

    def begin(self, prices: Floats) -> NewtonState:
        q = np.log(prices)
        return NewtonState(q, q, np.full(len(q), np.inf))

    def question(self, state: NewtonState) -> Question:
        return Question(np.exp(state.log_prices))

    def next(self, state: NewtonState, answers: Answers) -> NewtonState:
        excess = log_excess(answers)
        if worst(excess) < worst(state.excess):
            if answers.slopes is None:
                raise errors.NoSlopes(
                    "Newton needs elasticities, and the answers carry none; ask for slopes."
                )
            directions = _directions(np.exp(state.log_prices), answers, excess, answers.slopes)
            state = NewtonState(state.log_prices, state.log_prices, excess, directions)
        else:
            state = replace(state, refused=state.refused + 1)
        which, shorter = divmod(state.refused, TRIALS)
        move = state.directions[min(which, len(state.directions) - 1)] * SHORTEN**shorter
        asked = np.clip(state.anchor + move, -DISTANT, DISTANT)
        return replace(state, log_prices=asked)


def _directions(prices: Floats, answers: Answers, excess: Floats, slopes: Slopes) -> tuple[Floats, ...]:
    """The steps to try in turn; a matrix that cannot be solved leaves its step out."""
    steps = [
        solve_within(relative_slopes(answers, slopes), -excess, REACH),
        solve_within(slopes.use - slopes.supply, answers.supply - answers.use, REACH),
    ]
    rule = PublishedRule()
    state = rule.next(RuleState(prices, np.full(len(prices), CAP)), answers)
    return (*(step for step in steps if step is not None), np.log(state.prices / prices))
