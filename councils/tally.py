"""Counting a ballot: exact, in whole numbers and fractions, with every step on paper. Pure; no Django.

A rule says what share of which total the yes votes must reach: ``majority_of_cast`` counts yes and no,
``majority_of_eligible`` everybody on the roll.  Abstentions count for the quorum, never for the majority.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

CARRIED, LOST = "carried", "lost"
YES, NO, ABSTAIN = "yes", "no", "abstain"
MAJORITY_OF_CAST, MAJORITY_OF_ELIGIBLE = "majority_of_cast", "majority_of_eligible"

type Step = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """``strict``: yes must be *more than* the threshold's share, else *at least* it."""

    name: str
    threshold: Fraction
    strict: bool


@dataclass(frozen=True)
class TieBreak:
    """A named rule that decides when the yes votes are exactly the share they had to exceed."""

    name: str
    outcome: str


STATUS_QUO = TieBreak("status_quo", LOST)
TIE_BREAKS = {tie_break.name: tie_break for tie_break in (STATUS_QUO,)}


@dataclass(frozen=True)
class Tally:
    """The outcome and the steps that lead to it."""

    outcome: str
    counts: dict[str, int]
    eligible: int
    is_tie: bool
    tie_break: str
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "outcome": self.outcome,
            "counts": self.counts,
            "eligible": self.eligible,
            "cast": sum(self.counts.values()),
            "tie": self.is_tie,
            "tie_break": self.tie_break,
            "steps": list(self.steps),
        }


def tally(
    rule: Rule, quorum: Fraction, counts: Mapping[str, int], eligible: int, *, tie_break: TieBreak
) -> Tally:
    """Decide by ``rule`` over weights of yes, no and abstain out of the roll's ``eligible`` weight.

    Raises ValueError when the counts are negative or exceed the roll: then something was counted twice.
    """
    numbers = {effect: counts.get(effect, 0) for effect in (YES, NO, ABSTAIN)}
    _check(numbers, counts, eligible)
    cast = sum(numbers.values())
    steps = [_turnout_step(numbers, cast, eligible), quorum_step(quorum, cast, eligible)]
    if not steps[-1]["met"]:
        return Tally(LOST, numbers, eligible, is_tie=False, tie_break="", steps=(*steps, _end(LOST)))
    base = eligible if rule.name == MAJORITY_OF_ELIGIBLE else numbers[YES] + numbers[NO]
    needed = rule.threshold * base
    steps.append(_majority_step(rule, numbers[YES], base, needed))
    is_tie = rule.strict and base > 0 and numbers[YES] == needed
    if is_tie:
        steps.append({"step": "tie", "yes": numbers[YES], "tie_break": tie_break.name})
    outcome = tie_break.outcome if is_tie else _outcome(rule, numbers[YES], needed)
    used = tie_break.name if is_tie else ""
    return Tally(outcome, numbers, eligible, is_tie=is_tie, tie_break=used, steps=(*steps, _end(outcome)))


def tally_by_consent(quorum: Fraction, counts: Mapping[str, int], eligible: int, objections: int) -> Tally:
    """Decide by consent: carried where enough take part, somebody agrees, and not one of ``objections`` stands.

    ``counts`` are weights of yes (no objection), no (objecting) and abstain (standing aside) out of the roll's
    ``eligible`` weight; weight fills the quorum only, an objection stops the motion whatever it weighs.
    Raises ValueError when the counts exceed the roll, or weight objects without an objection or the other way round.
    """
    numbers = {effect: counts.get(effect, 0) for effect in (YES, NO, ABSTAIN)}
    _check(numbers, counts, eligible)
    if (numbers[NO] > 0) != (objections > 0):
        raise ValueError(f"{objections} objections cannot weigh {numbers[NO]}.")
    cast = sum(numbers.values())
    enough = quorum_step(quorum, cast, eligible)
    outcome = CARRIED if enough["met"] and numbers[YES] > 0 and not objections else LOST
    steps = (
        {**_turnout_step(numbers, cast, eligible), "step": "consent_turnout"},
        enough,
        {"step": "objections", "objections": objections, "yes": numbers[YES]},
        _end(outcome),
    )
    return Tally(outcome, numbers, eligible, is_tie=False, tie_break="", steps=steps)


def _outcome(rule: Rule, yes: int, needed: Fraction) -> str:
    is_reached = yes > needed if rule.strict else yes >= needed
    return CARRIED if yes > 0 and is_reached else LOST


def _check(numbers: Mapping[str, int], counts: Mapping[str, int], eligible: int) -> None:
    if set(counts) - set(numbers):
        raise ValueError(f"These votes are neither yes, no nor abstentions: {set(counts) - set(numbers)}.")
    if min(numbers.values()) < 0 or sum(numbers.values()) > eligible:
        raise ValueError(f"{dict(numbers)} cannot be the votes of a roll of {eligible}.")


def _turnout_step(numbers: Mapping[str, int], cast: int, eligible: int) -> Step:
    return {"step": "turnout", "cast": cast, "eligible": eligible, **numbers}


def quorum_step(quorum: Fraction, cast: int, eligible: int) -> Step:
    """Return the step that says whether enough took part."""
    needed = quorum * eligible
    return {
        "step": "quorum",
        "quorum": str(quorum),
        "cast": cast,
        "least": -(-needed.numerator // needed.denominator),
        "met": cast >= needed,
    }


def _majority_step(rule: Rule, yes: int, base: int, needed: Fraction) -> Step:
    least = (
        needed.numerator // needed.denominator + 1
        if rule.strict
        else -(-needed.numerator // needed.denominator)
    )
    return {
        "step": "majority",
        "rule": rule.name,
        "threshold": str(rule.threshold),
        "strict": rule.strict,
        "base": base,
        "yes": yes,
        "least": least,
    }


def _end(outcome: str) -> Step:
    return {"step": "outcome", "outcome": outcome}
