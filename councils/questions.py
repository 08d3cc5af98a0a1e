"""A question with options: what a motion asks instead of yes or no, checked, and as its canonical JSON. Pure.

``rule`` names how it is counted. Options have a label; of projects a cost, of parts of a whole the least that the law
gives them. ``params`` belong to the rule. Money is in whole units, of which ``decimals`` digits stand behind the decimal
mark where it is shown; shares are in whole parts of the whole.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from workplaces.errors import Invalid
from workplaces.record import chain

APPROVAL, SCORE = "approval", "score"
INSTANT_RUNOFF, SCHULZE, RANKED_PAIRS = "instant_runoff", "schulze", "ranked_pairs"
EQUAL_SHARES, GREEDY = "equal_shares", "greedy"
MEDIAN, INDEPENDENT_MARKETS = "median", "independent_markets"
RANKED = (INSTANT_RUNOFF, SCHULZE, RANKED_PAIRS)
DHONDT, SAINTE_LAGUE = "dhondt", "sainte_lague"
PORTFOLIO = (EQUAL_SHARES, GREEDY)
LISTS = (DHONDT, SAINTE_LAGUE)
RULES = (APPROVAL, SCORE, *RANKED, *PORTFOLIO, MEDIAN, INDEPENDENT_MARKETS, *LISTS)
COMPLETIONS = ("none", "1pct", "add1", "1pct-until-overspend", "add1-until-overspend")
WHOLES = {100: "%", 1000: "‰"}
MOST_OPTIONS, LABEL_LENGTH, UNIT_LENGTH = 60, 200, 30
MOST_MONEY, MOST_POINTS, MOST_SEATS = 10**12, 1000, 1000
DECIMALS, LARGEST = 6, Decimal(10) ** 12


@dataclass(frozen=True)
class Answer:
    """One option: ``code`` as papers name it, ``cost`` of a project, ``least`` share that the law gives a part."""

    code: str
    label: str
    cost: int | None = None
    least: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as the motion's words hold it."""
        more = {"cost": self.cost} if self.cost is not None else {}
        return {"label": self.label, **more, **({"least": self.least} if self.least else {})}


@dataclass(frozen=True)
class Question:
    """What is asked, checked by ``question_checked``."""

    rule: str
    options: tuple[Answer, ...]
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        listed = [option.as_dict() for option in self.options]
        return {"rule": self.rule, "options": listed, "params": dict(self.params)}

    @property
    def written(self) -> str:
        """Its canonical JSON, which is part of the motion's words."""
        return chain.canonical(chain.plain(self.as_dict())).decode()

    @property
    def frozen(self) -> dict[str, Any]:
        """What a ballot's params keep of it: the rule's own, and every option's cost or least share by its code."""
        costs = {option.code: option.cost for option in self.options if option.cost is not None}
        least = {option.code: option.least for option in self.options if option.least}
        return {**self.params, **({"costs": costs} if costs else {}), **({"least": least} if least else {})}


def question_of(written: str) -> Question | None:
    """Read a question back from its canonical JSON; an empty text asks for yes or no."""
    if not written:
        return None
    data = json.loads(written)
    return Question(data["rule"], _answers(data["options"]), data["params"])


def question_checked(data: Any) -> Question:
    """Return the question that ``data`` describes; raises Invalid with a sentence for the first thing wrong."""
    if not isinstance(data, Mapping) or data.get("rule") not in RULES:
        raise wrong("rule", _("Choose how the question is counted."))
    if unknown := set(data) - {"rule", "options", "params"}:
        raise wrong("rule", _("A question has no “%(name)s”.") % {"name": min(map(str, unknown))})
    rule = str(data["rule"])
    options = _options(rule, data.get("options") or [])
    return Question(rule, options, _params(rule, data.get("params") or {}, options))


def wrong(name: str, sentence: str) -> Invalid:
    """Return the refusal of a question, at the field that it concerns."""
    return Invalid(_("The question cannot be put like this."), fields={name: sentence})


