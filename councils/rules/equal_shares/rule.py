"""The rule as a whole: endowments, completion, and the exact account of every purchase."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from councils.rules.ballots import Portfolio, Support
from councils.rules.equal_shares.auction import Auction, Market
from councils.rules.equal_shares.ledger import Ledger, Purchase, Supporters
from councils.rules.results import BY_IDENTIFIER, Count, CountError, Number, Step, Tie, TieBreak, Ties
from councils.rules.utilities import UTILITIES

COMPLETIONS = ("none", "1pct", "add1", "1pct-until-overspend", "add1-until-overspend")
MOST_ROUNDS = 1_000_000

type Run = tuple[Number, list[str], list[Tie]]


def equal_shares(
    portfolio: Portfolio,
    *,
    utility: str = "cost",
    completion: str = "none",
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Buy projects with equal shares of the budget, each time the one that costs its supporters least per utility.

    Every voter begins with b = budget / Σ weights. Of the projects that their supporters can pay for, buy the one
    with the least ρ, where Σ wᵢ·min(bᵢ, ρ·uᵢ(p)) = cost(p); supporter i pays min(bᵢ, ρ·uᵢ(p)) per unit of weight
    (Peters, Pierczyński and Skowron 2021, "Proportional Participatory Budgeting with Additive Utilities", § 3).

    ``utility``: a key of UTILITIES. ``completion``: ``none``; ``add1`` and ``1pct`` raise every endowment by one unit
    of money or 1 % of b and begin anew, until an outcome leaves no supported project that fits in the budget, or,
    when one costs more than the budget, take the outcome before it; ``…-until-overspend`` goes on in the first case.
    Raises CountError for an unknown name or ballots without the points that the utility needs.
    """
    _check(utility, completion)
    supporters = _supporters(portfolio, UTILITIES[utility])
    market = Market(len(portfolio.supports), portfolio.costs, supporters)
    voters = sum(support.weight for support in portfolio.supports)
    share = Fraction(portfolio.budget) / voters
    endowment, bought, ties, rounds = _complete(portfolio, market, share, completion, tie_break)
    facts: Step = {
        "utility": utility,
        "completion": completion,
        "budget": portfolio.budget,
        "voters": voters,
        "endowment": endowment,
        "endowment_at_first": share,
        "rounds_of_completion": rounds,
        "cost": portfolio.cost(bought),
    }
    purchases = list(_purchases(portfolio, supporters, endowment, bought))
    steps = tuple(_steps(portfolio, supporters, purchases))
    return Count("equal-shares", tuple(bought), steps, tuple(ties), facts)


def payments(portfolio: Portfolio, count: Count) -> dict[str, dict[int, Fraction]]:
    """Return what each ballot (by its position) paid for each winner, exactly, weights included."""
    supporters = _supporters(portfolio, UTILITIES[str(count.facts["utility"])])
    found = {}
    for purchase in _purchases(portfolio, supporters, count.facts["endowment"], count.winners):
        group = supporters[purchase.project]
        found[purchase.project] = {
            voter: Fraction(paid, purchase.unit) * weight
            for voter, weight, paid in zip(group.voters, group.weights, purchase.paid, strict=True)
        }
    return found


def _check(utility: str, completion: str) -> None:
    if utility not in UTILITIES:
        raise CountError(f"{utility} is no utility; choose among {', '.join(UTILITIES)}.")
    if completion not in COMPLETIONS:
        raise CountError(f"{completion} is no completion; choose among {', '.join(COMPLETIONS)}.")


def _supporters(
    portfolio: Portfolio, utility: Callable[[Support, str, Number], Number]
) -> dict[str, Supporters]:
    rows: dict[str, list[tuple[int, Number, Number]]] = {project: [] for project in portfolio.costs}
    for voter, support in enumerate(portfolio.supports):
        for project, points in support.points.items():
            value = utility(support, project, portfolio.costs[project]) if points > 0 else 0
            if value > 0:
                rows[project].append((voter, value, support.weight))
            elif points > 0 and portfolio.costs[project] == 0:
                rows[project].append((voter, 1, support.weight))
    return {
        project: Supporters(*map(tuple, zip(*found, strict=True))) for project, found in rows.items() if found
    }


def _complete(
    portfolio: Portfolio, market: Market, share: Fraction, completion: str, tie_break: TieBreak
) -> tuple[Number, list[str], list[Tie], int]:
    """Raise the endowment until the completion says stop; return it with outcome, all ties and number of raises."""
    step = Fraction(1) if completion.startswith("add1") else share / 100
    last: Run | None = None
    others: list[Tie] = []  # a tie in an outcome that was not taken may have decided when to stop
    for rounds in range(MOST_ROUNDS):
        run = _run(market, share + rounds * step, tie_break)
        if last is not None and portfolio.cost(run[1]) > portfolio.budget:
            return last[0], last[1], _all_ties(last, [*others, *run[2]]), rounds - 1
        is_whole = completion == "none" or step == 0 or len(run[1]) == len(market.supporters)
        if is_whole or (
            not completion.endswith("until-overspend") and _is_exhaustive(portfolio, market, run[1])
        ):
            return run[0], run[1], _all_ties(run, others), rounds
        last = run
        others += run[2]
    raise CountError(f"{MOST_ROUNDS} raises by {completion} did not complete the outcome; use 1pct.")


def _all_ties(taken: Run, others: Sequence[Tie]) -> list[Tie]:
    """Return the ties of the outcome that was taken, then those of the others between other options."""
    found = {tie.options: tie for tie in [*taken[2], *others][::-1]}
    return [*taken[2], *(tie for tie in found.values() if tie not in taken[2])]


def _run(market: Market, endowment: Number, tie_break: TieBreak) -> Run:
    ties = Ties(tie_break)
    bought = Auction(market, endowment, ties).run()
    return endowment, bought, ties.found


def _is_exhaustive(portfolio: Portfolio, market: Market, bought: Sequence[str]) -> bool:
    left = portfolio.budget - portfolio.cost(bought)
    return all(cost > left for project, cost in market.costs.items() if project not in bought)


def _purchases(
    portfolio: Portfolio, supporters: Mapping[str, Supporters], endowment: Number, bought: Sequence[str]
) -> Iterator[Purchase]:
    """Enter the purchases in the exact ledger; ArithmeticError if one could not be paid."""
    ledger = Ledger(len(portfolio.supports), endowment)
    for project in bought:
        rho = ledger.rho(supporters[project], portfolio.costs[project])
        if rho is None:
            raise ArithmeticError(f"{project} was bought although its supporters cannot pay for it.")
        yield ledger.buy(project, supporters[project], rho)


def _steps(
    portfolio: Portfolio, supporters: Mapping[str, Supporters], purchases: Sequence[Purchase]
) -> Iterator[Step]:
    left = Fraction(portfolio.budget)
    for number, purchase in enumerate(purchases, 1):
        group = supporters[purchase.project]
        left -= portfolio.costs[purchase.project]
        yield {
            "step": number,
            "bought": purchase.project,
            "cost": portfolio.costs[purchase.project],
            "rho": purchase.rho,
            "supporters": len(group.voters),
            "paid_in_full": purchase.in_full,
            "paid_all_they_had_left": len(group.voters) - purchase.in_full,
            "most_paid": Fraction(max(purchase.paid), purchase.unit),
            "budget_left": left,
        }
