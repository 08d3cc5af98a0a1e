"""Rows and papers as the templates want them."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _

from councils import wording
from councils.models import Ballot, NamedVote, RollEntry

ROLL_COLUMNS = ("number", "name", "represents", "weight", "code", "cast_at", "receipt")


def vote_of(entry: RollEntry) -> NamedVote | None:
    """Return the vote that an entry has, if it has one."""
    try:
        return entry.vote
    except ObjectDoesNotExist:
        return None


def answers(ballot: Ballot, rights: list[RollEntry]) -> list[dict[str, Any]]:
    """Return one paper per voting right: question, standing, and the answers, each with a key of its own."""
    options = list(ballot.options.all())
    papers = []
    for entry in rights:
        vote = vote_of(entry)
        papers.append(
            {
                "entry": entry,
                "question": wording.vote_question(entry),
                "standing": wording.vote_standing(vote),
                "if_nothing": wording.if_nothing(vote, ballot.closes_at),
                "receipt": vote.receipt if vote else "",
                "options": [
                    {
                        "code": option.code,
                        "label": _(option.label),
                        "text": wording.choice_text(option.effect),
                        "is_chosen": vote is not None and vote.option_id == option.pk,
                        "key": secrets.token_hex(16),
                    }
                    for option in options
                ],
            }
        )
    return papers


def roll_call_rows(
    roll: Iterable[RollEntry], *, is_open: bool, is_secret: bool = False
) -> list[dict[str, Any]]:
    """Return the roll-call: who, for whom, how; those without a vote are waiting or did not vote."""
    missing = _("not yet") if is_open else _("did not vote")
    if is_secret:
        missing = _("in secret")
    return [_row(entry, vote_of(entry), missing) for entry in roll]


def _row(entry: RollEntry, vote: NamedVote | None, missing: str) -> dict[str, Any]:
    return {
        "number": entry.number,
        "name": entry.name,
        "url": reverse("councils:person", args=[entry.person.public_id])
        if entry.right.startswith("seat:")
        else "",
        "represents": entry.represents,
        "weight": entry.weight,
        "vote": _(vote.option.label) if vote else missing,
        "kind": vote.option.effect if vote else "waiting",
        "code": vote.option.code if vote else "",
        "cast_at": vote.cast_at if vote else None,
        "receipt": vote.receipt if vote else "",
    }
