"""Anderson acceleration from quantities only, on a leash."""

from dataclasses import dataclass, replace

import numpy as np

from planning.engine.problem import Floats
from planning.engine.rounds.councils import Answers, Question
from planning.engine.rounds.economy import Layout
from planning.engine.rounds.excess import log_excess, pull, relative_slopes, solve_within, worst
from planning.engine.rounds.published import CAP, step_size
from planning.engine.rounds.slopes import Slopes, price_slopes

REACH = 0.5  # no log price moves by more in a round
HIGHEST_RETURNS = 0.95  # believed of any council when only its cost shares are seen
SINGULAR = 1e-8  # relative singular values of the secants that are dropped


@dataclass(frozen=True, eq=False)
class AndersonState:
    """``log_prices`` [m] of the coming round, the best round so far (``anchor``, its ``excess``), the rounds remembered
    (``asked``, ``found`` [rounds, m]), and whether the coming round is a published step after a refusal."""

    log_prices: Floats
    anchor: Floats
    excess: Floats
    asked: Floats
    found: Floats
    fallback: bool = False


@dataclass(frozen=True)
class Anderson:
    """Anderson (1965) on ``q ← q + mixing · F(q)`` with the log excess ``F = log use − log supply`` [m]:

    ``Δq = mixing · (F − ΔF γ) − ΔQ γ``,  ``γ`` least squares of ``F ≈ ΔF γ``

    where ``ΔQ, ΔF`` are the differences of the last ``memory`` rounds to the best one: a secant step that needs
    nothing but the totals of a round. It is kept if the worst ``|F|`` falls; if not, the next round is asked
    one step of the published rule away from the best place, and the secants go on from what is answered there.

    With a ``layout`` the quantities are read council by council: cost shares ``p_j x_j / (p Q)`` are taken for elasticities
    of output and their sum for the returns to scale, as if every council were Cobb–Douglas, and ``mixing`` gives way to the
    matrix ``−(∂F/∂q)⁻¹`` that follows from them. The secants correct it where councils are not.
    """

    layout: Layout | None = None
    memory: int = 10
    mixing: float = 0.15
    wants_slopes: bool = False

    def begin(self, prices: Floats) -> AndersonState:
        q = np.log(prices)
        none = np.empty((0, len(q)))
        return AndersonState(q, q, np.full(len(q), np.inf), none, none)

    def question(self, state: AndersonState) -> Question:
        return Question(np.exp(state.log_prices))

    def next(self, state: AndersonState, answers: Answers) -> AndersonState:
        excess, q = log_excess(answers), state.log_prices
        asked = np.vstack([state.asked, q])[-self.memory - 1 :]
        found = np.vstack([state.found, excess])[-self.memory - 1 :]
        if worst(excess) < worst(state.excess) or state.fallback:
            state = replace(state, anchor=q, excess=excess, fallback=False)
            step = self._secant(answers, excess, asked, found, q)
            return replace(state, log_prices=q + step, asked=asked, found=found)
        return replace(state, log_prices=_back(state), asked=asked, found=found, fallback=True)

    def _secant(self, answers: Answers, excess: Floats, asked: Floats, found: Floats, q: Floats) -> Floats:
        moved, changed = (asked[:-1] - q).T, (found[:-1] - excess).T
        length = np.linalg.norm(changed, axis=0)
        kept = length > 0
        moved, changed = moved[:, kept] / length[kept], changed[:, kept] / length[kept]
        weights = np.linalg.lstsq(changed, excess, rcond=SINGULAR)[0] if kept.any() else np.empty(0)
        step = self._mixed(np.exp(q), answers, excess - changed @ weights) - moved @ weights
        return pull(step, REACH)

    def _mixed(self, prices: Floats, answers: Answers, rest: Floats) -> Floats:
        if self.layout is not None:
            slopes = slopes_from_cost_shares(self.layout, prices, answers)
            step = solve_within(relative_slopes(answers, slopes), -rest, REACH)
            if step is not None:
                return step
        return self.mixing * rest


def slopes_from_cost_shares(layout: Layout, prices: Floats, answers: Answers) -> Slopes:
    """Slopes [m, m] that councils would have if they were Cobb–Douglas without effort, from their quantities."""
    turnover = (prices[layout.product] * answers.output)[layout.owner]
    costs = prices[layout.input_good] * answers.inputs
    shares = np.divide(costs, turnover, out=np.zeros_like(costs), where=turnover > 0)
    total = layout.per_council(shares)
    shares = shares * np.minimum(1.0, HIGHEST_RETURNS / np.maximum(total, HIGHEST_RETURNS))[layout.owner]
    fixed = np.zeros(layout.workers, dtype=np.bool_)
    return price_slopes(
        layout, answers.output, answers.inputs, answers.demands, shares, layout.per_council(shares), fixed
    )


def _back(state: AndersonState) -> Floats:
    """Log prices after the published step from the best place, where ``2|s − u|/(s + u) = 2 tanh(|F|/2)``."""
    imbalance = 2.0 * np.tanh(np.abs(state.excess) / 2.0)
    step = np.sign(state.excess) * step_size(imbalance, np.minimum(imbalance, CAP))
    moved: Floats = state.anchor + np.log1p(step)
    return moved
