"""Why a motion was carried or lost: one sentence with the figures that decided, in the reader's language."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from councils.double_majorities import parts_told

type Result = Mapping[str, Any]
SHORT = 160


def why(result: Result | None) -> str:
    """Say what came of a vote for yes or no and why; empty for any other result."""
    reasons = reasons_of(result)
    if not result or not reasons:
        return ""
    words = {"reasons": reasons}
    if result.get("objections"):
        return _("Objected: %(reasons)s.") % words
    return (_("Carried: %(reasons)s.") if result["outcome"] == "carried" else _("Lost: %(reasons)s.")) % words


def reasons_of(result: Result | None) -> str:
    """Say why: the majority of the votes, that of the parts, the quorum; empty where it was no vote for yes or no."""
    if not result or "counts" not in result or "steps" not in result:
        return ""
    steps = {step["step"]: step for step in result["steps"]}
    if "objections" in result:
        return _consented(result, steps["quorum"])
    quorum, majority, parts = steps["quorum"], steps.get("majority"), steps.get("parts")
    if majority is None:
        words = {"cast": quorum["cast"], "eligible": result["eligible"], "least": quorum["least"]}
        return _("%(cast)s of %(eligible)s votes were cast, and the quorum is %(least)s") % words
    reasons = [_votes(majority)]
    if parts is not None:
        reasons.append(_parts(parts))
    if Fraction(quorum["quorum"]) > 0:
        reasons.append(_quorum(quorum, result["eligible"]))
    return "; ".join(reasons)


def _consented(result: Result, quorum: Result) -> str:
    words: dict[str, Any] = {**result["counts"], "cast": result["cast"], "eligible": result["eligible"]}
    words["least"] = quorum["least"]
    if result["objections"]:
        told = _("%(name)s: “%(reason)s”")
        return "; ".join(told % {**one, "reason": shortened(one["reason"])} for one in result["objections"])
    if not quorum["met"]:
        return _("%(cast)s of %(eligible)s votes were cast, and the quorum is %(least)s") % words
    if not result["counts"]["yes"]:
        return _("nobody objected, and nobody said “no objection”")
    return _("nobody objected; %(yes)s without objection, %(abstain)s stood aside") % words


def shortened(text: str) -> str:
    """Return a text in one line that fits into a sentence."""
    return Truncator(" ".join(text.split())).chars(SHORT).removesuffix(".")


def _votes(step: Result) -> str:
    words = {name: step[name] for name in ("yes", "base", "least")}
    if not step["base"]:
        return _("nobody voted yes or no")
    if step["rule"] == "majority_of_eligible":
        return _("%(yes)s of %(base)s on the roll voted yes, %(least)s were needed") % words
    return _("%(yes)s of %(base)s yes and no votes were yes, %(least)s were needed") % words


def _parts(step: Result) -> str:
    parts = parts_told(step["of"], step["parts"])
    words = {"carried": step["carried"], "least": step["least"], "parts": parts}
    return _("carried in %(carried)s of %(parts)s, %(least)s were needed") % words


def _quorum(step: Result, eligible: int) -> str:
    words = {"cast": step["cast"], "eligible": eligible, "least": step["least"]}
    return _("%(cast)s of %(eligible)s took part, the quorum was %(least)s") % words
