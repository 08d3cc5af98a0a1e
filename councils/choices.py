"""What a voter says to a question with options: checked, and in the one form that is stored and counted. Pure.

A blank choice (an empty list or object) takes part and asks for nothing. Otherwise, by rule: a list of options'
codes (``approval``, ``equal_shares``, ``greedy``: those one wants; ``dhondt``, ``sainte_lague``: the one; ``stv`` and the
ranked ones: best first); points or shares by code (``score``, ``independent_markets``); ``{"number": "35.5"}`` (``median``).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import questions
from workplaces.errors import Invalid

BY_CODE = (questions.SCORE, questions.INDEPENDENT_MARKETS)
IN_ORDER = ("stv", *questions.RANKED)

type Choice = list[str] | dict[str, Any]


def choice_cleaned(rule: str, params: Mapping[str, Any], labels: Mapping[str, str], given: Any) -> Choice:
    """Return a choice as it is stored; ``labels`` are the options by code, in the ballot's order.

    Raises Invalid with a sentence that names what is wrong: unknown options, one named twice, points above the
    most or over what one has in all, a number out of range, shares below their least or that miss the whole.
    """
    if rule == questions.MEDIAN:
        return _number(params, given)
    if rule in BY_CODE:
        amounts = _amounts(labels, given)
        if rule == questions.SCORE:
            _check_points(params, labels, amounts)
        elif amounts:
            _check_shares(params, labels, amounts)
        return amounts
    listed = _listed(labels, given)
    if rule in questions.LISTS and len(listed) > 1:
        raise wrong(_("A paper of this vote names one list, or none."))
    order = {code: place for place, code in enumerate(labels)}
    return listed if rule in IN_ORDER else sorted(listed, key=order.__getitem__)


def _listed(labels: Mapping[str, str], given: Any) -> list[str]:
    if not isinstance(given, list | tuple) or not all(isinstance(code, str) for code in given):
        raise wrong(_("A paper of this vote is a list of options."))
    if unknown := [code for code in given if code not in labels]:
        raise wrong(_("“%(option)s” is not on this ballot.") % {"option": unknown[0][:40]})
    if len(set(given)) < len(given):
        raise wrong(_("An option stands on your paper twice; name each once."))
    return list(given)


def _amounts(labels: Mapping[str, str], given: Any) -> dict[str, int]:
    if not isinstance(given, Mapping):
        raise wrong(_("A paper of this vote gives every option a whole number."))
    found = {}
    for code, amount in given.items():
        if code not in labels:
            raise wrong(_("“%(option)s” is not on this ballot.") % {"option": str(code)[:40]})
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
            raise wrong(
                _("“%(option)s” needs a whole number, 0 or more.") % {"option": _(labels[code])}, code
            )
        found[code] = amount
    return {code: found[code] for code in labels if found.get(code)}


def _check_points(params: Mapping[str, Any], labels: Mapping[str, str], amounts: Mapping[str, int]) -> None:
    for code, points in amounts.items():
        if points > params["most"]:
            words = {"option": _(labels[code]), "points": points, "most": params["most"]}
            raise wrong(_("“%(option)s” has %(points)s points; the most is %(most)s.") % words, code)
    given = sum(amounts.values())
    if "total" in params and given > params["total"]:
        words = {"given": given, "total": params["total"], "over": given - params["total"]}
        raise wrong(_("You gave %(given)s points and have %(total)s in all: take %(over)s away.") % words)


def _check_shares(params: Mapping[str, Any], labels: Mapping[str, str], amounts: Mapping[str, int]) -> None:
    for code, least in params.get("least", {}).items():
        if amounts.get(code, 0) < least:
            words = {"option": _(labels[code]), "least": least, "share": amounts.get(code, 0)}
            raise wrong(_("“%(option)s” has %(share)s; by law it has at least %(least)s.") % words, code)
    given, parts = sum(amounts.values()), params["whole"]
    words = {"given": given, "whole": parts, "rest": abs(parts - given)}
    if given < parts:
        raise wrong(_("Your shares come to %(given)s of %(whole)s; %(rest)s are still to be given.") % words)
    if given > parts:
        raise wrong(_("Your shares come to %(given)s of %(whole)s; take %(rest)s away.") % words)


def _number(params: Mapping[str, Any], given: Any) -> dict[str, str]:
    if given == {}:
        return {}
    if not isinstance(given, Mapping) or set(given) != {"number"}:
        raise wrong(_("A paper of this vote names one number."))
    text = questions.decimal(given["number"])
    if text is None:
        raise wrong(
            _("“%(text)s” is no number with at most six decimals.") % {"text": str(given["number"])[:40]}
        )
    if not Decimal(params["least"]) <= Decimal(text) <= Decimal(params["most"]):
        words = {"number": text, "least": params["least"], "most": params["most"]}
        raise wrong(_("%(number)s is not between %(least)s and %(most)s.") % words)
    return {"number": text}


def blank(rule: str) -> Choice:
    """Return the choice that asks for nothing."""
    return {} if rule in (*BY_CODE, questions.MEDIAN) else []


def wrong(sentence: str, code: str = "") -> Invalid:
    """Return the refusal of a choice, at the option that it concerns."""
    return Invalid(sentence, fields={"choice": sentence, **({f"choice:{code}": sentence} if code else {})})


def told(
    rule: str, params: Mapping[str, Any], labels: Mapping[str, str], choice: Sequence[str] | Mapping[str, Any]
) -> str:
    """Say a choice in one line, in the reader's language."""
    if not choice:
        return _("blank")
    if isinstance(choice, Mapping):
        if rule == questions.MEDIAN:
            return f"{choice['number']} {params.get('unit', '')}".strip()
        rows = [(_(labels[code]), choice[code]) for code in labels if code in choice]
        if rule == questions.SCORE:
            return ", ".join(f"{label}: {_points(points)}" for label, points in rows)
        return ", ".join(f"{label}: {share} {questions.WHOLES[params['whole']]}" for label, share in rows)
    if rule in IN_ORDER:
        return ", ".join(f"{place}. {_(labels[code])}" for place, code in enumerate(choice, 1))
    return ", ".join(_(labels[code]) for code in choice)


def _points(points: int) -> str:
    return ngettext("%(points)s point", "%(points)s points", points) % {"points": points}
