"""One run of Equal Shares from given endowments: which project is bought next, decided exactly.

Bounds in floating point decide where they are apart; where they overlap, the purchases so far are entered in the
exact ledger, the bounds drawn anew from it, and what still overlaps is compared as fractions. A project's ρ never
falls, so an old lower bound remains one, and only projects whose bound is reached are looked at again.
"""

import heapq
import math
from collections.abc import Mapping
from fractions import Fraction

from councils.rules.equal_shares.bounds import Prices, Purses
from councils.rules.equal_shares.ledger import Ledger, Supporters
from councils.rules.results import Number, Ties

type Bounds = tuple[float, float]


class Market:
    """What stays the same from run to run: supporters, costs and their arrays."""

    def __init__(
        self, voters: int, costs: Mapping[str, Number], supporters: Mapping[str, Supporters]
    ) -> None:
        self.voters, self.supporters = voters, supporters
        self.costs = {project: costs[project] for project in supporters}
        self.prices = {project: Prices(found, costs[project]) for project, found in supporters.items()}
        self.weight = {project: sum(found.weights) for project, found in supporters.items()}
        self.at_first = {project: self._first(project) for project in supporters}

    def _first(self, project: str) -> float:
        """A lower bound of ρ while nobody has paid anything: cost / Σ w·u."""
        found = self.supporters[project]
        mass = sum(w * u for w, u in zip(found.weights, found.utilities, strict=True))
        return float(Fraction(self.costs[project]) / mass) * (1 - 2.0**-50)


class Auction:
    """One run: ``bought`` grows until no project left can be paid for by its supporters."""

    def __init__(self, market: Market, endowment: Number, ties: Ties) -> None:
        self.market, self.ties = market, ties
        self.ledger = Ledger(market.voters, endowment)
        self.purses = Purses(market.voters, self.ledger)
        self.bought: list[str] = []
        self.entered = 0
        self.heap = [
            (market.at_first[project], project)
            for project, cost in market.costs.items()
            if market.weight[project] * endowment >= cost
        ]
        heapq.heapify(self.heap)

    def run(self) -> list[str]:
        """Return the projects bought, in order."""
        while (project := self._next()) is not None:
            self.bought.append(project[0])
            self.purses.buy(self.market.prices[project[0]], project[1])
        return self.bought

    def _next(self) -> tuple[str, Bounds] | None:
        found = self._candidates()
        if not found:
            return None
        if self._is_open(found) and self.entered < len(self.bought):
            self._enter()
            found = {project: self._bounds(project) for project in found}
            found = self._put_back(found)
        if not self._is_open(found):
            return next(iter(found.items()), None)
        return self._decide_exactly(found)

    @staticmethod
    def _is_open(found: Mapping[str, Bounds]) -> bool:
        return len(found) > 1 or any(upper == math.inf for _, upper in found.values())

    def _candidates(self) -> dict[str, Bounds]:
        """Return all projects that may have the least ρ; they leave the heap, the others stay."""
        found: dict[str, Bounds] = {}
        best = math.inf
        while self.heap and self.heap[0][0] <= best:
            _, project = heapq.heappop(self.heap)
            lower, upper = self._bounds(project)
            if lower < math.inf:
                found[project] = (lower, upper)
                best = min(best, upper)
        return self._put_back(found)

    def _put_back(self, found: dict[str, Bounds]) -> dict[str, Bounds]:
        """Keep those whose lower bound reaches the least upper bound; the others return to the heap."""
        best = min((upper for _, upper in found.values()), default=math.inf)
        kept = {}
        for project, (lower, upper) in found.items():
            if lower == math.inf:
                continue
            if lower <= best:
                kept[project] = (lower, upper)
            else:
                heapq.heappush(self.heap, (lower, project))
        return kept

    def _bounds(self, project: str) -> Bounds:
        return self.market.prices[project].bounds(self.purses.low, self.purses.high)

    def _enter(self) -> None:
        """Repeat in the exact ledger what was bought since it was last used, and take its balances over."""
        paid: set[int] = set()
        for project in self.bought[self.entered :]:
            supporters = self.market.supporters[project]
            rho = self.ledger.rho(supporters, self.market.costs[project])
            if rho is None:
                raise ArithmeticError(
                    f"The bounds let {project} be bought although its supporters cannot pay."
                )
            self.ledger.buy(project, supporters, rho)
            paid.update(supporters.voters)
        self.entered = len(self.bought)
        self.purses.load(self.ledger, sorted(paid))

    def _decide_exactly(self, found: dict[str, Bounds]) -> tuple[str, Bounds] | None:
        exact = {
            project: rho
            for project in found
            if (rho := self.ledger.rho(self.market.supporters[project], self.market.costs[project]))
            is not None
        }
        if not exact:
            return self._next()
        least = min(exact.values())
        equal = [project for project, rho in exact.items() if rho == least]
        chosen = self.ties.first(equal, f"purchase {len(self.bought) + 1}")
        for project in exact:
            if project != chosen:
                heapq.heappush(self.heap, (found[project][0], project))
        value = float(least)
        return chosen, (value * (1 - 2.0**-51), value * (1 + 2.0**-51))
