"""Sequential proportional approval: a voter's first winner counts 1, the second 1/2, the third 1/3."""

from collections.abc import Sequence
from fractions import Fraction

from councils.rules.ballots import Support, check_seats, check_supports
from councils.rules.results import BY_IDENTIFIER, Count, Number, Step, TieBreak, Ties


def sequential_pav(
    supports: Sequence[Support], options: Sequence[str], *, seats: int, tie_break: TieBreak = BY_IDENTIFIER
) -> Count:
    """Elect one after the other the option with the largest Σ weight / (1 + winners the voter has) (Thiele 1895).

    Any points above 0 are an approval. Raises CountError for ballots or seats that cannot be counted.
    """
    check_supports(supports, options)
    check_seats(seats, options)
    approved = [[o for o, points in support.points.items() if points > 0] for support in supports]
    supporters: dict[str, list[int]] = {option: [] for option in options}
    gain: dict[str, Number] = dict.fromkeys(options, 0)
    for voter, named in enumerate(approved):
        for option in named:
            supporters[option].append(voter)
            gain[option] += supports[voter].weight
    has, ties = [0] * len(supports), Ties(tie_break)
    winners, steps = list[str](), list[Step]()
    while len(winners) < seats:
        left = [option for option in options if option not in winners]
        most = max(gain[option] for option in left)
        option = ties.first([o for o in left if gain[o] == most], f"seat {len(winners) + 1}")
        steps.append({"step": len(winners) + 1, "elected": option, "gain": most})
        winners.append(option)
        loss: dict[str, dict[int, Number]] = {other: {} for other in options}
        for voter in supporters[option]:
            has[voter] += 1
            for other in approved[voter]:
                lost = loss[other]
                lost[has[voter]] = lost.get(has[voter], 0) + supports[voter].weight
        for other, lost in loss.items():
            gain[other] -= sum(weight * Fraction(1, k * (k + 1)) for k, weight in lost.items())
    return Count("sequential-pav", tuple(winners), tuple(steps), tuple(ties.found), {"seats": seats})
