"""Instant run-off: the option with fewest first places leaves, until one has more than half."""

from collections.abc import Sequence
from fractions import Fraction

from councils.rules.ballots import Ranking, check_rankings
from councils.rules.results import BY_IDENTIFIER, Count, Number, Step, TieBreak, Ties


def instant_runoff(
    rankings: Sequence[Ranking], options: Sequence[str], *, tie_break: TieBreak = BY_IDENTIFIER
) -> Count:
    """Elect one option (Ware 1871): more than half of the ballots that still name somebody, or the last one left.

    One option is excluded per round; among equally weak ones the one that the tie-break puts last. Rankings are
    strict and may be partial. Raises CountError for ballots that cannot be counted.
    """
    check_rankings(rankings, options, 1, strict=True)
    left, ties, steps = list(options), Ties(tie_break), list[Step]()
    while True:
        votes, exhausted = first_places(rankings, left)
        most = max(votes.values())
        leaders = [option for option in left if votes[option] == most]
        step: Step = {"step": len(steps) + 1, "votes": votes, "exhausted": exhausted}
        steps.append(step)
        if most * 2 > sum(votes.values()) or len(left) == 1:
            step["elected"] = leaders[0]
            return Count("irv", (leaders[0],), tuple(steps), tuple(ties.found), {"seats": 1})
        least = min(votes.values())
        weakest = [option for option in left if votes[option] == least]
        step["excluded"] = ties.last(weakest, f"exclusion in round {len(steps)}")
        left.remove(step["excluded"])


def first_places(rankings: Sequence[Ranking], left: Sequence[str]) -> tuple[dict[str, Number], Number]:
    """Return the weight of ballots whose best option left is each one, and of those that name none."""
    votes: dict[str, Number] = dict.fromkeys(left, 0)
    exhausted: Number = Fraction(0)
    for ranking in rankings:
        best = next((option for (option,) in ranking.groups if option in votes), None)
        if best is None:
            exhausted += ranking.weight
        else:
            votes[best] += ranking.weight
    return votes, exhausted
