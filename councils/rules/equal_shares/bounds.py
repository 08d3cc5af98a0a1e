"""Fast lower and upper bounds of what the exact ledger would say, in floating point with outward rounding.

Every balance is held as an interval. ρ grows when balances fall, so bounds of ρ come from the two ends; a relative
margin γ covers the rounding of sums of n terms that are not negative (Higham 2002, *Accuracy and Stability of
Numerical Algorithms*, § 4.2: (n−1)·u for recursive summation; γ is four times that and more).
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from councils.rules.equal_shares.ledger import Ledger, Supporters
from councils.rules.results import Number

type Floats = npt.NDArray[np.float64]

EPS = 2.0**-52


class Prices:
    """A project's supporters as arrays, and the bounds of its ρ from intervals of balances."""

    def __init__(self, supporters: Supporters, cost: Number) -> None:
        self.voters = np.array(supporters.voters, dtype=np.int64)
        self.utilities = np.array([float(utility) for utility in supporters.utilities])
        self.weights = np.array([float(weight) for weight in supporters.weights])
        self.is_uniform = len(set(supporters.utilities)) == 1
        self.has_equal_weights = set(supporters.weights) == {1}
        self.margin = (len(self.voters) + 16) * 4 * EPS
        self.cost = float(cost)

    def bounds(self, low: Floats, high: Floats) -> tuple[float, float]:
        """Return bounds (ρ⁻, ρ⁺); ρ⁻ = ∞: surely too dear; ρ⁺ = ∞: perhaps too dear."""
        least, most = low[self.voters], high[self.voters]
        ratios = least if self.is_uniform else least / self.utilities
        order = np.argsort(ratios)
        least, most = least[order], most[order]
        if not self.has_equal_weights:
            weights = self.weights[order]
            least, most = least * weights, most * weights
        rich = self._rich(order)
        have_most = np.cumsum(most)
        if have_most[-1] * (1 + self.margin) < self.cost:
            return math.inf, math.inf
        lower = self._rho(have_most, rich, self.cost * (1 - self.margin)) * (1 - self.margin)
        have_least = np.cumsum(least)
        if have_least[-1] * (1 - self.margin) < self.cost:
            return lower, math.inf
        return lower, self._rho(have_least, rich, self.cost * (1 + self.margin)) * (1 + self.margin)

    def _rich(self, order: npt.NDArray[np.int64]) -> Floats:
        """Σ w·u over each voter and all who follow in the order."""
        if self.is_uniform and self.has_equal_weights:
            return np.arange(len(order), 0.0, -1.0) * float(self.utilities[0])
        mass = (self.weights * self.utilities)[order]
        return np.cumsum(mass[::-1])[::-1]

    @staticmethod
    def _rho(have: Floats, rich: Floats, cost: float) -> float:
        """Every split into poor and rich bounds ρ from below, the right one meets it: the largest is ρ."""
        best = float(np.max((cost - have[:-1]) / rich[1:])) if len(have) > 1 else 0.0
        return max(best, cost / float(rich[0]), 0.0)


class Purses:
    """An interval for every voter's balance."""

    def __init__(self, voters: int, ledger: Ledger) -> None:
        self.low, self.high = np.zeros(voters), np.zeros(voters)
        self.load(ledger, range(voters))

    def load(self, ledger: Ledger, voters: Sequence[int]) -> None:
        """Take the balances of these voters over from the ledger, to the last digit."""
        exact, positions = np.array(ledger.floats(voters)), np.array(voters, dtype=np.int64)
        self.low[positions], self.high[positions] = exact * (1 - 2 * EPS), exact * (1 + 2 * EPS)

    def buy(self, prices: Prices, rho: tuple[float, float]) -> None:
        """Take min(bᵢ, ρ·uᵢ) from every supporter, with ρ between the two bounds."""
        voters, least, most = prices.voters, rho[0] * prices.utilities, rho[1] * prices.utilities
        low, high = self.low[voters], self.high[voters]
        self.low[voters] = np.maximum(low - most - 4 * EPS * (low + most), 0.0)
        self.high[voters] = np.maximum(high - least + 4 * EPS * (high + least), 0.0)
