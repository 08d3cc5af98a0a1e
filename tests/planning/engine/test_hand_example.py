"""Examples solved by hand; the calculation stands beside each."""

import numpy as np
import pytest

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.result import PlanResult, relative_imbalance, worst_imbalance
from planning.engine.solve import solve
from tests.planning.engine.examples import mill_and_bakery, single_row


def exact(problem: PlanProblem) -> PlanResult:
    return solve(problem, tolerance=1e-14)


def test_mill_and_bakery_with_hours_to_spare():
    """Hours do not bind, so λ = 0 and, with every flexibility 20:

    mill x₀ = 50 + 20π_f, bakery x₁ = 100 + 20π_b − 10π_f, demand c = 110 − 20π_b.
    Flour x₁/2 = x₀: 10π_b = 25π_f, so π_f = 0.4π_b. Bread c = x₁: 10 = 40π_b − 10π_f = 36π_b.
    π_b = 5/18, π_f = 1/9; x = (470/9, 940/9, 940/9); cost ((20/9)² + (40/9)² + (50/9)²)/40 = 25/18.
    """
    result = exact(mill_and_bakery(hours=170.0))
    np.testing.assert_allclose(result.x, [470 / 9, 940 / 9, 940 / 9], rtol=1e-13)
    np.testing.assert_allclose(result.duals, [1 / 9, 5 / 18, 0.0], rtol=1e-13, atol=1e-15)
    assert result.certificate.primal_value == pytest.approx(25 / 18, rel=1e-13)
    np.testing.assert_allclose(result.glut, [0, 0, 170 - 1410 / 9], atol=1e-12)
    assert result.certificate.balanced
    assert result.asked.all()  # no bands: whoever moves is asked


def test_mill_and_bakery_when_hours_bind():
    """153 hours: x₀ + x₁ = 153 and x₀ = x₁/2 give x = (51, 102), c = 102.

    Demand: 110 − 20π_b = 102, π_b = 2/5. Mill: π_f − λ = 1/20. Bakery: π_b − π_f/2 − λ = 1/10.
    So 3λ/2 = 3/10 − 1/40 = 11/40: λ = 11/60, π_f = 14/60.
    """
    result = exact(mill_and_bakery(hours=153.0))
    np.testing.assert_allclose(result.x, [51, 102, 102], rtol=1e-13)
    np.testing.assert_allclose(result.duals, [14 / 60, 2 / 5, 11 / 60], rtol=1e-12)
    np.testing.assert_allclose(result.shortfall + result.glut, 0, atol=1e-11)


def test_imbalance_before_and_after():
    """At the proposals flour is balanced, bread 10 of 110 short, 3 of 153 hours left over."""
    result = exact(mill_and_bakery(hours=153.0))
    np.testing.assert_allclose(result.imbalance_before, [0, 10 / 110, -3 / 153], rtol=1e-15)
    np.testing.assert_allclose(result.use_before, [50, 110, 150])
    np.testing.assert_allclose(result.supply_before, [50, 100, 153])
    assert worst_imbalance(result.imbalance_before) == pytest.approx(1 / 11)
    assert worst_imbalance(result.imbalance_after) < 1e-12


def test_line_waits_at_its_band_while_another_moves():
    """Demand 29 (firm), two lines at 10: 9 short. A: s 10, band 5, κ 0.5; B: s 5, no band.

    At margin 0.8 B gives 4; A's 10·0.8 = 8 exceeds its band, but 0.8 < 5/10 + 0.5: it waits at 5. Nobody asks A.
    """
    problem = single_row(
        [-1, -1, 1], proposal=[10, 10, 29], flexibility=[10, 5, 0], band=[5, 0, 0], kappa=[0.5, 0, 0]
    )
    result = exact(problem)
    np.testing.assert_allclose(result.x, [15, 14, 29], rtol=1e-13)
    assert result.duals[0] == pytest.approx(0.8)
    assert result.asked.tolist() == [False, True, False]


def test_line_moves_beyond_its_band_when_the_premium_is_worth_it():
    """One line, 12 short: s(m − κ) = 12 with s = 10, κ = 0.5, so m = 1.7 > 5/10 + 0.5."""
    problem = single_row([-1, 1], proposal=[10, 22], flexibility=[10, 0], band=[5, 0], kappa=[0.5, 0])
    result = exact(problem)
    assert result.x[0] == pytest.approx(22)
    assert result.duals[0] == pytest.approx(1.7)
    assert result.asked[0]
    # cost: 12²/20 + 0.5·(12 − 5)
    assert result.certificate.primal_value == pytest.approx(7.2 + 3.5)


def test_glut_lowers_output_by_the_same_rule():
    """12 too much: the mirror image, premium −1.7."""
    problem = single_row([-1, 1], proposal=[30, 18], flexibility=[10, 0], band=[5, 0], kappa=[0.5, 0])
    result = exact(problem)
    assert result.x[0] == pytest.approx(18)
    assert result.duals[0] == pytest.approx(-1.7)


def test_floor_above_what_is_possible_is_declared():
    """A floor of 120 against a capacity of 110: 10 short, the dual at the gap price, the line at capacity."""
    problem = single_row([-1, 1], proposal=[100, 120], lower=[0, 120], upper=[110, 130], flexibility=[10, 10])
    result = exact(problem)
    np.testing.assert_allclose(result.x, [110, 120])
    assert result.shortfall[0] == pytest.approx(10)
    assert result.duals[0] == 100
    proof = result.certificate
    assert (proof.short_rows, proof.glut_rows, proof.gaps_at_bounds) == (1, 0, True)
    assert proof.declared_gap
    assert proof.primal_value == pytest.approx(10**2 / 20 + 100 * 10)


def test_cap_of_zero_stops_what_needs_the_resource():
    """No water at all: the line that needs it stops, its clients get less, the cap is kept."""
    use = np.array([[-1.0, 1.0], [1.0, 0.0]])
    problem = PlanProblem.own(
        use, row_kind=[RowKind.PRODUCT, RowKind.RESOURCE], target=[0, 0], short_price=[50, 1000], glut_price=[50, 0],
        proposal=[10, 10], lower=[0, 0], upper=[20, 20], flexibility=[1, 1], band=[0, 0], kappa=[0, 0],
    )  # fmt: skip
    result = exact(problem)
    np.testing.assert_allclose(result.x, [0, 0], atol=1e-12)
    assert result.certificate.balanced
    assert result.duals[1] >= 0


def test_relative_imbalance_is_two_sided():
    use, supply = np.array([100.0, 80.0, 0.0, 5.0]), np.array([80.0, 100.0, 0.0, 0.0])
    np.testing.assert_allclose(relative_imbalance(use, supply), [0.2, -0.2, 0.0, 1.0])
    free = np.array([False, True, False, False])
    assert worst_imbalance(np.array([0.1, -0.5, 0, 0]), free_glut=free) == 0.1
    assert worst_imbalance(np.array([0.1, -0.5, 0, 0])) == 0.5
