"""Highest averages: seats divided among lists, one after another, each to the list with the most votes per seat."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from councils.rules.results import BY_IDENTIFIER, Count, CountError, Step, TieBreak, Ties

DHONDT, SAINTE_LAGUE = "dhondt", "sainte_lague"
STEPS: Final = {DHONDT: 1, SAINTE_LAGUE: 2}


def divisor(rule: str, held: int) -> int:
    """Return what the votes of a list with ``held`` seats are divided by: ``s + 1`` (D'Hondt), ``2s + 1`` (Sainte-Laguë)."""
    return STEPS[rule] * held + 1


def highest_averages(
    rule: str, votes: Mapping[str, int], *, seats: int, tie_break: TieBreak = BY_IDENTIFIER
) -> Count:
    """Give each seat in turn to the list with the highest ``v / d(s)``: votes over the divisor of the seats it has.

    ``dhondt``: ``d(s) = s + 1`` (D'Hondt 1878; Jefferson 1792). ``sainte_lague``: ``d(s) = 2s + 1`` (Sainte-Laguë 1910;
    Webster 1832). Exact; of equal averages the tie-break's first. A list without votes gets no seat. ``facts["seats"]``
    holds the seats of each list; the winners are the lists with seats, in the order of their first one (Balinski and
    Young 1982). Raises CountError for an unknown rule, no seat, negative votes, or no votes at all.
    """
    if rule not in STEPS:
        raise CountError(f"{rule} is no rule of highest averages; there are {', '.join(STEPS)}.")
    if seats < 1:
        raise CountError(f"There are {seats} seats to divide; there is at least 1.")
    if any(count < 0 for count in votes.values()):
        raise CountError("A list has fewer than 0 votes.")
    lists = [code for code, count in votes.items() if count]
    if not lists:
        raise CountError("No list has a vote, so no seat can be given.")
    held, ties, steps = dict.fromkeys(lists, 0), Ties(tie_break), list[Step]()
    for seat in range(1, seats + 1):
        averages = {code: Fraction(votes[code], divisor(rule, held[code])) for code in lists}
        highest = max(averages.values())
        best = ties.first([code for code in lists if averages[code] == highest], f"seat {seat}")
        steps.append(
            {
                "seat": seat,
                "list": best,
                "votes": votes[best],
                "divisor": divisor(rule, held[best]),
                "average": highest,
            }
        )
        held[best] += 1
    winners = tuple(dict.fromkeys(str(step["list"]) for step in steps))
    return Count(
        rule, winners, tuple(steps), tuple(ties.found), {"seats": {c: held[c] for c in lists if held[c]}}
    )
