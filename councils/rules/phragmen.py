"""Sequential Phragmén: money comes in evenly; what its supporters can pay for first is bought first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from councils.rules.ballots import Portfolio, Support, check_seats
from councils.rules.results import BY_IDENTIFIER, Count, Number, Step, TieBreak, Ties


class Loads:
    """Every voter's load: what they have paid, which is the load of the last winner they support.

    So it is enough to count, for every option, its supporters' weight by their last winner. Loads are whole
    numbers over one common denominator.
    """

    def __init__(self, supports: Sequence[Support], costs: Mapping[str, Number]) -> None:
        self.costs, self.weights = costs, [support.weight for support in supports]
        self.supporters: dict[str, list[int]] = {option: [] for option in costs}
        self.approved = [
            [option for option, points in support.points.items() if points > 0 and option in costs]
            for support in supports
        ]
        for voter, approved in enumerate(self.approved):
            for option in approved:
                self.supporters[option].append(voter)
        self.total = {
            option: sum(self.weights[voter] for voter in voters) for option, voters in self.supporters.items()
        }
        self.unit, self.loads = 1, [0]
        self.last = [0] * len(supports)
        self.by_last: dict[str, dict[int, Number]] = {
            option: {0: total} for option, total in self.total.items()
        }

    def load_with(self, option: str) -> Fraction:
        """Return (cost + Σ w·load) / Σ w over the supporters: what each bears if the option is bought now."""
        borne = sum(weight * self.loads[last] for last, weight in self.by_last[option].items())
        return Fraction(self.costs[option] * self.unit + borne) / (self.total[option] * self.unit)

    def buy(self, option: str, load: Fraction) -> None:
        """Raise all supporters of the option to the load."""
        unit = lcm(self.unit, load.denominator)
        if unit > self.unit:
            self.loads = [known * (unit // self.unit) for known in self.loads]
            self.unit = unit
        self.loads.append(load.numerator * (unit // load.denominator))
        place = len(self.loads) - 1
        for voter in self.supporters[option]:
            weight, before = self.weights[voter], self.last[voter]
            for other in self.approved[voter]:
                counts = self.by_last[other]
                counts[before] -= weight
                counts[place] = counts.get(place, 0) + weight
            self.last[voter] = place


def phragmen(portfolio: Portfolio, *, tie_break: TieBreak = BY_IDENTIFIER) -> Count:
    """Buy in the order in which supporters can pay, until the next purchase would exceed the budget.

    Load of project p: (cost + Σ loads of its supporters) / number of supporters; the least is bought and its
    supporters bear that load (Los, Christoff and Grossi 2022, "Proportional Budget Allocations", after Phragmén
    1894). It stops at the first project, or tie with a project, that does not fit in what is left.
    """
    costs = {project: cost for project, cost in portfolio.costs.items() if cost <= portfolio.budget}
    loads, ties = Loads(portfolio.supports, costs), Ties(tie_break)
    winners, steps, left = list[str](), list[Step](), portfolio.budget
    while found := _least(loads, winners):
        load, equal = found
        over = tie_break.sorted(project for project in equal if costs[project] > left)
        if over:
            steps.append({"step": len(steps) + 1, "stopped_at": over, "load": load, "budget_left": left})
            break
        project = ties.first(equal, f"purchase {len(winners) + 1}")
        loads.buy(project, load)
        winners.append(project)
        left -= costs[project]
        steps.append(
            {
                "step": len(winners),
                "bought": project,
                "cost": costs[project],
                "load": load,
                "supporters": loads.total[project],
                "budget_left": left,
            }
        )
    facts = {"budget": portfolio.budget, "cost": portfolio.cost(winners)}
    return Count("phragmen", tuple(winners), tuple(steps), tuple(ties.found), facts)


def phragmen_committee(
    supports: Sequence[Support], options: Sequence[str], *, seats: int, tie_break: TieBreak = BY_IDENTIFIER
) -> Count:
    """Fill ``seats`` by approvals so that every seat's cost of 1 is shared evenly (Phragmén 1894; Brill et al. 2024).

    When nobody supports an option that is left, the tie-break fills the seats that remain.
    """
    check_seats(seats, options)
    Portfolio(len(options), dict.fromkeys(options, 1), supports)
    loads, ties = Loads(supports, dict.fromkeys(options, 1)), Ties(tie_break)
    winners, steps = list[str](), list[Step]()
    while len(winners) < seats and (found := _least(loads, winners)):
        load, equal = found
        option = ties.first(equal, f"seat {len(winners) + 1}")
        loads.buy(option, load)
        winners.append(option)
        steps.append(
            {"step": len(winners), "elected": option, "load": load, "supporters": loads.total[option]}
        )
    if len(winners) < seats:
        rest = [option for option in options if option not in winners]
        for option in ties.take(rest, seats - len(winners), "seats that nobody's support decides"):
            winners.append(option)
            steps.append({"step": len(winners), "elected": option, "supporters": 0})
    return Count("phragmen", tuple(winners), tuple(steps), tuple(ties.found), {"seats": seats})


def _least(loads: Loads, winners: Sequence[str]) -> tuple[Fraction, list[str]] | None:
    left = [option for option, total in loads.total.items() if total > 0 and option not in winners]
    if not left:
        return None
    found = {option: loads.load_with(option) for option in left}
    least = min(found.values())
    return least, [option for option in left if found[option] == least]
