"""Rows and papers as the templates want them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _

from councils import instruction_wording, wording
from councils.choice_wording import code_of, labels_of, vote_told
from councils.delegated import KEY
from councils.double_majorities import names_of, part_name
from councils.models import Ballot, Instruction, NamedVote, Option, RollEntry
from councils.selectors.delegations import proxies_behind, proxy_of
from councils.selectors.instructions import instructions_on
from councils.tally import CARRIED

ROLL_COLUMNS = (
    "number", "name", "represents", "weight", "code", "cast_at", "receipt", "instructed", "followed",
    "cast_by", "part", "reason",
)  # fmt: skip
UNUSED: Mapping[int, NamedVote] = MappingProxyType({})
NOBODY: Mapping[int, Instruction] = MappingProxyType({})


@dataclass(frozen=True)
class Objecting:
    """An objection as it came back from its form: for which right, its reason as typed, and what is wrong with it."""

    right: str
    reason: str
    fault: str


def parts_shown(ballot: Ballot) -> list[dict[str, Any]]:
    """Return the parts of a roll with their votes, once they are counted, in the order of their names."""
    rows = (ballot.result or {}).get("parts", {})
    names = names_of(ballot.params)
    shown = [
        {"name": name, **rows[code], "is_carried": rows[code]["outcome"] == CARRIED}
        for code, name in names.items()
        if code in rows
    ]
    return sorted(shown, key=lambda row: str(row["name"]))


def vote_of(entry: RollEntry) -> NamedVote | None:
    """Return the vote that an entry has, if it has one."""
    try:
        return entry.vote
    except ObjectDoesNotExist:
        return None


def answers(
    ballot: Ballot, rights: list[RollEntry], objection: Objecting | None = None
) -> list[dict[str, Any]]:
    """Return one paper per voting right: question, standing, and the answers, each with a key of its own.

    ``objection`` is what came back from a form that was refused.
    """
    options = list(ballot.options.all())
    instructions = instructions_on(ballot) if any(entry.sender_id for entry in rights) else NOBODY
    papers = []
    froze = bool(ballot.params.get(KEY))
    for entry in rights:
        vote, typed = vote_of(entry), objection if objection and objection.right == entry.right else None
        instruction = instructions.get(entry.sender_id or 0)
        papers.append(
            {
                "entry": entry,
                "question": wording.vote_question(entry),
                "standing": wording.vote_standing(vote),
                "if_nothing": (wording.if_nothing_by_consent if ballot.is_by_consent else wording.if_nothing)(
                    vote, ballot.closes_at
                ),
                "receipt": vote.receipt if vote else "",
                "instruction": _instruction(ballot, instruction),
                "behind": proxies_behind(ballot, entry.pk) if froze else 0,
                "proxy": proxy_of(ballot, entry) if froze else None,
                "fault": typed.fault if typed else "",
                "reason": _reason(typed, vote, instruction),
                "options": [_answer(ballot, option, vote) for option in options],
            }
        )
    return papers


def _answer(ballot: Ballot, option: Option, vote: NamedVote | None) -> dict[str, Any]:
    told = wording.consent_text if ballot.is_by_consent else wording.choice_text
    return {
        "code": option.code,
        "label": _(option.label),
        "text": told(option.effect),
        "is_objection": ballot.is_by_consent and option.effect == Option.Effect.NO,
        "is_chosen": vote is not None and vote.option_id == option.pk,
        "key": secrets.token_hex(16),
    }


def _reason(typed: Objecting | None, vote: NamedVote | None, instruction: Instruction | None) -> str:
    """Return what stands in the reason's field: as typed, else as it counts, else that of those who told to object."""
    if typed:
        return typed.reason
    if vote and vote.reason:
        return vote.reason
    return instruction.reason if instruction and instruction.answer == Instruction.Answer.NO else ""


def _instruction(ballot: Ballot, instruction: Instruction | None) -> dict[str, Any] | None:
    if instruction is None:
        return None
    return {
        "sentence": instruction_wording.what_to_do(instruction),
        "reason": instruction.reason,
        "binding": instruction_wording.binding(refused=bool(ballot.params.get("instructions"))),
        "is_free": instruction.answer == Instruction.Answer.FREE,
        "decided_by": instruction.decided_by,
    }


def roll_call_rows(
    roll: Iterable[RollEntry],
    *,
    is_open: bool,
    is_secret: bool = False,
    through: Mapping[int, NamedVote] = UNUSED,
    instructions: Mapping[int, Instruction] = NOBODY,
) -> list[dict[str, Any]]:
    """Return the roll-call: who, for whom, how; those without a vote are waiting or did not vote.

    ``instructions`` are those that hold, by the id of the council whom a delegate speaks for.
    """
    missing = _("not yet") if is_open else _("did not vote")
    if is_secret:
        missing = _("in secret")
    labels: dict[str, str] | None = None
    rows = []
    for entry in roll:
        vote = vote_of(entry) or through.get(entry.pk)
        if vote and vote.option is None and labels is None:
            labels = labels_of(entry.ballot)
        told = vote_told(vote, entry.ballot, labels) if vote else missing
        instruction = instructions.get(entry.sender_id or 0)
        rows.append(_row(entry, vote, told, instruction, is_through=entry.pk in through))
    return rows


def _row(
    entry: RollEntry,
    vote: NamedVote | None,
    told: str,
    instruction: Instruction | None,
    *,
    is_through: bool = False,
) -> dict[str, Any]:
    followed = instruction.is_followed_by(vote.effect) if vote and instruction else None
    return {
        "instruction": instruction.get_answer_display() if instruction else "",
        "instructed": instruction.answer if instruction else "",
        "followed": followed,
        "is_against_instruction": followed is False,
        "number": entry.number,
        "name": entry.name,
        "url": reverse("councils:person", args=[entry.person.public_id])
        if entry.right.startswith("seat:")
        else "",
        "represents": entry.represents,
        "weight": entry.weight,
        "part": entry.part,
        "part_name": part_name(entry.ballot.params, entry.part),
        "vote": told,
        "cast_by": vote.roll_entry.name if vote and is_through else "",
        "kind": (vote.effect or "option") if vote else "waiting",
        "code": code_of(vote) if vote else "",
        "reason": vote.reason if vote and not is_through else "",
        "cast_at": vote.cast_at if vote else None,
        "receipt": vote.receipt if vote else "",
    }
