"""What money has brought: value added before and after, over what was granted."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """A finished grant of a ``workplace``: value added when it was asked for and now (a year), and the ``money``."""

    workplace: int
    before: float
    now: float
    money: float


def returns(outcomes: Iterable[Outcome]) -> float:
    """Return the value added gained a year per unit of money; ``outcomes`` in the order in which they were asked for.

    ``Σ (now − before) / Σ money``. A workplace with several grants gained since the first of them once, whatever it stood
    at when it asked again: counted for each, the first grant's gain would be in every later one's too.
    """
    before: dict[int, float] = {}
    now: dict[int, float] = {}
    money = 0.0
    for each in outcomes:
        before.setdefault(each.workplace, each.before)
        now[each.workplace] = each.now
        money += each.money
    return sum(now[one] - before[one] for one in now) / money
