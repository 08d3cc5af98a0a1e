"""Ranked pairs: majorities are fixed from the clearest down, unless they would close a circle."""

from collections.abc import Sequence

from councils.rules.ballots import Ranking, check_rankings
from councils.rules.pairwise import condorcet_winner, pairwise
from councils.rules.results import BY_IDENTIFIER, Count, Number, Step, Tie, TieBreak, Ties


def ranked_pairs(
    rankings: Sequence[Ranking],
    options: Sequence[str],
    *,
    seats: int = 1,
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Return the first ``seats`` options of Tideman's order; strength of a majority: its margin.

    Margins are fixed in falling order; one that contradicts what is fixed is left out (Tideman 1987, "Independence
    of clones as a criterion for voting rules"). Equal margins are taken in the tie-break's order of the winning,
    then of the losing option (Zavist and Tideman 1989). Raises CountError for wrong ballots or seats.
    """
    check_rankings(rankings, options, seats)
    pairs = pairwise(rankings, options)
    majorities = sorted(
        ((votes - pairs[b][a], a, b) for a, row in pairs.items() for b, votes in row.items()),
        key=lambda pair: (-pair[0], tie_break.place(pair[1]), tie_break.place(pair[2])),
    )
    reached: dict[str, set[str]] = {option: {option} for option in options}
    steps: list[Step] = []
    for margin, a, b in (pair for pair in majorities if pair[0] > 0):
        fixed = a not in reached[b]
        steps.append({"step": len(steps) + 1, "majority": [a, b], "margin": margin, "fixed": fixed})
        if fixed:
            for option in options:
                if a in reached[option]:
                    reached[option] |= reached[b]
    ties = Ties(tie_break)
    ties.found += _equal_margins([pair for pair in majorities if pair[0] > 0], steps, tie_break)
    winners, left = list[str](), list(options)
    while len(winners) < seats:
        first = [a for a in left if not any(a in reached[b] for b in left if b != a)]
        winners.append(ties.first(first, f"place {len(winners) + 1}"))
        left.remove(winners[-1])
    facts = {"seats": seats, "condorcet_winner": condorcet_winner(pairs), "strength": "margins"}
    return Count("ranked-pairs", tuple(winners), tuple(steps), tuple(ties.found), facts)


def _equal_margins(
    majorities: Sequence[tuple[Number, str, str]], steps: Sequence[Step], tie_break: TieBreak
) -> list[Tie]:
    """Return a tie for every margin at which one of several equal majorities was left out: the order may matter."""
    found = []
    for margin in dict.fromkeys(pair[0] for pair in majorities):
        equal = [step for step in steps if step["margin"] == margin]
        if len(equal) > 1 and not all(step["fixed"] for step in equal):
            names = [" over ".join(step["majority"]) for step in equal]
            kept = [name for name, step in zip(names, equal, strict=True) if step["fixed"]]
            found.append(Tie(f"margin {margin}", tuple(names), tuple(kept), tie_break.name))
    return found
