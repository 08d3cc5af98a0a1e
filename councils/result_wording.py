"""The count sheet of a question with options: what was chosen, and every step, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils import questions
from councils.choice_wording import labels_of
from councils.models import Ballot
from workplaces.presentation import figures

Names = Mapping[str, str]
Step = Mapping[str, Any]


def chosen(ballot: Ballot) -> str:
    """Say what was chosen, or that nothing was."""
    result, names = ballot.result or {}, labels_of(ballot)
    if "number" in result:
        told = f"{result['number']} {ballot.params.get('unit', '')}".strip()
    elif "parts" in result:
        sign = questions.WHOLES[ballot.params["whole"]]
        told = ", ".join(f"{names[code]} {result['parts'][code]} {sign}" for code in names)
    else:
        told = ", ".join(names[code] for code in result.get("winners", []))
    if not told or result.get("outcome") != "carried":
        return _("Nothing was chosen; what holds today stays.")
    return _("Chosen: %(what)s") % {"what": told}


def steps(ballot: Ballot) -> list[str]:
    """Return a sentence for every step of the count."""
    count = (ballot.result or {}).get("explanation")
    if not count:
        return []
    names = labels_of(ballot)
    return [SENTENCES[ballot.rule](step, names, ballot.params) for step in count["steps"]]


def ties(ballot: Ballot) -> list[str]:
    """Return a sentence for every tie that was broken."""
    result, names = ballot.result or {}, labels_of(ballot)
    return [_tie(tie, names) for tie in result.get("explanation", {}).get("ties", [])]


def tie_rule(ballot: Ballot) -> str:
    """Say how a tie is broken."""
    if ballot.rule == questions.MEDIAN:
        return _(
            "If two numbers are in the middle, the one of them or between them nearest to what holds today."
        )
    return _(
        "A tie is broken by a lot that the votes draw: options in the order of the SHA-256 over the root of all "
        "receipts or papers, a colon and the option's code. Nobody knows it before the close, everybody can compute "
        "it after."
    )


def _tie(tie: Step, names: Names) -> str:
    words = {
        "options": ", ".join(names.get(code, code) for code in tie["options"]),
        "chosen": ", ".join(names.get(code, code) for code in tie["chosen"]) or "–",
    }
    if tie["by"] == "status quo":
        return _("Everything between %(options)s was in the middle; nearest to today is %(chosen)s.") % words
    return _("%(options)s were equal; the lot chose %(chosen)s.") % words


def figure(value: Any) -> str:
    """Return an exact figure as people read it: a fraction to two decimals."""
    text = str(value).removeprefix("≈")
    number = Fraction(text)
    if number.denominator == 1:
        return str(figures.number(number.numerator, get_language()))
    return str(figures.number(float(number), get_language(), digits=2))


def _votes(votes: Mapping[str, Any], names: Names) -> str:
    return ", ".join(f"{names.get(code, code)} {figure(value)}" for code, value in votes.items())


def _points(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    words = {"option": names[step["option"]], "points": figure(step["points"])}
    if step["seat"]:
        return _("%(option)s: %(points)s, chosen.") % words
    return _("%(option)s: %(points)s.") % words


def _runoff(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    words = {
        "votes": _votes(step["votes"], names),
        "exhausted": figure(step["exhausted"]),
        "out": names.get(step.get("excluded", ""), ""),
        "won": names.get(step.get("elected", ""), ""),
    }
    if words["won"]:
        return _("%(votes)s; without a further choice %(exhausted)s. %(won)s is chosen.") % words
    return _("%(votes)s; without a further choice %(exhausted)s. %(out)s leaves, its votes move on.") % words


def _schulze(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    if "options" in step:
        (one, other), (most, least) = step["options"], step["votes"]
        words = {"one": names[one], "other": names[other], "votes": figure(most), "against": figure(least)}
        return _("%(one)s against %(other)s: %(votes)s to %(against)s.") % words
    words = {"won": names[step["elected"]], "paths": _paths(step["strongest_paths"], names)}
    return _("%(won)s is chosen; its strongest path to each other, and theirs back: %(paths)s.") % words


def _paths(paths: Mapping[str, Sequence[Any]], names: Names) -> str:
    return ", ".join(f"{names[code]} {figure(to)} : {figure(back)}" for code, (to, back) in paths.items())


def _ranked_pairs(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    one, other = step["majority"]
    words = {"one": names[one], "other": names[other], "margin": figure(step["margin"])}
    if step["fixed"]:
        return _("%(one)s before %(other)s, by %(margin)s: fixed.") % words
    return _("%(one)s before %(other)s, by %(margin)s: left out, it would close a circle.") % words


def _money(value: Any, params: Step) -> str:
    return f"{figure(value)} {params.get('unit', '')}".strip()


def _equal_shares(step: Step, names: Names, params: Step) -> str:
    words = {
        "project": names[step["bought"]],
        "cost": _money(step["cost"], params),
        "supporters": figure(step["paid_in_full"] + step["paid_all_they_had_left"]),
        "most": _money(step["most_paid"], params),
        "left": _money(step["budget_left"], params),
    }
    told = _(
        "%(project)s is chosen: the votes for it pay its %(cost)s, at most %(most)s each. Of the budget %(left)s is left."
    )
    return told % words


def _greedy(step: Step, names: Names, params: Step) -> str:
    words = {
        "project": names[step["project"]],
        "cost": _money(step["cost"], params),
        "votes": figure(Fraction(str(step["utility"])) / Fraction(step["cost"])),
        "left": _money(step["budget_left"], params),
    }
    if step["taken"]:
        return _("%(project)s, %(votes)s votes: chosen for %(cost)s; %(left)s is left.") % words
    return _("%(project)s, %(votes)s votes: its %(cost)s no longer fits; %(left)s is left.") % words


def _median(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    if "decided" in step:
        words = {"half": figure(step["half"]), "decided": figure(step["decided"])}
        return _("Half of the votes are %(half)s: in the middle is %(decided)s.") % words
    words = {name: figure(step[name]) for name in ("value", "weight", "at_or_below")}
    return _("%(value)s: %(weight)s votes, %(at_or_below)s at it or below.") % words


def _division(step: Step, names: Names, params: Step) -> str:
    least = int(params.get("least", {}).get(step["option"], 0))
    rest = int(params["whole"]) - sum(params.get("least", {}).values())
    share = Fraction(str(step["share"]).removeprefix("≈"))
    words = {
        "part": names[step["option"]],
        "share": figure(least + rest * share),
        "sign": questions.WHOLES[params["whole"]],
        "weight": figure(step["weight_that_wants_as_much"]),
        "least": least,
    }
    told = _("%(part)s: %(share)s %(sign)s; votes for at least as much: %(weight)s.") % words
    if least:
        return told + " " + _("Of it %(least)s %(sign)s by law, before the vote.") % words
    return told


SENTENCES: Mapping[str, Callable[[Step, Names, Step], str]] = {
    questions.APPROVAL: _points,
    questions.SCORE: _points,
    questions.INSTANT_RUNOFF: _runoff,
    questions.SCHULZE: _schulze,
    questions.RANKED_PAIRS: _ranked_pairs,
    questions.EQUAL_SHARES: _equal_shares,
    questions.GREEDY: _greedy,
    questions.MEDIAN: _median,
    questions.INDEPENDENT_MARKETS: _division,
}
