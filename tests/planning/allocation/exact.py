"""The optimum by the definition alone, in forty digits: bisection on the worth of money, and its certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from planning.allocation.requests import Requests

DIGITS = 40


@dataclass(frozen=True)
class One:
    """A request, in exact figures; ``cap`` is what it can be given at most."""

    level: Decimal
    gain: Decimal  # ω e
    per_level: Decimal  # n / e
    cap: Decimal
    weight: Decimal  # n ω

    def wanted(self, worth: Decimal, power: Decimal) -> Decimal:
        """What it takes where another unit of money is worth ``worth``: ω e y^(−α) = worth, between 0 and the cap."""
        level = (self.gain / worth) ** power
        return min(max(self.per_level * (level - self.level), Decimal(0)), self.cap)


def each(requests: Requests) -> list[One]:
    """The requests in exact figures."""
    found = []
    for place in range(len(requests)):
        level, effect, size, weight = (
            Decimal(float(column[place]))
            for column in (requests.level, requests.effect, requests.size, requests.weight)
        )
        found.append(
            One(level, weight * effect, size / effect, Decimal(int(requests.most[place])), size * weight)
        )
    return found


def best(requests: Requests, envelope: int, alpha: float) -> list[Decimal]:
    """The grants at which ``Σ n ω y^(1−α)/(1−α)`` is greatest; 0 < α < ∞, not all can be given."""
    with localcontext(prec=DIGITS):
        rows, power = each(requests), 1 / Decimal(alpha)
        low, high = Decimal("1e-400"), Decimal("1e400")
        for _ in range(2000):
            worth = (low * high).sqrt()
            if sum(row.wanted(worth, power) for row in rows) > envelope:
                low = worth
            else:
                high = worth
            if high / low - 1 < Decimal("1e-33"):
                break
        return [row.wanted(high, power) for row in rows]


def welfare(requests: Requests, grants: Sequence[object], alpha: float) -> Decimal:
    """``Σ n ω y^(1−α)/(1−α)``, at 1 of logarithms."""
    with localcontext(prec=DIGITS):
        total = Decimal(0)
        for row, grant in zip(each(requests), grants, strict=True):
            level = row.level + Decimal(str(grant)) / row.per_level
            if alpha == 1:
                total += row.weight * level.ln()
            else:
                total += row.weight * level ** (1 - Decimal(alpha)) / (1 - Decimal(alpha))
        return total


def violation(requests: Requests, grants: Sequence[Decimal], alpha: float) -> Decimal:
    """By how much (as a share) some unit of money would be worth more elsewhere: 0 where Karush, Kuhn and Tucker hold."""
    with localcontext(prec=DIGITS):
        gives, takes = Decimal("inf"), Decimal(0)
        for row, grant in zip(each(requests), grants, strict=True):
            level = row.level + grant / row.per_level
            worth = row.gain * level ** -Decimal(alpha) if level else Decimal("inf")
            if grant > 0:
                gives = min(gives, worth)
            if grant < row.cap:
                takes = max(takes, worth)
        return max(takes / gives - 1, Decimal(0))
