"""Utilitarian greedy: projects in the order of utility for their money, each if it still fits."""

from fractions import Fraction
from itertools import groupby

from councils.rules.ballots import Portfolio
from councils.rules.results import BY_IDENTIFIER, Count, CountError, Number, Step, Tie, TieBreak
from councils.rules.utilities import UTILITIES


def greedy(portfolio: Portfolio, *, utility: str = "cost", tie_break: TieBreak = BY_IDENTIFIER) -> Count:
    """Take projects by Σ utility / cost, largest first, and skip what no longer fits (Talmon and Faliszewski 2019).

    With the utility ``cost`` that is the order of the number of voters who support it, as most cities do it.
    Raises CountError for an unknown utility.
    """
    if utility not in UTILITIES:
        raise CountError(f"{utility} is no utility; choose among {', '.join(UTILITIES)}.")
    value = utilities(portfolio, utility)
    left = portfolio.budget
    winners, steps, ties = list[str](), list[Step](), list[Tie]()
    free = [project for project, cost in portfolio.costs.items() if cost == 0]
    density = {
        project: Fraction(value[project]) / cost for project, cost in portfolio.costs.items() if cost > 0
    }
    order = sorted(density, key=lambda project: (-density[project], tie_break.place(project)))
    groups = [list(group) for _, group in groupby(order, key=density.__getitem__)]
    for group in [*([tie_break.sorted(free)] if free else []), *groups]:
        fitting = [project for project in group if portfolio.costs[project] <= left]
        before = len(winners)
        for project in group:
            fits = portfolio.costs[project] <= left
            left -= portfolio.costs[project] if fits else 0
            winners += [project] if fits else []
            steps.append(
                {
                    "step": len(steps) + 1,
                    "project": project,
                    "utility": value[project],
                    "utility_per_money": density.get(project),
                    "cost": portfolio.costs[project],
                    "taken": fits,
                    "budget_left": left,
                }
            )
        if len(winners) - before < len(fitting):
            chosen = tuple(winners[before:])
            ties.append(Tie("the budget's end", tuple(fitting), chosen, tie_break.name))
    facts = {"utility": utility, "budget": portfolio.budget, "cost": portfolio.cost(winners)}
    return Count("greedy", tuple(winners), tuple(steps), tuple(ties), facts)


def utilities(portfolio: Portfolio, utility: str) -> dict[str, Number]:
    """Return Σ weight · utility over the voters who support each project."""
    measure = UTILITIES[utility]
    found: dict[str, Number] = dict.fromkeys(portfolio.costs, 0)
    for support in portfolio.supports:
        for project, points in support.points.items():
            if points > 0:
                found[project] += support.weight * measure(support, project, portfolio.costs[project])
    return found
