"""The portfolio with the greatest sum of utilities: a knapsack, solved exactly."""

from fractions import Fraction
from math import lcm

from councils.rules.ballots import Portfolio
from councils.rules.greedy import utilities
from councils.rules.results import BY_IDENTIFIER, Count, CountError, TieBreak
from councils.rules.utilities import UTILITIES

MOST_STATES = 5_000_000

type State = tuple[int, int, "Chosen"]
type Chosen = tuple[int, Chosen] | None
type Items = list[tuple[int, int, str]]


def max_welfare(portfolio: Portfolio, *, utility: str = "cost", tie_break: TieBreak = BY_IDENTIFIER) -> Count:
    """Return projects within the budget with the largest Σ utility (Talmon and Faliszewski 2019, "max" rules).

    The list of undominated states (cost, utility) of Nemhauser and Ullmann (1969), cut by the bound of the relaxed
    knapsack (Dantzig 1957). Of several best portfolios it takes the cheapest, then the one found first in the
    tie-break's order. Raises CountError for an unknown utility or an election too large to solve.
    """
    if utility not in UTILITIES:
        raise CountError(f"{utility} is no utility; choose among {', '.join(UTILITIES)}.")
    value = utilities(portfolio, utility)
    scale = lcm(*(Fraction(number).denominator for number in [portfolio.budget, *portfolio.costs.values()]))
    worth = lcm(*(Fraction(number).denominator for number in value.values()))
    items = [
        (int(cost * scale), int(value[project] * worth), project)
        for project, cost in portfolio.costs.items()
        if value[project] > 0 and cost <= portfolio.budget
    ]
    items.sort(
        key=lambda item: (-Fraction(item[1], item[0]) if item[0] else Fraction(-1), tie_break.place(item[2]))
    )
    items.sort(key=lambda item: item[0] > 0)
    best = _solve(items, int(portfolio.budget * scale))
    winners = [items[place][2] for place in _places(best[2])]
    steps = tuple(
        {"step": number, "project": project, "cost": portfolio.costs[project], "utility": value[project]}
        for number, project in enumerate(winners, 1)
    )
    facts = {
        "utility": utility,
        "budget": portfolio.budget,
        "cost": portfolio.cost(winners),
        "optimum": Fraction(best[1], worth),
    }
    return Count("max-welfare", tuple(winners), steps, (), facts)


def _solve(items: Items, budget: int) -> State:
    """Return the best state; states are kept in the order of cost, each worth more than all before it."""
    states: list[State] = [(0, 0, None)]
    least = _rounded_down(items, 0, budget)
    for place, (cost, value, _) in enumerate(items):
        taken = [(c + cost, v + value, (place, chosen)) for c, v, chosen in states if c + cost <= budget]
        merged, most = [], -1
        for state in sorted([*states, *taken], key=lambda state: (state[0], -state[1])):
            if state[1] > most and state[1] + _relaxed(items, place + 1, budget - state[0]) >= least:
                most = state[1]
                merged.append(state)
        states = merged
        if len(states) > MOST_STATES:
            raise CountError(
                "This election is too large for max-welfare; count it by greedy or equal-shares."
            )
        densest = max(states, key=lambda state: state[1] + _relaxed(items, place + 1, budget - state[0]))
        least = max(least, densest[1] + _rounded_down(items, place + 1, budget - densest[0]))
    return max(states, key=lambda state: (state[1], -state[0]))


def _relaxed(items: Items, start: int, left: int) -> int:
    """An upper bound of what ``left`` can still buy from ``start`` on: the last project may be bought in part."""
    total = 0
    for cost, value, _ in items[start:]:
        if cost > left:
            return total + value * left // cost
        total, left = total + value, left - cost
    return total


def _rounded_down(items: Items, start: int, left: int) -> int:
    """What greedy buys for ``left`` from ``start`` on."""
    total = 0
    for cost, value, _ in items[start:]:
        if cost <= left:
            total, left = total + value, left - cost
    return total


def _places(chosen: Chosen) -> list[int]:
    found = []
    while chosen is not None:
        found.append(chosen[0])
        chosen = chosen[1]
    return found[::-1]
