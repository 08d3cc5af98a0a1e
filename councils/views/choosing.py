"""Votes among several options: the paper on the page of its question, checked before it is cast, and the result."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from councils import questions, result_wording, wording
from councils.choice_forms import Sheet, is_whole, sheet_of, sheet_saying
from councils.choice_rules import rule_told
from councils.models import Ballot, Motion, RollEntry
from councils.services import vote_cast
from councils.sums import sum_told
from councils.views.common import moment, person
from councils.views.showing import vote_of
from workplaces.errors import Refused


@dataclass(frozen=True)
class Typed:
    """A paper as it came back from its form: whose, and what stood in it."""

    right: str
    sheet: Sheet


def cast_or_shown(request: HttpRequest, ballot: Ballot) -> HttpResponse | tuple[Typed, Refused | None]:
    """Cast the choice that the form brought; where it is only to be checked, or is refused, return what was typed."""
    sheet, right = sheet_of(ballot, request.POST), request.POST.get("right", "")
    try:
        choice = sheet.choice
        if request.POST.get("do") == "check":
            return Typed(right, sheet), None
        receipt = vote_cast(
            ballot=ballot,
            right=right,
            choice=choice,
            by=person(request),
            idempotency_key=request.POST.get("idempotency_key", ""),
            now=moment(),
        )
    except Refused as problem:
        return Typed(right, sheet), problem
    return redirect(f"{reverse('councils:receipt')}?code={receipt.code}&cast=1")


def sheets(ballot: Ballot, rights: Sequence[RollEntry], typed: Typed | None) -> list[dict[str, Any]]:
    """Return one paper per voting right, filled in as its vote stands or as it was just typed."""
    options = list(ballot.options.order_by("number"))
    return [_sheet(ballot, entry, options, typed) for entry in rights]


def _sheet(ballot: Ballot, entry: RollEntry, options: list[Any], typed: Typed | None) -> dict[str, Any]:
    vote = vote_of(entry)
    sheet = sheet_saying(ballot, options, vote.choice if vote else None)
    is_typed = typed is not None and typed.right == entry.right
    if typed and is_typed:
        sheet = typed.sheet
    return {
        "entry": entry,
        "question": wording.vote_question(entry),
        "standing": wording.vote_standing(vote),
        "if_nothing": wording.if_nothing_among(vote, ballot.closes_at),
        "receipt": vote.receipt if vote else "",
        "sheet": sheet,
        "prefix": f"paper{entry.number}-",
        "checked": sheet.told if is_typed and is_whole(sheet) else "",
        "remaining": sheet.remaining() if is_typed else "",
        "key": secrets.token_hex(16),
    }


def asked_part(motion: Motion) -> dict[str, Any] | None:
    """Return what the page of a motion shows of its question with options."""
    return asked_of(motion.question)


def asked_of(question: questions.Question | None) -> dict[str, Any] | None:
    """Return what pages show of a question with options."""
    if question is None:
        return None
    return {
        "options": [
            {
                "label": option.label,
                "cost": "" if option.cost is None else sum_told(option.cost, question.params, grouped=True),
                "least": option.least,
            }
            for option in question.options
        ],
        "params": question.params,
        "told": rule_told(question.rule, question.params),
        "sign": questions.WHOLES.get(question.params.get("whole", 0), ""),
    }


def result_part(ballot: Ballot) -> dict[str, Any]:
    """Return what the page of a question shows of its result."""
    count = result_wording.counted_in(ballot)
    return {
        "chosen": result_wording.chosen(count) if ballot.result else "",
        "count_steps": result_wording.steps(count),
        "ties": result_wording.ties(count),
        "tie_rule": result_wording.tie_rule(ballot.rule),
    }
