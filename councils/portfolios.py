"""How each project of a portfolio fared in its count: when it was chosen and for how much, or what it lacked. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from councils import questions
from councils.choice_counting import portfolio_of
from councils.choices import Choice
from councils.rules.equal_shares import equal_shares, payments
from councils.rules.greedy import greedy
from councils.rules.results import TieBreak


@dataclass(frozen=True)
class Bid:
    """One project in a count. Money is in the units of the question's costs.

    ``votes`` approve it (weights added up). Chosen, ``step`` says as which one, and under Equal Shares ``most_paid`` what one
    vote paid at most. Not chosen, ``missing`` is what it lacked: under Equal Shares ``cost`` less the ``left`` that those who
    approve it still had together, under greedy ``cost`` less the ``left`` of the budget at its turn; None where nobody
    approves it.
    """

    cost: int
    votes: int
    step: int | None = None
    most_paid: Fraction | None = None
    left: Fraction | None = None
    is_by_shares: bool = True

    @property
    def missing(self) -> Fraction | None:
        """What a project that was not chosen lacked."""
        return None if self.left is None else self.cost - self.left


def bids(
    rule: str, params: Mapping[str, Any], weighed: Iterable[tuple[Choice, int]], lot: TieBreak
) -> dict[str, Bid]:
    """Count a portfolio's votes anew by its ``rule`` and return by code how each project fared.

    ``weighed`` are lists of the codes that a vote approves, with its weight; blank ones are left out, as in the count.
    """
    same = Counter[tuple[str, ...]]()
    for choice, weight in weighed:
        same[tuple(choice)] += weight
    is_by_shares = rule == questions.EQUAL_SHARES
    asked: list[tuple[Choice, int]] = [(list(choice), weight) for choice, weight in same.items() if choice]
    votes = {code: sum(weight for choice, weight in asked if code in choice) for code in params["costs"]}
    if not asked:
        return {code: Bid(cost, 0, is_by_shares=is_by_shares) for code, cost in params["costs"].items()}
    count = _by_shares if is_by_shares else _by_votes
    found = count(params, asked, lot)
    return {
        code: Bid(
            cost, votes[code], is_by_shares=is_by_shares, **(found.get(code, {}) if votes[code] else {})
        )
        for code, cost in params["costs"].items()
    }


def _by_shares(
    params: Mapping[str, Any], asked: Sequence[tuple[Choice, int]], lot: TieBreak
) -> dict[str, dict[str, Any]]:
    portfolio = portfolio_of(params, asked)
    count = equal_shares(portfolio, completion=params["completion"], tie_break=lot)
    paid: dict[int, Fraction] = {}
    for each in payments(portfolio, count).values():
        for voter, amount in each.items():
            paid[voter] = paid.get(voter, Fraction(0)) + amount
    endowment = Fraction(count.facts["endowment"])
    purses = [endowment * one.weight - paid.get(voter, 0) for voter, one in enumerate(portfolio.supports)]
    bought = {step["bought"]: step for step in count.steps}
    return {
        code: {"step": bought[code]["step"], "most_paid": bought[code]["most_paid"]}
        if code in bought
        else {"left": sum((purse for purse, one in zip(purses, portfolio.supports, strict=True) if code in one.points),
                          Fraction(0))}
        for code in portfolio.costs
    }  # fmt: skip


def _by_votes(
    params: Mapping[str, Any], asked: Sequence[tuple[Choice, int]], lot: TieBreak
) -> dict[str, dict[str, Any]]:
    count = greedy(portfolio_of(params, asked), tie_break=lot)
    return {
        step["project"]: {"step": count.winners.index(step["project"]) + 1}
        if step["taken"]
        else {"left": Fraction(step["budget_left"])}
        for step in count.steps
    }
