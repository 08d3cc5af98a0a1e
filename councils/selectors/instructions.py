"""Which instruction holds for whom in which vote, and the instructions that a body has given."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from councils.models import Ballot, Council, Instruction, Mandate, NamedVote, Seat

RELATED = ("sender", "council", "motion", "amendment", "decided_by", "created_by")
State = Instruction.State


def instructions_on(ballot: Ballot) -> dict[int, Instruction]:
    """Return the instructions that hold in a vote, or held when it ended, by the sending council's id."""
    about = _about(ballot)
    if about is None or ballot.secrecy != Ballot.Secrecy.NAMED:
        return {}
    rows = _held(about, ballot.closed_at or ballot.voided_at)
    found: dict[int, Instruction] = {}
    for row in rows.select_related("sender", "decided_by"):
        if row.motion_id or row.sender_id not in found:
            found[row.sender_id] = row
    return found


def instruction_for(ballot: Ballot, sender_id: int) -> Instruction | None:
    """Return the instruction that holds for those whom one council sent, in an open vote: one query."""
    about = _about(ballot)
    if about is None:
        return None
    rows = _held(about, None).filter(sender=sender_id).select_related("sender")
    return max(rows, key=lambda row: row.motion_id is not None, default=None)


def _about(ballot: Ballot) -> QuerySet[Instruction] | None:
    """Return the instructions on what a vote is about; None where nobody is instructed on such votes."""
    if ballot.amendment_id is not None:
        return Instruction.objects.filter(amendment=ballot.amendment_id)
    motion = ballot.motion
    if motion is None or motion.asks:
        return None
    standing = Q(council=motion.council_id, motion__isnull=True, subject_kind=motion.subject_kind)
    return Instruction.objects.filter(standing | Q(motion=motion, amendment__isnull=True))


def _held(rows: QuerySet[Instruction], at: datetime | None) -> QuerySet[Instruction]:
    if at is None:
        return rows.filter(state=State.IN_FORCE)
    return rows.filter(in_force_at__lte=at).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))


def instructed(ballot: Ballot) -> dict[str, Any]:
    """Return what the record says at the close of who was instructed and who followed; nothing where nobody was."""
    held = instructions_on(ballot)
    if not held:
        return {}
    effects = dict(
        NamedVote.objects.filter(roll_entry__ballot=ballot).values_list("roll_entry_id", "option__effect")
    )
    told = [
        {
            "number": entry.number,
            "name": entry.name,
            "represents": entry.represents,
            "instruction": held[entry.sender_id].public_id,
            "answer": held[entry.sender_id].answer,
            "followed": held[entry.sender_id].is_followed_by(effects[entry.pk])
            if entry.pk in effects
            else None,
        }
        for entry in ballot.roll.filter(sender__in=held).order_by("number")
        if entry.sender_id
    ]
    return {"instructions": told}


def instructions_of(sender: Council) -> QuerySet[Instruction]:
    """Return what a body has instructed those whom it sent, the latest first."""
    return sender.instructions.select_related(*RELATED).order_by("-pk")


def councils_with_delegates_of(sender: Council, now: datetime) -> QuerySet[Council]:
    """Return the councils in which somebody speaks for this one, or has a seat to."""
    seats = Seat.objects.filter(represents_council=sender).values("council")
    sent = Mandate.objects.held_on(now.date()).filter(represents=sender).values("council")
    return Council.objects.filter(Q(pk__in=seats) | Q(pk__in=sent)).exclude(pk=sender.pk).order_by("name")


def senders_to(council: Council, bodies: Mapping[int, Council]) -> list[Council]:
    """Return those of the given bodies that have a seat in a council."""
    seats = Seat.objects.filter(council=council, represents_council__in=bodies)
    return [
        bodies[pk]
        for pk in sorted(set(seats.values_list("represents_council_id", flat=True)))
        if pk in bodies
    ]
