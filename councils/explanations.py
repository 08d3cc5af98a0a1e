"""The steps of a tally as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import double_majorities
from councils.choice_rules import rule_told
from councils.double_majorities import FROZEN
from councils.models import Ballot

Step = Mapping[str, Any]


def explain(steps: Iterable[Step]) -> list[str]:
    """Return one sentence per step of a tally."""
    return [SENTENCES[step["step"]](step) for step in steps]


def rule_sentence(rule: str, params: Mapping[str, Any], quorum: str) -> str:
    """Say in one sentence what carries a motion, before anybody has voted."""
    if rule == Ballot.Rule.CONSENT:
        told = _("Carried by consent: if nobody objects with a reason, and at least one has no objection.")
    else:
        told = rule_told(rule, params) if "threshold" not in params else _majority_told(rule, params)
    if Fraction(quorum) != 0:
        told += " " + _("At least %(share)s of the roll must take part.") % {"share": _share(quorum)}
    return f"{told} {double_majorities.rule_told(params[FROZEN])}" if FROZEN in params else told


def _majority_told(rule: str, params: Mapping[str, Any]) -> str:
    share = _share(params["threshold"])
    return {
        ("majority_of_cast", True): _("Carried if more than %(share)s of the yes and no votes are yes."),
        ("majority_of_cast", False): _("Carried if at least %(share)s of the yes and no votes are yes."),
        ("majority_of_eligible", True): _(
            "Carried if more than %(share)s of everybody on the roll vote yes."
        ),
        ("majority_of_eligible", False): _(
            "Carried if at least %(share)s of everybody on the roll vote yes."
        ),
    }[rule, bool(params["strict"])] % {"share": share}


def _turnout(step: Step) -> str:
    return _(
        "%(cast)s of %(eligible)s votes on the roll were cast: %(yes)s yes, %(no)s no, %(abstain)s abstentions."
    ) % {key: step[key] for key in ("cast", "eligible", "yes", "no", "abstain")}


def _consent_turnout(step: Step) -> str:
    return _(
        "%(cast)s of %(eligible)s votes on the roll were cast: %(yes)s without objection, %(abstain)s stood aside, "
        "%(no)s objected."
    ) % {key: step[key] for key in ("cast", "eligible", "yes", "no", "abstain")}


def _objections(step: Step) -> str:
    number = step["objections"]
    if number:
        told = ngettext(
            "%(number)s objection stands, and one is enough to stop the motion.",
            "%(number)s objections stand, and one is enough to stop the motion.",
            number,
        )
        return told % {"number": number}
    if step["yes"]:
        return _("No objection stands.")
    return _("No objection stands, but nobody said “no objection” either, so nobody carries the motion.")


def _turnout_among_options(step: Step) -> str:
    return _("%(cast)s of %(eligible)s votes on the roll were cast; %(blank)s of them were blank.") % {
        key: step[key] for key in ("cast", "eligible", "blank")
    }


def _quorum(step: Step) -> str:
    if Fraction(step["quorum"]) == 0:
        return _("No quorum is asked for.")
    if step["met"]:
        return _("The quorum of %(share)s (%(least)s votes) is met.") % _quorum_words(step)
    return _("The quorum of %(share)s (%(least)s votes) is missed, so nothing changes.") % _quorum_words(step)


def _majority(step: Step) -> str:
    if step["base"] == 0:
        return _("Nobody voted yes or no, so there is no majority.")
    words = {
        "share": _share(step["threshold"]),
        "base": step["base"],
        "least": step["least"],
        "yes": step["yes"],
    }
    if step["rule"] == "majority_of_eligible":
        told = (
            _("More than %(share)s of the %(base)s on the roll are needed")
            if step["strict"]
            else _("At least %(share)s of the %(base)s on the roll are needed")
        )
    else:
        told = (
            _("More than %(share)s of the %(base)s yes and no votes are needed")
            if step["strict"]
            else _("At least %(share)s of the %(base)s yes and no votes are needed")
        )
    rest = ngettext(
        ", that is %(least)s; %(yes)s vote is yes.",
        ", that is %(least)s; %(yes)s votes are yes.",
        step["yes"],
    )
    return (told + rest) % words


def _tie(step: Step) -> str:
    names = {"status_quo": _("the status quo stands")}
    return _("That is exactly the limit, not more. The rule for ties decides: %(rule)s.") % {
        "rule": names[step["tie_break"]]
    }


def _parts(step: Step) -> str:
    words = {
        "share": _share(step["threshold"]),
        "parts": double_majorities.parts_told(step["of"], step["parts"]),
        "carried": step["carried"],
        "least": step["least"],
    }
    told = (
        _("Carried in %(carried)s of %(parts)s; more than %(share)s of them are needed, that is %(least)s.")
        if step["strict"]
        else _(
            "Carried in %(carried)s of %(parts)s; at least %(share)s of them are needed, that is %(least)s."
        )
    ) % words
    if not step["silent"]:
        return told
    silent = ngettext(
        "Nobody voted in %(silent)s of them; it counts as not carried.",
        "Nobody voted in %(silent)s of them; they count as not carried.",
        step["silent"],
    )
    return f"{told} {silent % {'silent': step['silent']}}"


def _outcome(step: Step) -> str:
    return _("The motion is carried.") if step["outcome"] == "carried" else _("The motion is lost.")


def _quorum_words(step: Step) -> dict[str, Any]:
    return {"share": _share(step["quorum"]), "least": step["least"]}


def _share(text: str) -> str:
    share = Fraction(text)
    if share == Fraction(1, 2):
        return _("half")
    return f"{share.numerator}/{share.denominator}"


SENTENCES = {
    "turnout": _turnout,
    "turnout_among_options": _turnout_among_options,
    "consent_turnout": _consent_turnout,
    "objections": _objections,
    "quorum": _quorum,
    "majority": _majority,
    "tie": _tie,
    "parts": _parts,
    "outcome": _outcome,
}
