"""Councils' answers are their optimum, whatever the technology, and the slopes are theirs."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.problem import Floats
from planning.engine.rounds.councils import Answers, BestReplies, Question, log_effort_needed
from planning.engine.rounds.economy import CouncilEconomy, Technology
from planning.engine.rounds.generate import Size, generate

SMALL = Size(3, 2, 4, 2, 2, councils_per_product=12, consumers=30)


def mixed(seed: int = 3) -> CouncilEconomy:
    """Half of the councils in fixed proportions."""
    economy = generate(seed, SMALL)
    technology = np.arange(economy.workers) % 2 * int(Technology.LEONTIEF)
    return replace(economy, technology=technology)


def prices_of(economy: CouncilEconomy) -> Floats:
    return np.random.default_rng(9).uniform(400.0, 900.0, economy.goods)


def payoff(economy: CouncilEconomy, prices: Floats, output: Floats, inputs: Floats) -> Floats:
    """Turnover minus inputs minus the effort that the production function asks for: no formula of the optimum."""
    effort = np.exp(log_effort_needed(economy, output, inputs))
    costs = economy.layout.per_council(prices[economy.input_good] * inputs)
    return prices[economy.product] * output - costs - economy.effort_cost * effort**economy.effort_power


def test_the_production_function_by_hand() -> None:
    """2 = 1 · e^0.5 · 4^0.25 · 1^0.25 needs e = 2; in proportions 1 : 1 of 4 and 1 only 1 counts (twice ½)."""
    arrays = {
        "endowment": [0.0, 9.0, 9.0], "product": [0], "scale": [1.0], "effort_share": [0.5], "effort_cost": [1.0],
        "effort_power": [3.0], "input_ptr": [0, 2], "input_good": [1, 2], "input_share": [0.25, 0.25],
        "entitlement": [1.0], "taste": [[1.0]], "wanted_good": [0],
    }  # fmt: skip
    substituting = CouncilEconomy.build(**arrays)
    inputs = np.array([4.0, 1.0])
    np.testing.assert_allclose(np.exp(log_effort_needed(substituting, np.array([2.0]), inputs)), 2.0)
    proportional = CouncilEconomy.build(**arrays, technology=[1])
    np.testing.assert_allclose(np.exp(log_effort_needed(proportional, np.array([2.0]), inputs)), 4.0)


def test_nobody_can_do_better_by_anything_else() -> None:
    economy = mixed()
    prices, rng = prices_of(economy), np.random.default_rng(1)
    best = BestReplies(economy).answer(Question(prices))
    reached = payoff(economy, prices, best.output, best.inputs)
    turnover = prices[economy.product] * best.output
    np.testing.assert_allclose(reached, (1.0 - economy.returns) * turnover, rtol=1e-9)
    for spread in (0.001, 0.05, 0.5):
        for _ in range(50):
            output = best.output * np.exp(rng.normal(0.0, spread, economy.workers))
            inputs = best.inputs * np.exp(rng.normal(0.0, spread, len(best.inputs)))
            assert (payoff(economy, prices, output, inputs) <= reached + 1e-9 * turnover).all()


def test_consumers_spend_their_entitlement() -> None:
    economy = mixed()
    prices = prices_of(economy)
    demands = BestReplies(economy).answer(Question(prices)).demands
    np.testing.assert_allclose(demands @ prices[economy.wanted_good], economy.entitlement, rtol=1e-12)


def test_slopes_are_the_differences_of_answers() -> None:
    economy = mixed()
    councils, prices, step = BestReplies(economy), prices_of(economy), 1e-5
    slopes = councils.answer(Question(prices), slopes=True).slopes
    for good in range(economy.goods):
        moved = np.exp(step * (np.arange(economy.goods) == good))
        up, down = (councils.answer(Question(prices * move)) for move in (moved, 1.0 / moved))
        for found, name in ((slopes.supply, "supply"), (slopes.use, "use")):
            wanted = (getattr(up, name) - getattr(down, name)) / (2.0 * step)
            np.testing.assert_allclose(found[:, good], wanted, rtol=1e-6, atol=1e-6 * np.abs(wanted).max())


def test_the_excess_is_the_slope_of_a_convex_potential() -> None:
    """docs/rounds.md: ``∂/∂q_g [Σ (1 − θ) p Q + Σ p · endowment − Σ spending · q] = p_g (supply − use)_g``."""
    economy = mixed()
    councils, q = BestReplies(economy), np.log(prices_of(economy))

    def potential(q: Floats) -> float:
        answers = councils.answer(Question(np.exp(q)))
        surplus = (1.0 - economy.returns) * np.exp(q)[economy.product] * answers.output
        spent = np.bincount(economy.wanted_good, economy.spending.sum(axis=0), economy.goods)
        return float(surplus.sum() + economy.endowment @ np.exp(q) - spent @ q)

    answers = councils.answer(Question(np.exp(q)), slopes=True)
    value = np.exp(q) * (answers.supply - answers.use)
    for good in range(economy.goods):
        step = 1e-5 * (np.arange(economy.goods) == good)
        slope = (potential(q + step) - potential(q - step)) / 2e-5
        assert slope == pytest.approx(value[good], rel=1e-5, abs=1e-5 * np.abs(value).max())
    curvature = np.exp(q)[:, None] * (answers.slopes.supply - answers.slopes.use)
    np.testing.assert_allclose(curvature, curvature.T, rtol=1e-9, atol=1e-9 * np.abs(curvature).max())
    assert np.linalg.eigvalsh(curvature).min() > 0


def test_below_its_fixed_cost_a_council_makes_nothing() -> None:
    economy = mixed()
    free = BestReplies(economy).answer(Question(prices_of(economy)))
    surplus = (1.0 - economy.returns) * prices_of(economy)[economy.product] * free.output
    closed = replace(economy, fixed_cost=np.full(economy.workers, np.median(surplus)))
    answers: Answers = BestReplies(closed).answer(Question(prices_of(economy)), slopes=True)
    shut = surplus < np.median(surplus)
    assert 0 < shut.sum() < economy.workers
    np.testing.assert_array_equal(answers.output, np.where(shut, 0.0, free.output))
    assert (answers.inputs[shut[economy.layout.owner]] == 0).all()
    assert (answers.effort[shut] == 0).all()
    assert np.isfinite(answers.slopes.use).all()
