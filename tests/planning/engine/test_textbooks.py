"""The figures that the textbooks print."""

import numpy as np
import pytest

from planning.engine import analysis
from planning.engine.dense import cholesky_solve
from planning.engine.errors import NotProductive
from planning.engine.rounds.anderson import slopes_from_cost_shares
from planning.engine.rounds.councils import Answers
from planning.engine.rounds.economy import Layout
from planning.engine.rounds.published import step_size


class TestMillerAndBlair:
    """Miller and Blair 2009, sections 2.3 and 2.5: two sectors, and the same with households inside."""

    flows = np.array([[150.0, 500.0], [200.0, 100.0]])
    output = np.array([1000.0, 2000.0])

    def test_coefficients_and_inverse(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        np.testing.assert_allclose(A, [[0.15, 0.25], [0.20, 0.05]], rtol=1e-15)
        printed = [[1.2541, 0.3300], [0.2640, 1.1221]]
        np.testing.assert_allclose(analysis.leontief_inverse(A), printed, atol=5e-5)

    def test_the_economy_is_productive(self):
        """Hawkins and Simon 1949: 1 − 0.15 > 0 and 0.85 · 0.95 − 0.25 · 0.20 = 0.7575 > 0, the determinant of section 2.3."""
        A = analysis.technical_coefficients(self.flows, self.output)
        assert np.linalg.det(np.eye(2) - A) == pytest.approx(0.7575)
        assert analysis.hawkins_simon(A)

    def test_a_new_final_demand(self):
        """600 and 1500 instead of 350 and 1700 need 1247.5 and 1841.6."""
        A = analysis.technical_coefficients(self.flows, self.output)
        np.testing.assert_allclose(analysis.leontief(A, np.array([350.0, 1700.0])), self.output, rtol=1e-13)
        found = analysis.leontief(A, np.array([600.0, 1500.0]))
        np.testing.assert_allclose(found, [1247.5, 1841.6], atol=0.05)

    def test_output_multipliers(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        np.testing.assert_allclose(analysis.multipliers(A), [1.518, 1.452], atol=5e-4)

    def test_households_inside(self):
        closed = np.array([[0.15, 0.25, 0.05], [0.20, 0.05, 0.40], [0.30, 0.25, 0.05]])
        printed = [[1.3651, 0.4253, 0.2509], [0.5273, 1.3481, 0.5954], [0.5698, 0.4890, 1.2885]]
        np.testing.assert_allclose(analysis.leontief_inverse(closed), printed, atol=5e-5)

    def test_income_embodied_in_a_unit(self):
        """Household income 0.30 and 0.25 of each sector's output: 0.442 and 0.380 per unit of final demand."""
        A = analysis.technical_coefficients(self.flows, self.output)
        np.testing.assert_allclose(analysis.multipliers(A, [0.30, 0.25]), [0.442, 0.380], atol=1e-3)


class TestLeontiefOnPollution:
    """Leontief 1970, tables 1 and 2: wheat and cloth, 60 grams of a pollutant, whose final demand is it?"""

    flows = np.array([[25.0, 20.0], [14.0, 6.0]])
    output, final = np.array([100.0, 50.0]), np.array([55.0, 30.0])
    grams, work = np.array([50.0, 10.0]), np.array([80.0, 180.0])

    def coefficients(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        np.testing.assert_allclose(A, [[0.25, 0.40], [0.14, 0.12]], rtol=1e-14)
        return A

    def test_inverse(self):
        printed = [[1.457, 0.662], [0.232, 1.242]]
        np.testing.assert_allclose(analysis.leontief_inverse(self.coefficients()), printed, atol=5e-4)

    def test_pollution_by_final_demand(self):
        A, per_unit = self.coefficients(), self.grams / self.output
        wheat, cloth = (analysis.embodied(A, per_unit, self.final * one) for one in np.eye(2))
        assert (wheat, cloth) == (pytest.approx(42.62, abs=0.005), pytest.approx(17.38, abs=0.005))
        assert wheat + cloth == pytest.approx(60)

    def test_labour_is_all_embodied(self):
        found = analysis.embodied(self.coefficients(), self.work / self.output, self.final)
        assert found == pytest.approx(self.work.sum())


class TestSteedmanOnValues:
    """Steedman 1977, ch. 3: iron, gold and corn from iron and labour; values 2, 1 and 4."""

    output = np.array([56.0, 48.0, 8.0])
    flows = np.array([[28.0, 16.0, 12.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    labour = np.array([56.0, 16.0, 8.0])

    def test_labour_values(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        values = analysis.multipliers(A, self.labour / self.output)
        np.testing.assert_allclose(values, [2, 1, 4], rtol=1e-14)
        net = self.output - self.flows.sum(axis=1)
        assert analysis.embodied(A, self.labour / self.output, net) == pytest.approx(80)

    def test_cost_prices_without_levies_are_values_times_the_wage(self):
        """Morishima 1973, ch. 1 and Pasinetti 1977, ch. 5: so they are where nothing but labour is paid."""
        A = analysis.technical_coefficients(self.flows, self.output)
        prices = analysis.cost_prices(A, self.labour / self.output, 2.5)
        np.testing.assert_allclose(prices, [5, 2.5, 10], rtol=1e-14)


class TestSraffaOnSubsistence:
    """Sraffa 1960, § 1: 280 wheat and 12 iron make 400 wheat, 120 wheat and 8 iron make 20 iron; 10 wheat buy 1 iron."""

    flows, output = np.array([[280.0, 120.0], [12.0, 8.0]]), np.array([400.0, 20.0])

    def test_it_just_reproduces_itself(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        assert analysis.spectral_radius(A) == pytest.approx(1, rel=1e-12)
        prices = np.array([1.0, 10.0])
        np.testing.assert_allclose(prices @ A, prices, rtol=1e-14)

    def test_it_is_not_productive(self):
        A = analysis.technical_coefficients(self.flows * [[1.01], [1.0]], self.output)
        assert not analysis.hawkins_simon(A)

    def test_there_is_nothing_for_final_demand(self):
        A = analysis.technical_coefficients(self.flows, self.output)
        with pytest.raises(NotProductive):
            analysis.leontief(A, np.array([10.0, 0.0]))


def test_the_cholesky_factors_that_textbooks_print():
    """[[4, 12, −16], [12, 37, −43], [−16, −43, 98]] = L L' with L = [[2], [6, 1], [−8, 5, 3]]; (1, 2, 3) comes back."""
    a = np.array([[4.0, 12.0, -16.0], [12.0, 37.0, -43.0], [-16.0, -43.0, 98.0]])
    found = cholesky_solve(a, np.array([-20.0, -43.0, 192.0]), 1e-14)
    np.testing.assert_allclose(found, [1, 2, 3], rtol=1e-14)
    np.testing.assert_allclose(np.tril(a), [[2, 0, 0], [6, 1, 0], [-8, 5, 3]], rtol=1e-14)


class TestHahnelOnPrices:
    """Hahnel 2021, p. 181: a price moves by min(imbalance before, 0.25) · (1.05 − 0.5^imbalance)."""

    def test_steps(self):
        """Imbalances 1 and 0.5 after at least 0.25 before: 0.25 · 0.55 and 0.25 · (1.05 − √½); 0: the floor."""
        found = step_size(np.array([1.0, 0.5, 0.0]), np.array([0.25, 0.25, 0.01]))
        np.testing.assert_allclose(found, [0.1375, 0.25 * (1.05 - 0.5**0.5), 0.001], rtol=1e-14)

    def test_cost_shares_are_elasticities_of_a_cobb_douglas_council(self):
        """10 made with 5, at prices of 1: returns and share 1/2, so log Q moves by e₀ − e₁ and the input by twice that.

        log Q = ½ log x + …, x = ½ p₀Q/p₁: log Q = log p₀ − log p₁ + …; 4 finally used, by a fixed share of what is spent.
        """
        layout = Layout(*(np.array(v) for v in ([0.0, 5.0], [0], [0, 1], [1], [0])))
        one = np.ones(1)
        answers = Answers(
            10 * one, 5 * one, one, np.array([[4.0]]), np.array([10.0, 5.0]), np.array([4.0, 5.0])
        )
        slopes = slopes_from_cost_shares(layout, np.ones(2), answers)
        np.testing.assert_allclose(slopes.supply, [[10, -10], [0, 0]], atol=1e-12)
        np.testing.assert_allclose(slopes.use, [[-4, 0], [10, -10]], atol=1e-12)
