"""Approval and score: the options with most points take the seats."""

from collections.abc import Sequence

from councils.rules.ballots import Support, check_seats, check_supports
from councils.rules.results import BY_IDENTIFIER, Count, Number, TieBreak, Ties


def approval(
    supports: Sequence[Support],
    options: Sequence[str],
    *,
    seats: int = 1,
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Give the seats to the options that most voters approve (Brams and Fishburn 1978).

    Any points above 0 are an approval. Raises CountError for ballots or seats that cannot be counted.
    """
    approvals = [
        Support({o: 1 for o, points in support.points.items() if points > 0}, support.weight, support.voter)
        for support in supports
    ]
    return _most("approval", approvals, options, seats, tie_break)


def score(
    supports: Sequence[Support],
    options: Sequence[str],
    *,
    seats: int = 1,
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Give the seats to the options with the largest sum of points (Smith 2000, range voting; no points count 0).

    Raises CountError for ballots or seats that cannot be counted.
    """
    return _most("score", supports, options, seats, tie_break)


def totals(supports: Sequence[Support], options: Sequence[str]) -> dict[str, Number]:
    """Return Σ weight · points of every option."""
    found: dict[str, Number] = dict.fromkeys(options, 0)
    for support in supports:
        for option, points in support.points.items():
            found[option] += support.weight * points
    return found


def _most(
    rule: str, supports: Sequence[Support], options: Sequence[str], seats: int, tie_break: TieBreak
) -> Count:
    check_supports(supports, options)
    check_seats(seats, options)
    found, ties = totals(supports, options), Ties(tie_break)
    ranked = sorted(options, key=lambda option: (-found[option], tie_break.place(option)))
    least = found[ranked[seats - 1]]
    above = [option for option in ranked if found[option] > least]
    equal = [option for option in ranked if found[option] == least]
    winners = (*above, *ties.take(equal, seats - len(above), f"seat {len(above) + 1}"))
    steps = tuple(
        {"step": place, "option": option, "points": found[option], "seat": option in winners}
        for place, option in enumerate(ranked, 1)
    )
    facts = {"seats": seats, "voters": sum(support.weight for support in supports)}
    return Count(rule, winners, steps, tuple(ties.found), facts)
