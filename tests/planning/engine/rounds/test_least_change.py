"""The default: suggested quantities, counters from private technology, and people who do not go along."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.rounds.councils import BestReplies, Question, log_effort_needed
from planning.engine.rounds.economy import CouncilEconomy, Technology
from planning.engine.rounds.generate import Size, generate
from planning.engine.rounds.least_change import LeastChange
from planning.engine.rounds.mechanism import Course, published_imbalance, run
from planning.engine.rounds.people import SimulatedCouncils, Temper
from tests.planning.engine.rounds.economies import PUBLISHED, START, published

SMALL = Size(4, 3, 4, 3, 3, councils_per_product=20, consumers=50)


def people(
    economy: CouncilEconomy, *, tempers=(1.0, 0.0, 0.0), padded=0.0, **limits: float
) -> SimulatedCouncils:
    """Tempers drawn with these shares; a fifth of the worker councils overstates its inputs by ``padded``."""
    rng = np.random.default_rng(1)
    temper = rng.choice(3, economy.workers + economy.consumers, p=tempers)
    padding = np.where(rng.random(economy.workers) < 0.2, padded, 0.0)
    return SimulatedCouncils(economy, np.full(economy.goods, START), temper, padding, **limits)


def course_of(councils: SimulatedCouncils, tolerance: float = 0.03) -> Course:
    return run(LeastChange(councils.economy.layout), councils, START, tolerance=tolerance, limit=12)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize(
    "kinds",
    [
        {},
        {"tolerance": 0.0},
        {"reach": 1.5},
        {"tempers": (0.8, 0.15, 0.05)},
        {"tempers": (0.8, 0.15, 0.05), "padded": 0.3, "reach": 2.0},
    ],
    ids=["all follow", "no tolerance", "half more at most", "80/15/5", "and padding"],
)
def test_a_published_economy_balances_in_few_rounds(name: str, kinds: dict) -> None:
    course = course_of(people(published(name), **kinds))
    assert course.worst[0] > 0.55
    assert course.rounds_to(0.03, published=False) <= 5
    assert 0.0 < course.accepted[0] < 0.6  # most councils countered


def test_what_is_suggested_adds_up() -> None:
    economy = generate(2, SMALL)
    mechanism, councils = LeastChange(economy.layout), people(economy)
    state = mechanism.begin(np.full(economy.goods, START))
    first = councils.answer(mechanism.question(state))
    suggestion = mechanism.next(state, first).suggestion
    supply = np.bincount(economy.product, suggestion.output, economy.goods) + economy.endowment
    use = np.bincount(economy.input_good, suggestion.inputs, economy.goods)
    use += np.bincount(economy.wanted_good, suggestion.demands.sum(axis=0), economy.goods)
    assert published_imbalance(first.supply, first.use).max() > 0.5
    assert published_imbalance(supply, use).max() < 1e-8


def test_every_answer_can_be_made_with_the_council_s_own_technology() -> None:
    economy = replace(generate(2, SMALL), technology=np.tile([0, int(Technology.LEONTIEF)], 110))
    answers = course_of(people(economy)).answers
    needed = np.exp(log_effort_needed(economy, answers.output, answers.inputs))
    np.testing.assert_allclose(answers.effort, needed, rtol=1e-9)
    turnover = START * answers.output
    willing = (economy.effort_share * turnover / economy.effort_power / economy.effort_cost) ** (
        1 / economy.effort_power
    )
    assert (np.abs(np.log(needed / willing)) <= np.log(1.25) + 1e-9).all()


def test_who_holds_firm_says_the_same_to_the_end_and_the_others_close_the_plan() -> None:
    economy = generate(2, SMALL)
    councils = people(economy, tempers=(0.7, 0.2, 0.1))
    course = course_of(councils)
    opening = BestReplies(economy).answer(Question(np.full(economy.goods, START)))
    firm = councils.temper == Temper.HOLDS_FIRM
    workers = economy.workers
    np.testing.assert_array_equal(course.answers.output[firm[:workers]], opening.output[firm[:workers]])
    np.testing.assert_allclose(
        course.answers.demands[firm[workers:]], opening.demands[firm[workers:]], rtol=1e-14
    )
    assert course.rounds_to(0.03) <= 6
    mechanism = LeastChange(economy.layout)
    state = mechanism.begin(np.full(economy.goods, START))
    for _ in range(2):
        state = mechanism.next(state, councils.answer(mechanism.question(state)))
    assert state.firm[:workers][firm[:workers]].mean() > 0.9
    assert not state.firm[:workers][~firm[:workers]].any()


def test_nobody_goes_further_than_it_can() -> None:
    economy = generate(2, SMALL)
    mechanism, councils = LeastChange(economy.layout), people(economy, reach=1.2, give=0.05)
    state = mechanism.begin(np.full(economy.goods, START))
    first = councils.answer(mechanism.question(state))
    second = councils.answer(mechanism.question(mechanism.next(state, first)))
    assert np.abs(np.log(second.output / first.output)).max() == pytest.approx(np.log(1.2))
    taste = economy.taste / economy.taste.sum(axis=1, keepdims=True)
    loss = -(taste * np.log(second.demands / first.demands)).sum(axis=1)
    assert loss.max() <= 0.05 + 1e-12


def test_councils_below_their_fixed_cost_stay_closed() -> None:
    economy = generate(2, SMALL)
    opening = BestReplies(economy).answer(Question(np.full(economy.goods, START)))
    surplus = (1.0 - economy.returns) * START * opening.output
    economy = replace(economy, fixed_cost=np.full(economy.workers, np.quantile(surplus, 0.1)))
    course = course_of(people(economy))
    shut = surplus < economy.fixed_cost
    assert shut.sum() == 22
    assert (course.answers.output[shut] == 0).all()
    assert course.rounds_to(0.03) <= 6


def test_stubborn_people_answer_prices_too() -> None:
    """Who refuses repeats its opening, who pads overstates; slopes say that the refusing do not move."""
    economy = generate(2, SMALL)
    councils = people(economy, tempers=(0.5, 0.0, 0.5), padded=0.3)
    dearer = np.full(economy.goods, 1.3 * START)
    answers = councils.answer(Question(dearer), slopes=True)
    opening = BestReplies(economy).answer(Question(np.full(economy.goods, START)))
    free = BestReplies(economy).answer(Question(dearer))
    firm = councils.temper == Temper.HOLDS_FIRM
    worker = firm[: economy.workers]
    np.testing.assert_array_equal(answers.output, np.where(worker, opening.output, free.output))
    owner = economy.layout.owner
    honest = np.where(worker[owner], opening.inputs, free.inputs)
    np.testing.assert_allclose(answers.inputs, honest * (1 + councils.padding[owner]), rtol=1e-12)
    step = 1e-5
    up, down = (councils.answer(Question(dearer * np.exp(s))) for s in (step, -step))
    wanted = (up.use - down.use) / (2 * step)
    np.testing.assert_allclose(
        answers.slopes.use.sum(axis=1), wanted, rtol=1e-6, atol=1e-6 * np.abs(wanted).max()
    )
