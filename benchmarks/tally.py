"""How fast equal shares are counted, beside pabutools, on a published election: Warsaw-Ursynów 2020.

    python -m benchmarks.tally [--file PATH] [--completion 1pct] [--repeat 5]

10,105 voters, 121 projects, utility cost, completion by 1 %. Both programs are given the ballots in their own form;
timed is the count alone: ours with all its steps, in exact numbers, the median of several; pabutools once, with
exact rationals (gmpy2), as it comes. The winners have to be the same, or the command fails.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from councils.rules.ballots import Portfolio, Support
from councils.rules.equal_shares import equal_shares
from councils.rules.files import PabulibFile, read_election

FILE = Path(__file__).parents[2] / "shared" / "data" / "pabulib" / "poland_warszawa_2020_ursynow.pb"


def main() -> None:
    """Print one table: seconds of both, their ratio, number of winners."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=Path, default=FILE, help="a Pabulib file of approvals")
    parser.add_argument("--completion", choices=["none", "1pct", "add1"], default="1pct")
    parser.add_argument("--repeat", type=int, default=5, help="how often ours is counted")
    options = parser.parse_args()
    if not options.file.exists():
        raise SystemExit(f"{options.file} is not here; name a Pabulib file with --file.")
    election = read_election(options.file)
    if not isinstance(election, PabulibFile):
        raise SystemExit(f"{options.file.name} holds rankings; equal shares need costs and approvals.")
    supports = tuple(Support(dict.fromkeys(vote.projects, 1)) for vote in election.votes)
    portfolio = Portfolio(election.budget, election.costs, supports)
    ours = [
        timed(lambda: equal_shares(portfolio, completion=options.completion)) for _ in range(options.repeat)
    ]
    seconds, (theirs, winners) = (
        statistics.median(found[0] for found in ours),
        theirs_timed(election, options),
    )
    print(f"{election.name}: {len(supports)} voters, {len(election.costs)} projects, {options.completion}")
    print(f"  ours       {seconds:8.2f} s  {len(ours[0][1].winners)} winners")
    print(f"  pabutools  {theirs:8.2f} s  {len(winners)} winners")
    print(f"  ratio      {theirs / seconds:8.1f}")
    if set(ours[0][1].winners) != winners:
        raise SystemExit("The winners differ.")
    print("  the winners are the same")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def theirs_timed(election: PabulibFile, options: argparse.Namespace) -> tuple[float, set[str]]:
    """Count by pabutools; one voter's raise is the completion's share of the endowment."""
    from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
    from pabutools.fractions import frac
    from pabutools.rules import method_of_equal_shares

    projects = {name: Project(name, exact(cost, frac)) for name, cost in election.costs.items()}
    budget = exact(election.budget, frac)
    instance = Instance(projects.values(), budget_limit=budget)
    ballots = [ApprovalBallot({projects[name] for name in vote.projects}) for vote in election.votes]
    profile = ApprovalProfile(ballots, instance=instance)
    step = {"none": None, "add1": 1, "1pct": budget / (100 * len(ballots))}[options.completion]
    seconds, found = timed(
        lambda: method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=step)
    )
    return seconds, {project.name for project in found}


def exact(number: int | Fraction, frac: Callable[[int, int], Any]) -> Any:
    """Return the number as pabutools computes with it."""
    value = Fraction(number)
    return frac(value.numerator, value.denominator)


if __name__ == "__main__":
    main()
