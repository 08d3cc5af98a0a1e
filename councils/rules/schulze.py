"""Schulze's rule: the option that no other reaches by a stronger path of majorities."""

from collections.abc import Sequence

from councils.rules.ballots import Ranking, check_rankings
from councils.rules.pairwise import Pairs, condorcet_winner, pairwise, steps_of
from councils.rules.results import BY_IDENTIFIER, Count, Step, TieBreak, Ties


def schulze(
    rankings: Sequence[Ranking],
    options: Sequence[str],
    *,
    seats: int = 1,
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Return the first ``seats`` options of Schulze's order; strength of a majority: its votes (winning votes).

    p[a][b] is the strength of the strongest path from a to b, a path being as strong as its weakest majority; a
    comes before b where p[a][b] > p[b][a] (Schulze 2011, "A new monotonic, clone-independent, reversal symmetric,
    and Condorcet-consistent single-winner election method", § 2). Raises CountError for wrong ballots or seats.
    """
    check_rankings(rankings, options, seats)
    pairs = pairwise(rankings, options)
    paths, ties = strongest_paths(pairs), Ties(tie_break)
    winners, steps = list[str](), steps_of(pairs)
    left = list(options)
    while len(winners) < seats:
        first = [a for a in left if all(paths[a][b] >= paths[b][a] for b in left if b != a)]
        winner = ties.first(first, f"place {len(winners) + 1}")
        winners.append(winner)
        left.remove(winner)
        steps.append(_step(len(winners), winner, left, paths))
    facts = {"seats": seats, "condorcet_winner": condorcet_winner(pairs), "strength": "winning votes"}
    return Count("schulze", tuple(winners), tuple(steps), tuple(ties.found), facts)


def strongest_paths(pairs: Pairs) -> Pairs:
    """Return the strength of the strongest path between all options (Floyd 1962 with max and min)."""
    paths: Pairs = {
        a: {b: votes if votes > pairs[b][a] else 0 for b, votes in row.items()} for a, row in pairs.items()
    }
    for through in paths:
        onward = paths[through]
        for a, row in paths.items():
            if a == through:
                continue
            to = row[through]
            for b in row:
                if b != through and (found := min(to, onward[b])) > row[b]:
                    row[b] = found
    return paths


def _step(place: int, winner: str, left: Sequence[str], paths: Pairs) -> Step:
    against = {other: [paths[winner][other], paths[other][winner]] for other in left}
    return {"step": f"place {place}", "elected": winner, "strongest_paths": against}
