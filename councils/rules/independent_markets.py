"""Independent Markets: divide an envelope by everyone's wished shares so that exaggerating never pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from councils.rules.results import CountError, Number, Step, plain

type Levels = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Division:
    """One voter's wished shares; they are not negative and add up to 1. Who is not named gets 0."""

    shares: Mapping[str, Number]
    weight: Number = 1
    voter: str = ""


@dataclass(frozen=True)
class Shares:
    """The shares decided (they add up to 1), the slope t at which they do, and the steps."""

    shares: dict[str, Fraction]
    slope: Fraction
    steps: tuple[Step, ...]

    def as_dict(self) -> Step:
        """Return it as JSON can hold it."""
        return {
            "shares": plain(self.shares),
            "explanation": {
                "rule": "independent-markets",
                "slope": plain(self.slope),
                "steps": plain(self.steps),
                "ties": [],
            },
        }


def independent_markets(divisions: Sequence[Division], options: Sequence[str]) -> Shares:
    """Return the shares of the moving-phantom mechanism Independent Markets.

    Freeman, Pennock, Peters and Wortman Vaughan (2021), "Truthful aggregation of budget proposals", § 5: the share
    of option j is the median of the n wishes and of n+1 phantoms min(1, t·(n−k)), k = 0…n, with the one t that makes
    the shares add up to 1. With V_j(x) the weight of wishes of at least x, that median is the largest x with
    V_j(x) ≥ x/t, which is what is computed, exactly, for any positive weights. Truthful when a voter is the worse
    off, the larger Σ|share − wish|; all options are treated alike and no tie can occur.
    Raises CountError for no voters, unknown options, negative shares, or shares that do not add up to 1.
    """
    _check(divisions, options)
    levels = {option: _levels(divisions, option) for option in options}
    slope = _slope(levels)
    shares = {option: _share(found, slope) for option, found in levels.items()}
    steps = tuple(
        {
            "step": place,
            "option": option,
            "share": shares[option],
            "decided_by": _decided_by(levels[option], shares[option]),
            "weight_that_wants_as_much": _weight_at(levels[option], shares[option]),
        }
        for place, option in enumerate(options, 1)
    )
    return Shares(shares, slope, steps)


def _check(divisions: Sequence[Division], options: Sequence[str]) -> None:
    if not divisions:
        raise CountError("There are no ballots to count.")
    for number, division in enumerate(divisions, 1):
        name = division.voter or f"number {number}"
        if division.weight <= 0:
            raise CountError(f"Ballot {name} weighs {division.weight}; a weight is positive.")
        for option, share in division.shares.items():
            if option not in options:
                raise CountError(f"Ballot {name} names {option}, which is not on the ballot.")
            if share < 0:
                raise CountError(f"Ballot {name} gives {option} the share {share}; it cannot be negative.")
        total = sum(division.shares.values())
        if total != 1:
            raise CountError(f"The shares of ballot {name} add up to {total}; they must add up to 1.")


def _levels(divisions: Sequence[Division], option: str) -> Levels:
    """Return (wish, weight of wishes at least as large) for every wish above 0, the largest first."""
    weights: dict[Fraction, Fraction] = {}
    for division in divisions:
        share = Fraction(division.shares.get(option, 0))
        if share > 0:
            weights[share] = weights.get(share, Fraction(0)) + division.weight
    found, total = [], Fraction(0)
    for share in sorted(weights, reverse=True):
        total += weights[share]
        found.append((share, total))
    return found


def _share(levels: Levels, slope: Fraction) -> Fraction:
    return max((min(wish, slope * weight) for wish, weight in levels), default=Fraction(0))


def _slope(levels: Mapping[str, Levels]) -> Fraction:
    """Return the least t at which the shares add up to 1: find the bends beside it, then the line between them."""
    bends = {Fraction(0)}
    for found in levels.values():
        for place, (wish, weight) in enumerate(found):
            below = found[place + 1][0] if place + 1 < len(found) else Fraction(0)
            bends |= {wish / weight, below / weight}
    order = sorted(bends)
    first, last = 0, len(order) - 1
    while last - first > 1:
        middle = (first + last) // 2
        if _total(levels, order[middle]) >= 1:
            last = middle
        else:
            first = middle
    low, high = order[first], order[last]
    at_low, at_high = _total(levels, low), _total(levels, high)
    return low + (high - low) * (1 - at_low) / (at_high - at_low)


def _total(levels: Mapping[str, Levels], slope: Fraction) -> Fraction:
    return sum((_share(found, slope) for found in levels.values()), Fraction(0))


def _decided_by(levels: Levels, share: Fraction) -> str:
    return "a voter's wish" if any(wish == share for wish, _ in levels) else "a phantom"


def _weight_at(levels: Levels, share: Fraction) -> Fraction:
    return max((weight for wish, weight in levels if wish >= share), default=Fraction(0))
