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
    """``log_prices`` [m] of the coming round; the ``anchor``, the last round whose prices were kept, the directions from it
    and how often a step from it has been refused; the least worst excess so far; whether steps are kept by the
    potential (``downhill``) rather than by the worst excess."""

    log_prices: Floats
    anchor: Floats
    least: float = np.inf
    directions: tuple[Floats, ...] = ()
    refused: int = 0
    downhill: bool = False


@dataclass(frozen=True)
class Newton:
    """Newton's method on the log excess ``F = log use − log supply`` [m] in the log prices ``q``:

    ``Δq = −(∂F/∂q)⁻¹ F``,  at most ``REACH`` in any good.

    A step is kept if the worst ``|F|`` falls below all before. If not, the next round is asked a quarter as far
    from the same place. After ``TRIALS`` refusals the method goes downhill on a potential that is convex in the prices and
    has ``supply − use`` as its slope (docs/rounds.md), along ``Δp = −(∂(use − supply)/∂p)⁻¹ (use − supply)`` and at
    last along the published rule's step, and keeps prices ``p⁺`` if ``(use − supply)(p⁺) · (p⁺ − p) ≥ 0``, which
    proves that the potential fell. It returns to the first step once the worst ``|F|`` is below all before.
    The slopes are reported council by council; a mechanism sees their sum.
    """

    wants_slopes: bool = True

    def begin(self, prices: Floats) -> NewtonState:
        q = np.log(prices)
        return NewtonState(q, q)

    def question(self, state: NewtonState) -> Question:
        return Question(np.exp(state.log_prices))

    def next(self, state: NewtonState, answers: Answers) -> NewtonState:
        """Raises ``NoSlopes`` if the answers carry none."""
        if answers.slopes is None:
            raise errors.NoSlopes("Newton needs elasticities, and the answers carry none; ask for slopes.")
        excess, q = log_excess(answers), state.log_prices
        better = worst(excess) < state.least
        if better or (state.downhill and _fell(state, answers)):
            downhill = state.downhill and not better
            directions = _directions(q, answers, excess, answers.slopes)[downhill:]
            state = NewtonState(q, q, min(worst(excess), state.least), directions, 0, downhill)
        else:
            refused = state.refused + 1
            state = replace(state, refused=refused, downhill=state.downhill or refused >= TRIALS)
        which, shorter = divmod(state.refused, TRIALS)
        last = len(state.directions) - 1
        if which > last:
            which, shorter = last, state.refused - last * TRIALS
        asked = state.anchor + state.directions[which] * SHORTEN**shorter
        return replace(state, log_prices=np.clip(asked, -DISTANT, DISTANT))


def _fell(state: NewtonState, answers: Answers) -> bool:
    """Convexity: the potential at the anchor is at least that here plus slope times distance."""
    prices = np.exp(state.log_prices)
    return bool((answers.use - answers.supply) @ (prices - np.exp(state.anchor)) >= 0.0)


def _directions(q: Floats, answers: Answers, excess: Floats, slopes: Slopes) -> tuple[Floats, ...]:
    """The steps to try in turn; where a matrix cannot be solved the published rule's stands in."""
    prices = np.exp(q)
    rule = PublishedRule().next(RuleState(prices, np.full(len(prices), CAP)), answers)
    published = np.log(rule.prices) - q
    steps = (
        solve_within(relative_slopes(answers, slopes), -excess, REACH),
        solve_within(slopes.use - slopes.supply, answers.supply - answers.use, REACH),
    )
    return (*(published if step is None else step for step in steps), published)
