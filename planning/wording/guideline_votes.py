"""How the votes on a guideline divided: around what was decided, and on the side of each programme that said otherwise."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.questions import INDEPENDENT_MARKETS, INSTANT_RUNOFF, MEDIAN, RANKED_PAIRS, SCHULZE
from planning.models import GuidelineQuestion, Programme, Topic
from planning.selectors.guidelines import Key
from workplaces.presentation import figures

Step = Mapping[str, Any]


def took_part(ballot: Ballot) -> str:
    """Say how many votes were cast; empty before they are counted."""
    if not ballot.result:
        return ""
    words = {name: _number(ballot.result[name]) for name in ("cast", "eligible")}
    return _("%(cast)s of %(eligible)s votes cast") % words


def divided(question: GuidelineQuestion, ballot: Ballot, key: Key) -> str:
    """Say how many took part, and how they divided around what was decided on ``key``; empty before the count."""
    if not ballot.result:
        return ""
    return ", ".join([took_part(ballot), *_around(question, ballot, key)])


def beside(
    question: GuidelineQuestion,
    ballot: Ballot,
    programme: Programme,
    said: float | None,
    decided: float | None,
) -> str:
    """Say how many votes went the programme's way where it was not decided so.

    ``said`` is its figure, ``decided`` what was decided. Empty where it says nothing or what was decided, and of
    shares, of which a paper names all at once.
    """
    if said is None or not _steps(ballot):
        return ""
    if question.rule == MEDIAN:
        return "" if decided is None or said == decided else _side(ballot, said, decided)
    if question.rule == INDEPENDENT_MARKETS:
        return ""
    mine = str(programme.public_id)
    code = next((one["code"] for one in question.options if mine in one["programmes"]), None)
    won = (ballot.result or {})["winners"][0]
    return "" if code in {None, won} else PREFERRED[question.rule](_steps(ballot), str(code), won)


def _steps(ballot: Ballot) -> Sequence[Step]:
    steps: Sequence[Step] = (ballot.result or {}).get("explanation", {}).get("steps", [])
    return steps


def _numbers(ballot: Ballot) -> list[tuple[Fraction, int]]:
    """Return the numbers on the papers, each with its votes."""
    rows = [step for step in _steps(ballot) if "value" in step]
    return [(Fraction(str(row["value"]).removeprefix("≈")), int(row["weight"])) for row in rows]


def _around(question: GuidelineQuestion, ballot: Ballot, key: Key) -> list[str]:
    result = ballot.result or {}
    found: list[str] = []
    if question.rule == MEDIAN and "number" in result:
        decided, numbers = Fraction(result["number"]), _numbers(ballot)
        words = {
            "less": _number(sum(votes for value, votes in numbers if value < decided)),
            "same": _number(sum(votes for value, votes in numbers if value == decided)),
            "more": _number(sum(votes for value, votes in numbers if value > decided)),
        }
        found.append(_("%(less)s for less, %(same)s for this, %(more)s for more") % words)
    elif question.rule == INDEPENDENT_MARKETS and _steps(ballot):
        code = next(
            one["code"]
            for one in question.options
            if question.topic == Topic.COLLECTIVE or one["entity"] == key[1]
        )
        wants = next(s["weight_that_wants_as_much"] for s in _steps(ballot) if s["option"] == code)
        found.append(_("%(votes)s for at least this share") % {"votes": _number(int(wants))})
    if blank := int(result.get("blank", 0)):
        found.append(_("%(votes)s blank") % {"votes": _number(blank)})
    return found


def _side(ballot: Ballot, said: float, decided: float) -> str:
    """Say how many went as far as a programme, or farther."""
    mine = Fraction(str(said))
    if said > decided:
        votes = sum(votes for value, votes in _numbers(ballot) if value >= mine)
        return ngettext("%(votes)s vote for at least this", "%(votes)s votes for at least this", votes) % {
            "votes": _number(votes)
        }
    votes = sum(votes for value, votes in _numbers(ballot) if value <= mine)
    return ngettext("%(votes)s vote for at most this", "%(votes)s votes for at most this", votes) % {
        "votes": _number(votes)
    }


def _compared(steps: Sequence[Step], code: str, won: str) -> str:
    row = next(s for s in steps if set(s.get("options", [])) == {code, won})
    votes = dict(zip(row["options"], row["votes"], strict=True))
    words = {"votes": _number(int(votes[code])), "others": _number(int(votes[won]))}
    return _("%(votes)s preferred this, %(others)s what was decided") % words


def _majority(steps: Sequence[Step], code: str, won: str) -> str:
    row = next((s for s in steps if set(s.get("majority", [])) == {code, won}), None)
    if row is None:
        return _("as many preferred this as what was decided")
    words = {"votes": _number(int(row["margin"]))}
    if row["majority"][0] == code:
        return _("%(votes)s more preferred this to what was decided than the other way round") % words
    return _("%(votes)s more preferred what was decided to this than the other way round") % words


def _first_choices(steps: Sequence[Step], code: str, won: str) -> str:  # noqa: ARG001
    votes = int(steps[0]["votes"].get(code, 0))
    return _("first choice of %(votes)s") % {"votes": _number(votes)}


PREFERRED = {SCHULZE: _compared, RANKED_PAIRS: _majority, INSTANT_RUNOFF: _first_choices}


def _number(value: int) -> str:
    return str(figures.number(value, get_language()))
