"""How many rounds each way of finding prices takes on the published economies, and on others."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.problem import Floats
from planning.engine.result import worst_imbalance
from planning.engine.rounds.anderson import Anderson
from planning.engine.rounds.councils import Answers, BestReplies, Question
from planning.engine.rounds.economy import Technology
from planning.engine.rounds.errors import NoSlopes
from planning.engine.rounds.excess import log_excess
from planning.engine.rounds.generate import Size, generate
from planning.engine.rounds.mechanism import published_imbalance, run, worst_imbalances
from planning.engine.rounds.newton import SHORTEN, TRIALS, Newton
from planning.engine.rounds.published import CAP, PublishedRule, RuleState
from tests.planning.engine.rounds.economies import PUBLISHED, START, published

SMALL = Size(4, 3, 4, 3, 3, councils_per_product=20, consumers=50)


@pytest.mark.parametrize("name", PUBLISHED)
def test_newton_from_reported_elasticities(name: str) -> None:
    course = run(Newton(), BestReplies(published(name)), START, tolerance=1e-10)
    assert course.rounds_to(0.03) <= 3
    assert course.rounds_to(0.001) <= 3
    assert course.rounds_to(1e-10) <= 5


@pytest.mark.parametrize("name", PUBLISHED)
def test_anderson_from_cost_shares(name: str) -> None:
    economy = published(name)
    course = run(Anderson(economy.layout), BestReplies(economy), START, tolerance=1e-6)
    assert course.rounds_to(0.03) <= 3
    assert course.rounds_to(0.001) <= 5
    assert course.rounds_to(1e-6) <= 7


@pytest.mark.parametrize("name", PUBLISHED)
def test_anderson_from_totals(name: str) -> None:
    councils = BestReplies(published(name))
    course = run(Anderson(), councils, START, tolerance=0.001)
    assert course.rounds_to(0.03) <= 8
    assert course.rounds_to(0.001) <= 12
    plain = run(PublishedRule(), councils, START, tolerance=0.03)
    assert course.rounds_to(0.03) < plain.rounds_to(0.03)


def test_all_ways_end_at_the_same_prices() -> None:
    economy = generate(5, SMALL)
    ends = [
        run(mechanism, BestReplies(economy), START, tolerance=1e-9).prices[-1]
        for mechanism in (Newton(), Anderson(economy.layout), Anderson())
    ]
    np.testing.assert_allclose(ends[1], ends[0], rtol=1e-8)
    np.testing.assert_allclose(ends[2], ends[0], rtol=1e-8)


@pytest.mark.parametrize("start", [1e-3, 1.0, 1e7])
def test_a_far_start_is_reached_from_too(start: float) -> None:
    economy = generate(6, SMALL)
    for mechanism in (Newton(), Anderson(economy.layout), Anderson()):
        assert (
            run(mechanism, BestReplies(economy), start, tolerance=1e-3, limit=120).rounds_to(1e-3) is not None
        )


def test_other_technologies_need_other_rounds_but_not_many() -> None:
    economy = generate(7, SMALL)
    economy = replace(economy, technology=np.full(economy.workers, int(Technology.LEONTIEF)))
    for mechanism, most in ((Newton(), 5), (Anderson(economy.layout), 12), (Anderson(), 20)):
        assert run(mechanism, BestReplies(economy), START, tolerance=1e-3).rounds_to(1e-3) <= most


def answers_with(excess: Floats) -> Answers:
    supply, none = np.full(len(excess), 100.0), np.empty(0)
    return Answers(none, none, none, none, supply, supply * np.exp(excess))


def test_a_step_that_made_things_worse_is_taken_back_to_the_published_one() -> None:
    mechanism, start = Anderson(), np.array([1.0, 2.0])
    better, worse = answers_with(np.array([0.4, -0.2])), answers_with(np.array([0.5, -0.2]))
    state = mechanism.next(mechanism.begin(start), better)
    np.testing.assert_allclose(state.log_prices, np.log(start) + mechanism.mixing * np.array([0.4, -0.2]))
    back = mechanism.next(state, worse)
    multiplier = np.minimum(published_imbalance(better.supply, better.use), CAP)
    wanted = PublishedRule().next(RuleState(start, multiplier), better).prices
    np.testing.assert_allclose(np.exp(back.log_prices), wanted)
    after = mechanism.next(back, answers_with(np.array([0.45, 0.1])))
    np.testing.assert_allclose(np.exp(after.anchor), wanted)  # the secants go on from there


def test_newton_shortens_then_goes_downhill_then_by_the_published_rule() -> None:
    economy = generate(5, SMALL)
    start = np.full(economy.goods, START)
    first = BestReplies(economy).answer(Question(start), slopes=True)
    mechanism = Newton()
    state = mechanism.next(mechanism.begin(start), first)
    uphill = replace(first, use=first.supply, supply=first.use)  # as bad, and against every step taken
    moves = []
    for _ in range(3 * TRIALS):
        moves.append(state.log_prices - np.log(START))
        state = mechanism.next(state, uphill)
    np.testing.assert_allclose(moves[1], SHORTEN * moves[0])
    assert moves[TRIALS] @ (START * (first.use - first.supply)) > 0
    rule = PublishedRule().next(RuleState(start, np.full(economy.goods, CAP)), first)
    np.testing.assert_allclose(moves[2 * TRIALS], np.log(rule.prices / START))


def test_downhill_a_step_is_kept_because_the_potential_fell() -> None:
    economy = generate(5, SMALL)
    councils, mechanism = BestReplies(economy), Newton()
    q = np.log(np.random.default_rng(2).uniform(300.0, 1500.0, economy.goods))
    spent = np.bincount(economy.wanted_good, economy.spending.sum(axis=0), economy.goods)

    def potential(q: Floats) -> float:
        answers = councils.answer(Question(np.exp(q)))
        surplus = (1.0 - economy.returns) * np.exp(q)[economy.product] * answers.output
        return float(surplus.sum() + economy.endowment @ np.exp(q) - spent @ q)

    answers = councils.answer(Question(np.exp(q)), slopes=True)
    state = replace(
        mechanism.next(mechanism.begin(np.exp(q)), answers), downhill=True, least=0.0, refused=TRIALS
    )
    kept = 0
    for _ in range(12):
        after = mechanism.next(state, councils.answer(mechanism.question(state), slopes=True))
        if after.refused == 0:
            kept += 1
            assert potential(after.anchor) < potential(state.anchor)
        state = after
    assert kept >= 3


def test_newton_says_what_it_lacks() -> None:
    mechanism = Newton()
    with pytest.raises(NoSlopes, match="elasticities"):
        mechanism.next(mechanism.begin(np.ones(2)), answers_with(np.array([0.1, 0.2])))


def test_three_measures_of_one_imbalance() -> None:
    """10 supplied, 8 used: 20 % of the larger side, 2/9 of the mean, log excess log 0.8."""
    answers = answers_with(np.log([0.8]))
    two_sided, mean = worst_imbalances(answers)
    assert two_sided == pytest.approx(0.2)
    assert mean == pytest.approx(2 / 9)
    excess = abs(log_excess(answers)[0])
    assert mean == pytest.approx(2 * np.tanh(excess / 2))
    assert two_sided == pytest.approx(1 - np.exp(-excess))
    assert worst_imbalance(np.array([-two_sided])) == pytest.approx(0.2)
