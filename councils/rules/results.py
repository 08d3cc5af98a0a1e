"""What a count returns: the winners, the steps that lead to them, and every tie with how it was broken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

type Number = int | Fraction
type Step = dict[str, Any]

LONGEST_DENOMINATOR = 10**6
DIGITS = 12


class CountError(ValueError):
    """These ballots cannot be counted by this rule; the sentence says why and what to do."""


@dataclass(frozen=True)
class TieBreak:
    """A named order of all options; of two that are equal, the one that stands earlier comes first.

    ``order`` empty: by the identifier, compared as text (the default). Otherwise it lists every option once,
    as a public lot has drawn them.
    """

    name: str = "identifier"
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a lot that names an option twice."""
        if len(set(self.order)) < len(self.order):
            raise CountError("The lot names an option twice; every option stands in it once.")
        object.__setattr__(self, "_place", {option: place for place, option in enumerate(self.order)})

    def place(self, option: str) -> tuple[int, str]:
        """Return what options are sorted by; raise CountError for one that the lot does not name."""
        if not self.order:
            return 0, option
        places: dict[str, int] = self.__dict__["_place"]
        if option not in places:
            raise CountError(f"The lot does not name the option {option}; draw it among all options.")
        return places[option], option

    def sorted(self, options: Iterable[str]) -> list[str]:
        """Return the options, the preferred one first."""
        return sorted(options, key=self.place)


BY_IDENTIFIER = TieBreak()


def by_lot(order: Sequence[str]) -> TieBreak:
    """Return the tie-break of a public lot: ``order`` holds every option, the first drawn first."""
    return TieBreak("lot", tuple(order))


@dataclass(frozen=True)
class Tie:
    """Options that were equal, what the tie-break chose among them, and what for."""

    at: str
    options: tuple[str, ...]
    chosen: tuple[str, ...]
    by: str

    def as_dict(self) -> Step:
        """Return it as JSON can hold it."""
        return {"at": self.at, "options": list(self.options), "chosen": list(self.chosen), "by": self.by}


@dataclass(frozen=True)
class Count:
    """The outcome of one rule: ``winners`` in the order in which they were found.

    ``steps`` hold exact numbers (int or Fraction); ``facts`` what holds for the whole count (quota, budget).
    """

    rule: str
    winners: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    ties: tuple[Tie, ...] = ()
    facts: Step = field(default_factory=dict)

    def as_dict(self) -> Step:
        """Return winners and explanation as JSON can hold them."""
        return {
            "winners": list(self.winners),
            "explanation": {
                "rule": self.rule,
                **plain(self.facts),
                "steps": [plain(step) for step in self.steps],
                "ties": [tie.as_dict() for tie in self.ties],
            },
        }


class Ties:
    """Collects the ties of one count while it runs."""

    def __init__(self, tie_break: TieBreak) -> None:
        self.tie_break = tie_break
        self.found: list[Tie] = []

    def first(self, options: Sequence[str], at: str) -> str:
        """Return the preferred option; note the tie if there is more than one."""
        return self.take(options, 1, at)[0]

    def last(self, options: Sequence[str], at: str) -> str:
        """Return the option that the tie-break puts last (who is excluded); note the tie."""
        ranked = self.tie_break.sorted(options)
        if len(ranked) > 1:
            self.found.append(Tie(at, tuple(ranked), (ranked[-1],), self.tie_break.name))
        return ranked[-1]

    def take(self, options: Sequence[str], places: int, at: str) -> list[str]:
        """Return as many of the equal options as there are places, the preferred ones."""
        ranked = self.tie_break.sorted(options)
        if len(ranked) > places:
            self.found.append(Tie(at, tuple(ranked), tuple(ranked[:places]), self.tie_break.name))
        return ranked[:places]


def plain(value: Any) -> Any:
    """Return ``value`` as JSON types: a fraction as "p/q", or as "≈" and a decimal where that is shorter."""
    if isinstance(value, Fraction):
        return _plain_fraction(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def _plain_fraction(value: Fraction) -> int | str:
    if value.denominator == 1:
        return value.numerator
    if value.denominator <= LONGEST_DENOMINATOR:
        return f"{value.numerator}/{value.denominator}"
    scaled = round(value * 10**DIGITS)
    whole, rest = divmod(abs(scaled), 10**DIGITS)
    return f"≈{'-' if scaled < 0 else ''}{whole}.{rest:0{DIGITS}d}"
