"""What every voter still has, exactly: whole numbers over a common denominator."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm

from councils.rules.results import Number


@dataclass(frozen=True)
class Supporters:
    """Who supports a project: positions of voters, their utility from it, their weights."""

    voters: tuple[int, ...]
    utilities: tuple[Number, ...]
    weights: tuple[Number, ...]


@dataclass(frozen=True)
class Purchase:
    """One project bought at ``rho`` (money per unit of utility).

    ``paid`` by supporter, for one unit of weight, in parts of which ``unit`` make one unit of money.
    ``in_full`` supporters paid ρ·u, the others all they had left.
    """

    project: str
    rho: Fraction
    paid: tuple[int, ...]
    unit: int
    in_full: int


class Ledger:
    """Balances per unit of weight; everyone begins with ``endowment``.

    The common denominator ``unit`` grows with every purchase; a balance is brought up to it when it is next used.
    """

    def __init__(self, voters: int, endowment: Number) -> None:
        start = Fraction(endowment)
        self.unit = start.denominator
        self._balances = [start.numerator] * voters
        self._units = [self.unit] * voters

    def balances(self, voters: Sequence[int]) -> list[int]:
        """Return the balances of these voters in parts of which ``unit`` make one unit of money."""
        factors: dict[int, int] = {}
        found = []
        for voter in voters:
            unit = self._units[voter]
            if unit is not self.unit:
                if unit not in factors:
                    factors[unit] = self.unit // unit
                self._balances[voter] *= factors[unit]
                self._units[voter] = self.unit
            found.append(self._balances[voter])
        return found

    def floats(self, voters: Sequence[int]) -> list[float]:
        """Return the balances of these voters, rounded once."""
        known: dict[int, float] = {}
        return [
            known[balance] if balance in known else known.setdefault(balance, balance / self.unit)
            for balance in self.balances(voters)
        ]

    def rho(self, supporters: Supporters, cost: Number) -> Fraction | None:
        """Return the least ρ with Σ wᵢ·min(bᵢ, ρ·uᵢ) = cost; None if the supporters cannot pay it.

        With the supporters in the order of b/u, it is (cost − Σ_{poor} w·b) / Σ_{rich} w·u for the first split at
        which the poorest of the rich can pay its ρ·u.
        """
        balances, target = self.balances(supporters.voters), cost * self.unit
        is_uniform = len(set(supporters.utilities)) == 1
        rows = sorted(
            (balance if is_uniform else Fraction(balance) / utility, weight, balance, utility)
            for balance, utility, weight in zip(
                balances, supporters.utilities, supporters.weights, strict=True
            )
        )
        poor = [0, *accumulate(weight * balance for _, weight, balance, _ in rows)]
        if poor[-1] < target:
            return None
        rich = [0, *accumulate(weight * utility for _, weight, _, utility in rows)]

        def reaches(place: int) -> bool:
            balance, utility = rows[place][2:]
            return (poor[place] - target) * utility + balance * (rich[-1] - rich[place]) >= 0

        first = bisect_left(range(len(rows)), True, key=reaches)  # noqa: FBT003
        return Fraction(target - poor[first]) / (rich[-1] - rich[first]) / self.unit

    def buy(self, project: str, supporters: Supporters, rho: Fraction) -> Purchase:
        """Take min(bᵢ, ρ·uᵢ) from every supporter and return what each paid."""
        prices = {utility: rho * utility for utility in set(supporters.utilities)}
        unit = lcm(self.unit, *(price.denominator for price in prices.values()))
        if unit > self.unit:
            self.unit = unit
        whole = {utility: price.numerator * (unit // price.denominator) for utility, price in prices.items()}
        paid, in_full = [], 0
        balances = self.balances(supporters.voters)
        for voter, utility, balance in zip(supporters.voters, supporters.utilities, balances, strict=True):
            price = whole[utility]
            amount = min(balance, price)
            in_full += amount == price
            self._balances[voter] = balance - amount
            paid.append(amount)
        return Purchase(project, rho, tuple(paid), unit, in_full)
