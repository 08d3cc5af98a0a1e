"""The generalized median: a number that no voter can pull towards their own by exaggerating."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from councils.rules.results import CountError, Number, Step, Tie, plain

LOWER, UPPER, STATUS_QUO = "lower", "upper", "status quo"


@dataclass(frozen=True)
class Figure:
    """One voter's number, or a fixed voice (phantom) that belongs to nobody."""

    value: Number
    weight: Number = 1
    voter: str = ""


@dataclass(frozen=True)
class Median:
    """The number decided, the interval of all medians, and the steps."""

    value: Fraction
    interval: tuple[Fraction, Fraction]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]

    def as_dict(self) -> Step:
        """Return it as JSON can hold it."""
        return {
            "value": plain(self.value),
            "explanation": {
                "rule": "median",
                "interval": plain(self.interval),
                "steps": plain(self.steps),
                "ties": [tie.as_dict() for tie in self.ties],
            },
        }


def median(
    figures: Sequence[Figure],
    *,
    phantoms: Sequence[Figure] = (),
    tie: str = LOWER,
    status_quo: Number | None = None,
) -> Median:
    """Return the weighted median of the voters' numbers and the fixed voices (Moulin 1980, "On strategy-proofness").

    Half the weight lies at or below it, half at or above. Where a whole interval does that, ``tie`` takes its lower
    or upper end, or the point of it nearest to the ``status quo``. Each of these is a generalized median, so naming
    one's true wish is never worse than any other number. Raises CountError for no voters, weights that are not
    positive, an unknown tie rule, or the status quo asked for but not given.
    """
    _check(figures, phantoms, tie, status_quo)
    rows = sorted([*figures, *phantoms], key=lambda figure: figure.value)
    half = Fraction(sum(figure.weight for figure in rows)) / 2
    steps, low, high, below = list[Step](), None, None, Fraction(0)
    for value in dict.fromkeys(figure.value for figure in rows):
        weight = sum(figure.weight for figure in rows if figure.value == value)
        below += weight
        steps.append({"step": len(steps) + 1, "value": value, "weight": weight, "at_or_below": below})
        if low is None and below >= half:
            low = Fraction(value)
        if high is None and below > half:
            high = Fraction(value)
    if low is None or high is None:
        raise ArithmeticError("Half the weight was not found; the weights do not add up.")
    decided = _within(low, high, tie, status_quo)
    steps.append({"step": len(steps) + 1, "half": half, "interval": [low, high], "decided": decided})
    ties = () if low == high else (Tie("median", (str(low), str(high)), (str(decided),), tie),)
    return Median(decided, (low, high), tuple(steps), ties)


def _check(
    figures: Sequence[Figure], phantoms: Sequence[Figure], tie: str, status_quo: Number | None
) -> None:
    if not figures:
        raise CountError("There are no ballots to count.")
    for figure in (*figures, *phantoms):
        if figure.weight <= 0:
            raise CountError(f"The ballot {figure.voter} weighs {figure.weight}; a weight is positive.")
    if tie not in (LOWER, UPPER, STATUS_QUO):
        raise CountError(f"{tie} is no tie rule of the median; choose {LOWER}, {UPPER} or {STATUS_QUO}.")
    if tie == STATUS_QUO and status_quo is None:
        raise CountError(
            "The tie rule is the status quo, but it is not given; say the number that holds today."
        )


def _within(low: Fraction, high: Fraction, tie: str, status_quo: Number | None) -> Fraction:
    if tie == LOWER:
        return low
    if tie == UPPER or status_quo is None:
        return high
    return min(max(Fraction(status_quo), low), high)
