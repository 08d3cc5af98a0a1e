"""How many voters prefer each option to each other."""

from collections.abc import Sequence

from councils.rules.ballots import Ranking
from councils.rules.results import Number, Step

type Pairs = dict[str, dict[str, Number]]


def pairwise(rankings: Sequence[Ranking], options: Sequence[str]) -> Pairs:
    """Return ``pairs[a][b]``: the weight of ballots that rank a above b; unranked options are equal and last."""
    pairs: Pairs = {a: {b: 0 for b in options if b != a} for a in options}
    for ranking in rankings:
        below = set(options)
        for group in ranking.groups:
            below.difference_update(group)
            for better in group:
                row = pairs[better]
                for worse in below:
                    row[worse] += ranking.weight
    return pairs


def condorcet_winner(pairs: Pairs) -> str | None:
    """Return the option that beats every other one by itself, if there is one (Condorcet 1785)."""
    for option, row in pairs.items():
        if all(votes > pairs[other][option] for other, votes in row.items()):
            return option
    return None


def steps_of(pairs: Pairs) -> list[Step]:
    """Return every comparison once, for the explanation."""
    options = list(pairs)
    return [
        {"step": "comparison", "options": [a, b], "votes": [pairs[a][b], pairs[b][a]]}
        for place, a in enumerate(options)
        for b in options[place + 1 :]
    ]
