"""Simulated councils that answer suggestions from what only they know, and those that do not go along."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planning.engine.problem import Floats
from planning.engine.rounds.councils import (
    Answers,
    BestReplies,
    Question,
    Suggestion,
    log_effort_needed,
    totals,
    with_slopes,
)  # fmt: skip
from planning.engine.rounds.economy import CouncilEconomy


class Temper(IntEnum):
    FOLLOWS = 0
    MEETS_HALFWAY = 1
    HOLDS_FIRM = 2


GOES = np.array([1.0, 0.5, 0.0])  # how far along a suggestion, by temper


@dataclass(frozen=True, eq=False)
class SimulatedCouncils:
    """Best replies to prices; to suggestions, acceptance or a counter-proposal from private technology.

    A worker council takes the suggested output as far as its ``temper`` goes (in logs), at most ``reach`` times or
    one ``reach``-th of what it said. It reckons the effort that the suggested inputs would need with its own
    technology, and the effort it is willing to give for that output, ``e^k = c p Q/(k s)``. Are the two within ``tolerance``
    of each other, it accepts; otherwise it counters with the inputs, in its own mix, that the willing effort needs.
    A consumer council goes along as far as its temper and until its utility ``Σ taste log x`` has fallen by ``give``
    since the round before (in logs).

    At prices a council that holds firm repeats what it said at the first prices it was asked, ``opening`` [m].
    ``padding`` [n] is the share by which a council overstates its inputs, to either kind of question.
    ``temper`` [n + c]: workers first.
    """

    economy: CouncilEconomy
    opening: Floats
    temper: NDArray[np.int64]
    padding: Floats
    tolerance: float = 0.25
    reach: float = 4.0
    give: float = 0.5

    @property
    def goods(self) -> int:
        return self.economy.goods

    @cached_property
    def _first(self) -> Answers:
        return BestReplies(self.economy).answer(Question(self.opening))

    @cached_property
    def _firm(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        firm = self.temper == Temper.HOLDS_FIRM
        return firm[: self.economy.workers], firm[self.economy.workers :]

    def answer(self, question: Question, *, slopes: bool = False) -> Answers:
        """Raises as :class:`BestReplies` does."""
        if question.suggestion is None or question.said is None:
            return self._at_prices(question, slopes=slopes)
        return self._to_suggestion(question.prices, question.suggestion, question.said)

    def _at_prices(self, question: Question, *, slopes: bool) -> Answers:
        economy, best, first = self.economy, BestReplies(self.economy), self._first
        free = best.answer(question)
        (worker, consumer), owner = self._firm, economy.layout.owner
        answers = totals(
            economy.layout,
            np.where(worker, first.output, free.output),
            np.where(worker[owner], first.inputs, free.inputs) * (1.0 + self.padding[owner]),
            np.where(worker, first.effort, free.effort),
            np.where(consumer[:, None], first.demands, free.demands),
        )
        if not slopes:
            return answers
        moving = totals(
            economy.layout, answers.output * ~worker, answers.inputs * ~worker[owner], answers.effort,
            answers.demands * ~consumer[:, None],
        )  # fmt: skip
        return with_slopes(answers, best.slopes(question.prices, moving))

    def _to_suggestion(self, prices: Floats, suggestion: Suggestion, said: Answers) -> Answers:
        economy, owner = self.economy, self.economy.layout.owner
        output = _towards(said.output, suggestion.output, GOES[self.temper[: economy.workers]], self.reach)
        grown = np.divide(output, said.output, out=np.zeros_like(output), where=said.output > 0)
        offered = said.inputs * grown[owner]
        willing = np.log(
            np.maximum(economy.effort_share * prices[economy.product] * output, np.finfo(np.float64).tiny)
            / (economy.effort_power * economy.effort_cost)
        ) / economy.effort_power  # fmt: skip
        padded = 1.0 + self.padding[owner]
        over = log_effort_needed(economy, output, offered / padded) - willing
        content = (np.abs(over) <= np.log1p(self.tolerance)) | (output == 0)
        more = np.where(content, 0.0, over * economy.effort_share / economy.input_total)
        demands, agreed = self._consume(suggestion, said)
        taken = content & np.isclose(output, suggestion.output, rtol=1e-9, atol=0.0)
        effort = np.exp(willing + np.where(content, over, 0.0)) * (output > 0)
        return totals(
            economy.layout, output, offered * np.exp(more)[owner], effort, demands,
            np.concatenate([taken, agreed]).astype(np.float64),
        )  # fmt: skip

    def _consume(self, suggestion: Suggestion, said: Answers) -> tuple[Floats, NDArray[np.bool_]]:
        taste = self.economy.taste / self.economy.taste.sum(axis=1, keepdims=True)
        ratio = np.divide(
            suggestion.demands, said.demands, out=np.ones_like(said.demands), where=said.demands > 0
        )
        change = np.log(ratio)
        loss = -(taste * change).sum(axis=1)
        bearable = np.divide(self.give, loss, out=np.ones_like(loss), where=loss > self.give)
        share = np.minimum(GOES[self.temper[self.economy.workers :]], bearable)
        return said.demands * np.exp(share[:, None] * change), share >= 1.0


def _towards(said: Floats, suggested: Floats, share: Floats, reach: float) -> Floats:
    """From ``said`` towards ``suggested`` in logs, at most a factor ``reach`` either way; exact at share 0 and 1."""
    ratio = np.divide(suggested, said, out=np.ones_like(said), where=said > 0)
    near = (np.abs(np.log(ratio)) <= np.log(reach)) & (share == 1.0)
    moved = said * np.exp(np.clip(share * np.log(ratio), -np.log(reach), np.log(reach)))
    return np.where(near, suggested, np.where(share == 0.0, said, moved))
