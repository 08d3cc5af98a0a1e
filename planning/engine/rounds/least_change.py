"""The default procedure: quantities are proposed, and the least change that balances them is suggested."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.engine.problem import Floats, PlanProblem, RowKind
from planning.engine.rounds.councils import Answers, Question, Suggestion
from planning.engine.rounds.economy import Layout
from planning.engine.solve import solve

LEAST = 1e-6  # of what was said; nobody is suggested to stop altogether


@dataclass(frozen=True, eq=False)
class LeastChangeState:
    """The prices that effort is reckoned with, and the coming round's suggestion with what was said before."""

    prices: Floats
    suggestion: Suggestion | None = None
    said: Answers | None = None
    firm: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class LeastChange:
    """Each round's figures are the proposals of ``planning.engine.problem``: a production line per worker council,
    with its own inputs per unit as coefficients, a demand line per consumer council and good, what is given as
    hours there are. ``planning.engine.solve`` finds the balanced plan with the least change; its quantities are
    what the next round suggests.

    ``flexibility`` is the response of a line to its margin, relative to its size and price; ``band`` the standing
    mandate; ``kappa`` what a change beyond it costs, relative to the price; ``gap_price`` the price of a gap, relative to
    the good's. A council that says again what it said, although it was asked beyond its band, holds firm from then on.
    """

    layout: Layout
    flexibility: float = 0.3
    band: float = 0.05
    kappa: float = 0.02
    gap_price: float = 50.0
    wants_slopes: bool = False

    def begin(self, prices: Floats) -> LeastChangeState:
        return LeastChangeState(prices)

    def question(self, state: LeastChangeState) -> Question:
        return Question(state.prices, state.suggestion, state.said)

    def next(self, state: LeastChangeState, answers: Answers) -> LeastChangeState:
        """Raises ``NotConverged`` as ``solve`` does."""
        firm = self._firm(state, answers)
        plan = solve(self.problem(state.prices, answers, firm))
        said = np.concatenate([answers.output, answers.demands.ravel()])
        levels = np.maximum(plan.x, LEAST * said)
        workers = self.layout.workers
        growth = np.divide(levels[:workers], answers.output, out=np.zeros(workers), where=answers.output > 0)
        suggestion = Suggestion(
            levels[:workers],
            answers.inputs * growth[self.layout.owner],
            levels[workers:].reshape(answers.demands.shape),
        )
        return LeastChangeState(state.prices, suggestion, answers, firm)

    def _firm(self, state: LeastChangeState, answers: Answers) -> NDArray[np.bool_]:
        """Worker councils [n] and consumer councils' lines [c·k] that hold firm."""
        now = np.concatenate([answers.output, answers.demands.ravel()])
        firm = np.zeros(len(now), dtype=np.bool_) if state.firm is None else state.firm
        if state.said is None or state.suggestion is None:
            return firm
        before = np.concatenate([state.said.output, state.said.demands.ravel()])
        asked = np.concatenate([state.suggestion.output, state.suggestion.demands.ravel()])
        unmoved: NDArray[np.bool_] = (now == before) & (np.abs(asked - before) > self.band * before)
        return firm | unmoved

    def problem(self, prices: Floats, answers: Answers, firm: NDArray[np.bool_]) -> PlanProblem:
        """The councils' figures as rows and columns; ``firm`` [n + c·k] lines do not move."""
        layout, wanted = self.layout, self.layout.wanted_good
        workers, consumers = layout.workers, len(answers.demands)
        made = np.maximum(answers.output, np.finfo(np.float64).tiny)[layout.owner]
        outputs = layout.input_ptr[:-1] + np.arange(workers)  # every span begins with its product
        rows = np.insert(layout.input_good, layout.input_ptr[:-1], layout.product)
        use = np.insert(answers.inputs / made, layout.input_ptr[:-1], -1.0)
        lines = workers + consumers * len(wanted)
        said = np.concatenate([answers.output, answers.demands.ravel()])
        price = np.concatenate([prices[layout.product], np.tile(prices[wanted], consumers)])
        return PlanProblem.build(
            row_kind=np.where(layout.endowment > 0, RowKind.POOL, RowKind.PRODUCT),
            target=layout.endowment,
            short_price=self.gap_price * prices,
            glut_price=self.gap_price * prices,
            entry_row=np.concatenate([rows, wanted]),
            entry_use=np.concatenate([use, np.ones(len(wanted))]),
            group_ptr=np.concatenate([outputs, len(rows) + np.arange(len(wanted) + 1)]),
            tech_ptr=np.arange(workers + len(wanted) + 1),
            col_tech=np.concatenate(
                [np.arange(workers), np.tile(workers + np.arange(len(wanted)), consumers)]
            ),
            factor_ptr=np.arange(lines + 1),
            factors=np.ones(lines),
            proposal=said,
            lower=np.zeros(lines),
            upper=np.full(lines, np.inf),
            flexibility=np.where(firm, 0.0, self.flexibility * said / price),
            band=self.band * said,
            kappa=self.kappa * price,
        )
