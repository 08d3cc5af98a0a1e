"""What is counted: support with points, rankings, and projects that cost money. All numbers are exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from councils.rules.results import CountError, Number


@dataclass(frozen=True)
class Support:
    """One voter's points for options (an approval is one point); options without points stand nowhere.

    ``weight`` counts the ballot as that many equal ones; ``voter`` names it in explanations.
    """

    points: Mapping[str, Number]
    weight: Number = 1
    voter: str = ""


@dataclass(frozen=True)
class Ranking:
    """One ranking, best group first; options in a group are equal, options in no group are below all others."""

    groups: tuple[tuple[str, ...], ...]
    weight: Number = 1
    voter: str = ""


@dataclass(frozen=True)
class Portfolio:
    """Projects by identifier with their cost, the budget in the same unit, and the voters' support."""

    budget: Number
    costs: Mapping[str, Number]
    supports: Sequence[Support]

    def __post_init__(self) -> None:
        """Refuse negative money and support for unknown projects."""
        if self.budget < 0:
            raise CountError(f"The budget is {self.budget}; it cannot be negative.")
        for project, cost in self.costs.items():
            if cost < 0:
                raise CountError(f"Project {project} costs {cost}; a cost cannot be negative.")
        check_supports(self.supports, self.costs)

    def cost(self, projects: Sequence[str]) -> Number:
        """Return what the projects cost together."""
        return sum(self.costs[project] for project in projects)


def check_supports(supports: Sequence[Support], options: Mapping[str, object] | Sequence[str]) -> None:
    """Raise CountError for no ballots, weights that are not positive, negative points or unknown options."""
    if not supports:
        raise CountError("There are no ballots to count.")
    known = set(options)
    for number, support in enumerate(supports, 1):
        name = support.voter or f"number {number}"
        if support.weight <= 0:
            raise CountError(f"Ballot {name} weighs {support.weight}; a weight is positive.")
        for option, points in support.points.items():
            if option not in known:
                raise CountError(f"Ballot {name} names {option}, which is not on the ballot.")
            if points < 0:
                raise CountError(f"Ballot {name} gives {option} {points} points; points cannot be negative.")


def check_rankings(
    rankings: Sequence[Ranking], options: Sequence[str], seats: int, *, strict: bool = False
) -> None:
    """Raise CountError for what cannot be counted; ``strict`` refuses equal places as well."""
    if not rankings:
        raise CountError("There are no ballots to count.")
    check_seats(seats, options)
    known = set(options)
    for number, ranking in enumerate(rankings, 1):
        name = ranking.voter or f"number {number}"
        if ranking.weight <= 0:
            raise CountError(f"Ballot {name} weighs {ranking.weight}; a weight is positive.")
        named = [option for group in ranking.groups for option in group]
        if len(set(named)) < len(named):
            raise CountError(f"Ballot {name} ranks an option twice; every option has one place.")
        if not known.issuperset(named):
            unknown = min(set(named) - known)
            raise CountError(f"Ballot {name} names {unknown}, which is not on the ballot.")
        if strict and any(len(group) > 1 for group in ranking.groups):
            raise CountError(
                f"Ballot {name} puts several options in one place; this rule needs strict rankings. "
                "Count by schulze or ranked-pairs, which take equal places."
            )


def check_seats(seats: int, options: Sequence[str] | Mapping[str, object]) -> None:
    """Raise CountError unless there is at least one seat and an option for each."""
    if seats < 1:
        raise CountError(f"{seats} seats cannot be filled; ask for at least one.")
    if seats > len(options):
        raise CountError(f"{seats} seats cannot be filled from {len(options)} options; ask for fewer seats.")
