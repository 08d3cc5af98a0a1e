"""The count sheet of a question with options: what was chosen, and every step, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils import questions
from councils.choice_wording import labels_of
from councils.models import Ballot, Motion
from councils.sums import exactly
from councils.why import why
from workplaces.presentation import figures

Names = Mapping[str, str]
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Counted:
    """A question with options that was counted, from a ballot, from minutes or from the record."""

    rule: str
    params: Mapping[str, Any]
    result: Mapping[str, Any]
    names: Names


def counted_in(ballot: Ballot) -> Counted:
    """Return what a ballot's count says."""
    return Counted(ballot.rule, ballot.params, ballot.result or {}, labels_of(ballot))


def chosen(count: Counted) -> str:
    """Say what was chosen, with its figures and units, or why nothing was."""
    result, params, names = count.result, count.params, count.names
    if result.get("outcome") != "carried":
        stays = _("What holds today stays.")
        return f"{_nothing(result)} {stays}"
    if "number" in result:
        told = f"{result['number']} {params.get('unit', '')}".strip()
    elif "parts" in result:
        sign = questions.WHOLES[params["whole"]]
        told = ", ".join(f"{names[code]} {result['parts'][code]} {sign}" for code in names)
    elif "seats" in result:
        told = ", ".join(
            _seats(names[code], result["seats"][code]) for code in names if code in result["seats"]
        )
    else:
        told = ", ".join(_winner(code, count) for code in result["winners"])
    if "cost" in result:
        words = {"cost": money(result["cost"], params), "budget": money(params["budget"], params)}
        told += " " + _("(%(cost)s of %(budget)s)") % words
    return _("Chosen: %(what)s") % {"what": told}


def came_of(ballot: Ballot) -> str:
    """Say what came of a vote on a motion, and why, in one sentence; empty before its close and of an election."""
    if not ballot.result:
        return ""
    return chosen(counted_in(ballot)) if ballot.weighs_options else why(ballot.result)


def came_of_motions(motions: Iterable[Motion]) -> dict[int, str]:
    """Say by motion what came of the vote that decided it last; two queries for all."""
    decided = [motion.pk for motion in motions if motion.decided_at or motion.state == Motion.State.MOVED]
    closed = Ballot.objects.filter(motion__in=decided, state=Ballot.State.CLOSED).order_by("motion_id", "-pk")
    ballots = list(closed.distinct("motion_id"))
    prefetch_related_objects([ballot for ballot in ballots if ballot.weighs_options], "options")
    return {ballot.motion_id: came_of(ballot) for ballot in ballots if ballot.motion_id}


def _nothing(result: Step) -> str:
    quorum = next((step for step in result.get("steps", []) if step["step"] == "quorum"), None)
    if quorum and not quorum["met"]:
        words = {"cast": quorum["cast"], "eligible": result["eligible"], "least": quorum["least"]}
        return (
            _("Nothing was chosen: %(cast)s of %(eligible)s votes were cast, and the quorum is %(least)s.")
            % words
        )
    if result.get("cast") == result.get("blank"):
        return _("Nothing was chosen: nobody asked for anything.")
    return _("Nothing was chosen.")


def _seats(name: str, seats: int) -> str:
    return ngettext("%(list)s %(seats)s seat", "%(list)s %(seats)s seats", seats) % {
        "list": name,
        "seats": seats,
    }


def _winner(code: str, count: Counted) -> str:
    """Return a winner's name, with its points or approvals where these decided."""
    if count.rule not in (questions.APPROVAL, questions.SCORE):
        return count.names[code]
    rows = count.result.get("explanation", {}).get("steps", [])
    points = next((figure(row["points"]) for row in rows if row["option"] == code), "")
    words = {"option": count.names[code], "points": points}
    if count.rule == questions.SCORE:
        return _("%(option)s (%(points)s points)") % words
    return _("%(option)s (approved by %(points)s)") % words


def steps(count: Counted) -> list[str]:
    """Return a sentence for every step of the count."""
    found = count.result.get("explanation", {}).get("steps", [])
    return [SENTENCES[count.rule](step, count.names, count.params) for step in found]


def ties(count: Counted) -> list[str]:
    """Return a sentence for every tie that was broken."""
    return [_tie(tie, count.names) for tie in count.result.get("explanation", {}).get("ties", [])]


def tie_rule(rule: str) -> str:
    """Say how a tie is broken."""
    if rule == questions.MEDIAN:
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


def money(value: Any, params: Step) -> str:
    """Return an exact sum with its unit."""
    return f"{_sum(value, params)} {params.get('unit', '')}".strip()


def _sum(value: Any, params: Step) -> str:
    if decimals := params.get("decimals", 0):
        return exactly(Fraction(str(value).removeprefix("≈")), decimals)
    return figure(value)


def _equal_shares(step: Step, names: Names, params: Step) -> str:
    words = {
        "project": names[step["bought"]],
        "cost": money(step["cost"], params),
        "supporters": figure(step["paid_in_full"] + step["paid_all_they_had_left"]),
        "most": money(step["most_paid"], params),
        "left": money(step["budget_left"], params),
    }
    told = _(
        "%(project)s is chosen: the votes for it pay its %(cost)s, at most %(most)s each. Of the budget %(left)s is left."
    )
    return told % words


def _greedy(step: Step, names: Names, params: Step) -> str:
    words = {
        "project": names[step["project"]],
        "cost": money(step["cost"], params),
        "votes": figure(Fraction(str(step["utility"])) / Fraction(step["cost"])),
        "left": money(step["budget_left"], params),
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


def _seat(step: Step, names: Names, params: Step) -> str:  # noqa: ARG001
    words = {
        "seat": step["seat"],
        "list": names[step["list"]],
        "votes": figure(step["votes"]),
        "divisor": step["divisor"],
        "average": figure(step["average"]),
    }
    return _("Seat %(seat)s: %(list)s, %(votes)s votes ÷ %(divisor)s = %(average)s.") % words


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
    **dict.fromkeys(questions.LISTS, _seat),
}
