"""The second of two majorities: in how many parts of the roll the yes votes have it. Exact and pure; no Django.

Every part (a region, a sector, a body that sends delegates) is counted like a vote of its own by ``each``, with the same
tie-break; a part in which nobody votes yes, be it that nobody votes at all, is lost, and stays among the parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from councils.tally import CARRIED, LOST, Rule, Step, Tally, TieBreak, tally


@dataclass(frozen=True)
class PartsRule:
    """``each`` and ``quorum`` decide in a part.

    ``strict``: yes must have *more than* ``share`` of the parts, else *at least* it.
    """

    each: Rule
    quorum: Fraction
    share: Fraction
    strict: bool
    of: str = ""  # what the parts are: regions, sectors, bodies


@dataclass(frozen=True)
class Parts:
    """The count of every part by its code, and the step that says whether enough of them are carried."""

    counts: Mapping[str, Tally]
    step: Step

    @property
    def met(self) -> bool:
        """Say whether the yes votes have the majority of the parts."""
        return bool(self.step["met"])

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Return each part's votes, the weight of its roll and its outcome, as JSON can hold them."""
        return {
            code: {**count.counts, "eligible": count.eligible, "outcome": count.outcome}
            for code, count in self.counts.items()
        }


def tally_parts(
    rule: PartsRule,
    votes: Mapping[str, Mapping[str, int]],
    eligible: Mapping[str, int],
    *,
    tie_break: TieBreak,
) -> Parts:
    """Count ``votes`` (weights of yes, no, abstain, by part) in each part of the roll, whose weights are ``eligible``.

    Raises ValueError when a part is not on the roll, when there is none, or when a part has more votes than rights.
    """
    if strange := set(votes) - set(eligible):
        raise ValueError(f"These parts are not on the roll: {', '.join(sorted(strange))}.")
    if not eligible:
        raise ValueError("A majority of parts needs parts.")
    counts = {
        code: tally(rule.each, rule.quorum, votes.get(code, {}), weight, tie_break=tie_break)
        for code, weight in sorted(eligible.items())
    }
    carried = sum(count.outcome == CARRIED for count in counts.values())
    needed = rule.share * len(counts)
    is_tie = rule.strict and carried == needed
    met = tie_break.outcome == CARRIED if is_tie else carried >= needed and carried > 0
    step = {
        "step": "parts",
        "of": rule.of,
        "parts": len(counts),
        "carried": carried,
        "silent": sum(not sum(count.counts.values()) for count in counts.values()),
        "threshold": str(rule.share),
        "strict": rule.strict,
        "least": _least(rule, needed),
        "met": met,
    }
    return Parts(counts, step)


def both(votes: Tally, parts: Parts) -> Tally:
    """Return the count of the votes as it ends when the majority of the parts is needed beside it.

    Below the quorum nothing follows, so the parts are no step of it.
    """
    if not any(step["step"] == "majority" for step in votes.steps):
        return votes
    outcome = CARRIED if votes.outcome == CARRIED and parts.met else LOST
    steps = (*votes.steps[:-1], dict(parts.step), {"step": "outcome", "outcome": outcome})
    return replace(votes, outcome=outcome, steps=steps)


def _least(rule: PartsRule, needed: Fraction) -> int:
    if rule.strict:
        return needed.numerator // needed.denominator + 1
    return max(1, -(-needed.numerator // needed.denominator))