def _answers(rows: Sequence[Mapping[str, Any]]) -> tuple[Answer, ...]:
    return tuple(
        Answer(f"o{number}", row["label"], row.get("cost"), row.get("least", 0))
        for number, row in enumerate(rows, 1)
    )


def _options(rule: str, rows: Any) -> tuple[Answer, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise wrong("options", _("The options are a list."))
    if rule == MEDIAN:
        if rows:
            raise wrong("options", _("A question for a number has no options; take them out."))
        return ()
    if not 2 <= len(rows) <= MOST_OPTIONS:
        words = {"most": MOST_OPTIONS, "number": len(rows)}
        raise wrong(
            "options", _("Give between 2 and %(most)s options, one a line; these are %(number)s.") % words
        )
    known = {"label", *(("cost",) if rule in PORTFOLIO else ()), *(("least",) if _divides(rule) else ())}
    labels: set[str] = set()
    for row in rows:
        _check_label(row.get("label"), labels)
        if unknown := set(row) - known:
            told = {"option": row["label"], "name": min(map(str, unknown))}
            raise wrong(
                "options",
                _("The option “%(option)s” has a “%(name)s”, which this rule does not use.") % told,
            )
    return _answers([_row(rule, row) for row in rows])


def _divides(rule: str) -> bool:
    return rule == INDEPENDENT_MARKETS


def _check_label(label: Any, labels: set[str]) -> None:
    if not isinstance(label, str) or not label.strip():
        raise wrong("options", _("An option has no label."))
    if len(label.strip()) > LABEL_LENGTH:
        raise wrong(
            "options", _("An option's label has at most %(most)s characters.") % {"most": LABEL_LENGTH}
        )
    if label.strip().casefold() in labels:
        raise wrong("options", _("The option “%(option)s” stands there twice.") % {"option": label.strip()})
    labels.add(label.strip().casefold())


def _row(rule: str, row: Mapping[str, Any]) -> dict[str, Any]:
    label = " ".join(row["label"].split())
    found: dict[str, Any] = {"label": label}
    if rule in PORTFOLIO:
        sentence = _("The project “%(option)s” needs a cost, a whole number between 1 and %(most)s.")
        told = sentence % {"option": label, "most": MOST_MONEY}
        found["cost"] = whole(row.get("cost"), 1, MOST_MONEY, "options", told)
    if _divides(rule) and row.get("least") not in {None, 0}:
        sentence = _("The least share of “%(option)s” is a whole number of parts above nothing.")
        found["least"] = whole(row["least"], 1, max(WHOLES), "options", sentence % {"option": label})
    return found


def whole(value: Any, low: int, high: int, name: str, sentence: str) -> int:
    """Return a whole number in a range; raises Invalid with the sentence."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise wrong(name, sentence)
    return value


def decimal(value: Any) -> str | None:
    """Return a number as its one canonical text (``-3``, ``35.5``), None for what is no number that is kept here."""
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 30:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > LARGEST or number != round(number, DECIMALS):
        return None
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", "", "-"} else text


def _params(rule: str, given: Any, options: Sequence[Answer]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise wrong("params", _("The params of a question are named values."))
    if unknown := set(given) - set(PARAMS[rule]):
        raise wrong("params", _("This rule has no “%(name)s”.") % {"name": min(map(str, unknown))})
    return CHECKS[rule](given, options)


def _choosing(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:
    sentence = _("How many options are to be chosen? At least one, and fewer than there are.")
    return {"places": whole(given.get("places", 1), 1, len(options) - 1, "places", sentence)}


def _scoring(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:
    found = _choosing(given, options)
    sentence = _("The most points for one option are a whole number between 1 and %(most)s.")
    found["most"] = whole(given.get("most", 10), 1, MOST_POINTS, "most", sentence % {"most": MOST_POINTS})
    if given.get("total") is not None:
        told = _("The points of one vote in all are a whole number, not below the most for one option.")
        found["total"] = whole(given["total"], found["most"], MOST_POINTS * MOST_OPTIONS, "total", told)
    return found


def _ranking(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:  # noqa: ARG001
    return {}


def _spending(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:
    sentence = _("The budget is a whole number between 1 and %(most)s.") % {"most": MOST_MONEY}
    budget = whole(given.get("budget"), 1, MOST_MONEY, "budget", sentence)
    for option in options:
        if (option.cost or 0) > budget:
            words = {"option": option.label, "cost": option.cost, "budget": budget}
            told = _(
                "“%(option)s” costs %(cost)s, more than the budget of %(budget)s: it could never be chosen."
            )
            raise wrong("options", told % words)
    found = {"budget": budget, "unit": _unit(given)}
    if given.get("decimals") is not None:
        told = _("At most %(most)s digits of a sum stand behind the decimal mark.") % {"most": DECIMALS}
        found["decimals"] = whole(given["decimals"], 1, DECIMALS, "decimals", told)
    return found


def _sharing(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:
    completion = given.get("completion", "1pct")
    if completion not in COMPLETIONS:
        words = {"choices": ", ".join(COMPLETIONS)}
        raise wrong("completion", _("What is left over is used by one of: %(choices)s.") % words)
    return {**_spending(given, options), "completion": completion}


def _measuring(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:  # noqa: ARG001
    found: dict[str, Any] = {}
    for name, sentence in (
        (
            "least",
            _("The least number that can be named is missing, or no number with at most six decimals."),
        ),
        (
            "most",
            _("The largest number that can be named is missing, or no number with at most six decimals."),
        ),
        ("status_quo", _("Say what holds today: a number with at most six decimals.")),
    ):
        text = decimal(given.get(name))
        if text is None:
            raise wrong(name, sentence)
        found[name] = text
    if Decimal(found["least"]) >= Decimal(found["most"]):
        raise wrong("most", _("The largest number is above the least."))
    if not Decimal(found["least"]) <= Decimal(found["status_quo"]) <= Decimal(found["most"]):
        raise wrong("status_quo", _("What holds today lies between the least and the largest number."))
    return {**found, "unit": _unit(given)}


def _dividing(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:
    parts = given.get("whole", 100)
    if isinstance(parts, bool) or parts not in WHOLES:
        raise wrong("whole", _("The whole is divided in 100 or in 1000 parts."))
    least = sum(option.least for option in options)
    if least >= parts:
        words = {"least": least, "whole": parts}
        raise wrong(
            "options",
            _("The least shares come to %(least)s of %(whole)s, so nothing is left to vote on.") % words,
        )
    return {"whole": int(parts)}


def _seating(given: Mapping[str, Any], options: Sequence[Answer]) -> dict[str, Any]:  # noqa: ARG001
    sentence = _("How many seats are divided among the lists? A whole number between 1 and %(most)s.")
    return {"seats": whole(given.get("seats"), 1, MOST_SEATS, "seats", sentence % {"most": MOST_SEATS})}


def _unit(given: Mapping[str, Any]) -> str:
    unit = given.get("unit", "")
    if not isinstance(unit, str) or len(unit.strip()) > UNIT_LENGTH:
        raise wrong("unit", _("A unit is a word of at most %(most)s characters.") % {"most": UNIT_LENGTH})
    return unit.strip()


PARAMS: Mapping[str, tuple[str, ...]] = {
    APPROVAL: ("places",),
    SCORE: ("places", "most", "total"),
    **dict.fromkeys(RANKED, ()),
    EQUAL_SHARES: ("budget", "unit", "decimals", "completion"),
    GREEDY: ("budget", "unit", "decimals"),
    MEDIAN: ("least", "most", "status_quo", "unit"),
    INDEPENDENT_MARKETS: ("whole",),
    **dict.fromkeys(LISTS, ("seats",)),
}
CHECKS: Mapping[str, Callable[[Mapping[str, Any], Sequence[Answer]], dict[str, Any]]] = {
    APPROVAL: _choosing,
    SCORE: _scoring,
    **dict.fromkeys(RANKED, _ranking),
    EQUAL_SHARES: _sharing,
    GREEDY: _spending,
    MEDIAN: _measuring,
    INDEPENDENT_MARKETS: _dividing,
    **dict.fromkeys(LISTS, _seating),
}
