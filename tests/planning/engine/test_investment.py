"""Investment demand through a capital matrix, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.engine import errors
from planning.engine.analysis import leontief
from planning.engine.investment import (
    InvestmentLines,
    capital_coefficients,
    investment_demand,
    with_investment,
)
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.reasons import line_terms
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy

# Grain at 2, machines at 5. Of 1 granted to farms 0.2 buys grain (seed) and 0.8 machines; to works 1 buys machines.
SHARES, PRICE = np.array([[0.2, 0.0], [0.8, 1.0]]), np.array([2.0, 5.0])
CAPITAL = np.array([[0.1, 0.0], [0.16, 0.2]])
GRANTS = np.array([50.0, 100.0])  # 5 grain; 8 + 20 machines
A = np.array([[0.2, 0.1], [0.1, 0.3]])


def lines(grants: np.ndarray, *, flexibility: float = 0.0) -> InvestmentLines:
    count = len(grants)
    return InvestmentLines(
        grants=grants, floor=np.zeros(count), ceiling=np.full(count, np.inf),
        flexibility=np.full(count, flexibility), band=np.zeros(count), kappa=np.zeros(count),
    )  # fmt: skip


def economy(*, machines: float = np.inf) -> PlanProblem:
    """Farms and works with the techniques ``A``, hours to spare, and 50 grain and 20 machines wanted."""
    use = np.array([[0.2 - 1, 0.1, 1, 0], [0.1, 0.3 - 1, 0, 1], [1, 1, 0, 0]])
    return PlanProblem.own(
        use, row_kind=[RowKind.PRODUCT, RowKind.PRODUCT, RowKind.POOL], target=[0, 0, 1e4],
        short_price=[1e3] * 3, glut_price=[1e3, 1e3, 0], proposal=[60, 60, 50, 20], lower=[0, 0, 50, 20],
        upper=[np.inf, machines, 50, 20], flexibility=[20, 20, 0, 0], band=[0] * 4, kappa=[0] * 4,
    )  # fmt: skip


def test_money_becomes_quantities():
    np.testing.assert_allclose(capital_coefficients(SHARES, PRICE), CAPITAL, rtol=1e-15)
    np.testing.assert_allclose(investment_demand(CAPITAL, GRANTS), [5.0, 28.0], rtol=1e-15)
    bought = PRICE @ investment_demand(CAPITAL, GRANTS)
    assert bought == pytest.approx(GRANTS.sum())  # all the money buys something, once


def test_grants_are_a_row_of_demand():
    """x = Ax + Bg + f: (I − A)⁻¹ = [[0.7, 0.1], [0.1, 0.8]]/0.55, Bg + f = (55, 48), x = (43.3, 43.9)/0.55."""
    problem = with_investment(economy(), CAPITAL, lines(GRANTS))
    result = solve(problem, tolerance=1e-13)
    by_hand = np.array([0.7 * 55 + 0.1 * 48, 0.1 * 55 + 0.8 * 48]) / 0.55
    np.testing.assert_allclose(result.x[:2], by_hand, rtol=1e-11)
    np.testing.assert_allclose(result.x[4:], GRANTS)
    np.testing.assert_allclose(by_hand, leontief(A, [50 + 5, 20 + 28]), rtol=1e-13)
    assert result.certificate.balanced


def test_a_shortage_of_machines_lets_grants_give_way_by_what_they_draw():
    """Works can make 60, all else needs what it needs: the grants bear it in proportion to flexibility × use.

    The farms' x₀ is free: 0.8x₀ = 0.1·60 + 50 + 0.1g₀, 0.7·60 = 0.1x₀ + 20 + 0.16g₀ + 0.2g₁. With the same flexibility s for
    both grants, g = g⁰ − s(b₀π₀ + b₁π₁ …): two equations, checked as they stand, and the margins from the premiums.
    """
    problem = with_investment(economy(machines=60.0), CAPITAL, lines(GRANTS, flexibility=100.0))
    result = solve(problem, tolerance=1e-13)
    x0, x1, g0, g1 = result.x[[0, 1, 4, 5]]
    assert x1 == pytest.approx(60.0)
    assert 0.8 * x0 == pytest.approx(0.1 * 60 + 50 + 0.1 * g0)
    assert pytest.approx(0.1 * x0 + 20 + 0.16 * g0 + 0.2 * g1) == 0.7 * 60
    grain, machine = result.duals[:2]
    assert g0 == pytest.approx(50 - 100 * (0.1 * grain + 0.16 * machine))
    assert g1 == pytest.approx(100 - 100 * 0.2 * machine)
    assert g1 < 100
    assert result.certificate.balanced
    terms = {term.row: term.amount for term in line_terms(problem, result.duals, 4)}
    assert terms == {0: pytest.approx(-0.1 * grain), 1: pytest.approx(-0.16 * machine)}


def test_a_guaranteed_grant_beyond_what_can_be_made_is_a_declared_gap():
    """60 machines less what farms and works use and 20 wanted leave 16.3 or so; 100 for works alone buy 20."""
    held = replace(lines(np.array([0.0, 100.0])), floor=np.array([0.0, 100.0]))
    result = solve(with_investment(economy(machines=60.0), CAPITAL, held), tolerance=1e-13)
    grain = (0.1 * 60 + 50) / 0.8
    assert result.shortfall[1] == pytest.approx(0.1 * grain + 20 + 20 - 0.7 * 60)
    assert result.certificate.short_rows == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_columns_draw_what_the_matrix_says(seed):
    rng = np.random.default_rng(seed)
    problem = random_economy(seed % 100)
    products = int((problem.row_kind == RowKind.PRODUCT).sum())
    capital = rng.random((products, 3)) * (rng.random((products, 3)) < 0.5)
    capital[0] += 0.01
    grants = 10 * rng.random(3)
    both = with_investment(problem, capital, lines(grants, flexibility=1.0))
    use = use_matrix(both).toarray()
    np.testing.assert_array_equal(use[:, : problem.n], use_matrix(problem).toarray())
    np.testing.assert_array_equal(use[problem.row_kind == RowKind.PRODUCT, problem.n :], capital)
    drawn = use[:products, problem.n :] @ grants
    np.testing.assert_allclose(drawn, investment_demand(capital, grants), rtol=1e-12)
    assert solve(both).certificate.worst_residual <= 1e-9


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: investment_demand([[0.1, 0.0]], [1.0, 2.0]), errors.NoCapitalData, "Destination 1 is granted 2"),
        (lambda: investment_demand([[0.1, -0.1]], [1.0, 2.0]), errors.NegativeCoefficient, "product 0"),
        (lambda: investment_demand([[0.1]], [-1.0]), errors.NegativeCoefficient, "destination 0"),
        (lambda: investment_demand([[np.nan]], [1.0]), errors.NotFinite, "capital"),
        (lambda: investment_demand([[0.1]], [np.inf]), errors.NotFinite, "grants"),
        (lambda: investment_demand([0.1], [1.0]), errors.WrongShape, "two dimensions"),
        (lambda: investment_demand([[0.1]], [1.0, 2.0]), errors.WrongShape, "grants"),
        (lambda: capital_coefficients([[0.5], [0.6]], [1.0, 1.0]), errors.OutOfRange, "destination 0 add up to 1.1"),
        (lambda: capital_coefficients([[0.5]], [0.0]), errors.NegativeCoefficient, "Product 0"),
        (lambda: with_investment(economy(), [[0.1, 0.2]], lines(GRANTS)), errors.WrongShape, "2 products"),
        (lambda: with_investment(economy(), [[0.1], [0]], lines(-GRANTS[:1])), errors.NegativeCoefficient, "grant"),
    ],
)  # fmt: skip
def test_what_says_nothing_of_investment_is_refused_by_name(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_a_destination_without_a_grant_needs_no_figures():
    np.testing.assert_array_equal(investment_demand([[0.5, 0.0]], [2.0, 0.0]), [1.0])
