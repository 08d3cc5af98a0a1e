"""How a question with options is counted, in one sentence of the reader's language. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import questions
from councils.sums import sum_told


def rule_told(rule: str, params: Mapping[str, Any]) -> str:
    """Say how the question is decided, before anybody has voted."""
    return SENTENCES[rule](params)


def _approval(params: Mapping[str, Any]) -> str:
    told = ngettext(
        "Approve every option that you would accept; the most approved one is chosen.",
        "Approve every option that you would accept; the %(places)s most approved ones are chosen.",
        params["places"],
    )
    return told % params


def _score(params: Mapping[str, Any]) -> str:
    told = ngettext(
        "Give every option from 0 to %(most)s points; the one with most points in all is chosen.",
        "Give every option from 0 to %(most)s points; the %(places)s with most points in all are chosen.",
        params["places"],
    )
    told %= params
    if "total" not in params:
        return told
    return told + " " + _("You have %(total)s points in all.") % {"total": params["total"]}


def _runoff(params: Mapping[str, Any]) -> str:  # noqa: ARG001
    return _(
        "Rank the options; the weakest leaves, round by round, and its votes move on, until one has more than half."
    )


def _schulze(params: Mapping[str, Any]) -> str:  # noqa: ARG001
    return _(
        "Rank the options; they are compared two by two, and the one that no other beats by a stronger path of "
        "majorities is chosen (Schulze)."
    )


def _ranked_pairs(params: Mapping[str, Any]) -> str:  # noqa: ARG001
    return _(
        "Rank the options; they are compared two by two, the clearest majority is fixed first, and who stands at the "
        "top is chosen (ranked pairs)."
    )


def _equal_shares(params: Mapping[str, Any]) -> str:
    told = _(
        "Approve the projects that you want; everybody who votes has an equal share of the budget of %(budget)s "
        "%(unit)s, and a project is chosen when those who want it can pay for it together (Equal Shares)."
    )
    return told % {**params, "budget": sum_told(params["budget"], params)}


def _greedy(params: Mapping[str, Any]) -> str:
    told = _(
        "Approve the projects that you want; they are taken by the number of approvals, each if it still fits in the "
        "budget of %(budget)s %(unit)s."
    )
    return told % {**params, "budget": sum_told(params["budget"], params)}


def _median(params: Mapping[str, Any]) -> str:
    told = _(
        "Name a number from %(least)s to %(most)s %(unit)s; the one in the middle is chosen: half name at least as "
        "much, half at most as much. If two are in the middle, the nearest to today's %(status_quo)s holds."
    )
    return told % params


def _division(params: Mapping[str, Any]) -> str:
    told = _(
        "Divide %(whole)s %(sign)s among the parts; the shares are medians that move until they come to the whole "
        "(Independent Markets)."
    )
    return told % {**params, "sign": questions.WHOLES[params["whole"]]}


def _dhondt(params: Mapping[str, Any]) -> str:
    told = _(
        "Name one list. The %(seats)s seats are given one by one, each to the list with most votes for each seat that it "
        "would then have (D'Hondt)."
    )
    return told % params


def _sainte_lague(params: Mapping[str, Any]) -> str:
    told = _(
        "Name one list. The %(seats)s seats are given one by one, each to the list whose votes, divided by 1, 3, 5 and so "
        "on with every seat that it has, are the most (Sainte-Laguë)."
    )
    return told % params


SENTENCES = {
    questions.APPROVAL: _approval,
    questions.SCORE: _score,
    questions.INSTANT_RUNOFF: _runoff,
    questions.SCHULZE: _schulze,
    questions.RANKED_PAIRS: _ranked_pairs,
    questions.EQUAL_SHARES: _equal_shares,
    questions.GREEDY: _greedy,
    questions.MEDIAN: _median,
    questions.INDEPENDENT_MARKETS: _division,
    questions.DHONDT: _dhondt,
    questions.SAINTE_LAGUE: _sainte_lague,
}
