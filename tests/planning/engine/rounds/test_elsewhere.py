"""Our mechanisms ask another implementation's councils, and our plans are judged by its checks."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from demplan import Economy, Plan, iterate, load_dep1ex, technology_margins
from demplan import run as run_elsewhere
from demplan.plan import EFFORT, StatedPlan
from demplan.prefabs.hahnel import TECHNOLOGY, CouncilModel, book_2021_rule, relative_imbalance, technology
from demplan.prefabs.hahnel.councils import CONSUMER_DEMAND

from planning.engine.problem import Floats
from planning.engine.rounds.anderson import Anderson
from planning.engine.rounds.councils import Answers, BestReplies, totals, with_slopes
from planning.engine.rounds.least_change import LeastChange
from planning.engine.rounds.mechanism import Mechanism, run, worst_imbalances
from planning.engine.rounds.newton import Newton
from planning.engine.rounds.people import SimulatedCouncils
from tests.planning.engine.examples import table_folder
from tests.planning.engine.rounds.economies import PUBLISHED, START, published

TOLERANCE = 0.03


@cache
def elsewhere(name: str) -> Economy:
    return load_dep1ex(table_folder("hahnel") / f"{name}.clj.gz")


@dataclass(frozen=True)
class Procedure:
    """One of our price mechanisms as a procedure over there: their councils answer, ours asks."""

    mechanism: Mechanism
    name: str

    def solve(self, economy: Economy, seed: int) -> Plan:
        model = CouncilModel(economy, 100 * TOLERANCE, book_2021_rule)

        def ask(state):
            question = self.mechanism.question(state[0])
            theirs = model.plan_of(model.step(model.initial_state(np.array(question.prices))))
            return self.mechanism.next(state[0], self.answers(question.prices, theirs)), theirs

        start = np.full(economy.n_commodities, START)
        return iterate(
            lambda: (self.mechanism.begin(start), None),
            ask,
            lambda state: float(relative_imbalance(economy, state[1]).max()) < TOLERANCE,
            60,
            plan_of=lambda state: state[1],
        ).state[1]

    def answers(self, prices: Floats, theirs: Plan) -> Answers:
        ours = published(self.name)
        demands = np.hstack([theirs.consumption, np.tile(theirs.shared_use[10:20] / 3000, (3000, 1))])
        answers = totals(ours.layout, theirs.output, theirs.input_use, theirs.extra[EFFORT], demands)
        return with_slopes(answers, BestReplies(ours).slopes(prices, answers))


@pytest.mark.parametrize("name", PUBLISHED)
def test_our_mechanisms_take_as_many_rounds_with_their_councils(name: str) -> None:
    ours = published(name)
    for mechanism in (Newton(), Anderson(ours.layout), Anderson()):
        theirs = run_elsewhere(Procedure(mechanism, name), elsewhere(name), seed=0, differences=False)
        course = run(mechanism, BestReplies(ours), START, tolerance=TOLERANCE)
        assert theirs.summary.converged
        assert theirs.summary.rounds == course.rounds_to(TOLERANCE)
        assert relative_imbalance(elsewhere(name), theirs.plan).max() == pytest.approx(
            course.worst_published[-1], rel=1e-6
        )


def test_the_least_change_plan_stands_their_checks() -> None:
    """As balanced over there as here, and every council can make its part with its own technology."""
    ours, theirs = published("dep1ex01"), elsewhere("dep1ex01")
    willing = SimulatedCouncils(
        ours, np.full(ours.goods, START), np.zeros(6000, dtype=np.int64), np.zeros(ours.workers)
    )
    answers = run(LeastChange(ours.layout), willing, START, tolerance=TOLERANCE).answers
    consumption = np.bincount(ours.wanted_good, answers.demands.sum(axis=0), ours.goods)
    plan = StatedPlan(
        output=answers.output, input_use=answers.inputs, consumption=answers.demands[:, :10],
        consumption_commodity=np.arange(10), shared_use=np.where(np.arange(50) // 10 == 1, consumption, 0.0),
        extra={EFFORT: answers.effort, CONSUMER_DEMAND: consumption},
    )  # fmt: skip
    worst = relative_imbalance(theirs, plan).max()
    assert worst == pytest.approx(worst_imbalances(answers)[1], rel=1e-9)
    assert worst < TOLERANCE
    margins = technology_margins(theirs, plan, {TECHNOLOGY: technology()})
    assert not margins.missing
    assert np.abs(margins.margin / answers.output).max() < 1e-9
