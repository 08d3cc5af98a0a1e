"""Instructing those whom a body sent: by its own vote, or by its coordinator who refers to what it carried."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, transitions
from councils.instruction_wording import about, title_of
from councils.models import Amendment, Council, Instruction, Motion
from councils.selectors.instructions import councils_with_delegates_of
from councils.services import consequences
from councils.services.locks import chain_first, locked
from councils.services.motions import motion_move
from workplaces.errors import Invalid, Refused, TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append

SUBJECT = "instruction"
LONGEST_REASON = 5000
NOTHING = UUID(int=0)
OVER = (Motion.State.CARRIED, Motion.State.LOST, Motion.State.WITHDRAWN)


@transaction.atomic
def instruction_propose(
    *,
    sender: Council,
    council: Council,
    answer: str,
    reason: str,
    by: Person,
    now: datetime,
    motion: Motion | None = None,
    amendment: Amendment | None = None,
    subject_kind: str = "",
) -> Instruction:
    """Put to ``sender`` how those whom it sent to ``council`` are to vote: a motion there, in force once carried.

    On ``motion``, on an ``amendment``, or standing: on every motion there about subjects of that kind. Raises
    Forbidden (who cannot put motions to ``sender``), Invalid (answer, reason), Refused (it sends nobody there), TooLate
    (decided already).
    """
    hat = permissions.check_can_move(by, sender, now.date())
    chain_first()
    instruction = _draft(sender, council, motion, amendment, subject_kind, answer, reason, by, hat, now)
    instruction.save()
    motion_move(
        council=sender,
        title=title_of(instruction),
        text=_("Reason: %(reason)s") % {"reason": instruction.reason},
        by=by,
        now=now,
        subject_kind=SUBJECT,
        subject=instruction.public_id,
    )
    _record(instruction, "instruction.proposed", by, hat, None, now)
    return instruction


@transaction.atomic
def instruction_enter(
    *,
    sender: Council,
    council: Council,
    answer: str,
    reason: str,
    decided_by: Motion,
    by: Person,
    now: datetime,
    motion: Motion | None = None,
    amendment: Amendment | None = None,
    subject_kind: str = "",
) -> Instruction:
    """Enter an instruction that ``sender`` has decided with another motion, which it carried; in force at once.

    Raises Forbidden (not its coordinator), Invalid, Refused (not a motion that it carried, or it sends nobody there),
    TooLate (the motion to be voted on is decided).
    """
    hat = permissions.check_can_conduct(by, sender, now.date())
    chain_first()
    if (decided_by.council_id, decided_by.state) != (sender.pk, Motion.State.CARRIED) or (
        decided_by.subject_kind == SUBJECT
    ):
        sentence = _("Name the motion with which %(sender)s decided this; it has to be carried there.")
        raise Refused(sentence % {"sender": sender.label})
    instruction = _draft(sender, council, motion, amendment, subject_kind, answer, reason, by, hat, now)
    instruction.save()
    _into_force(instruction, decided_by, by, hat, now)
    return instruction


def instruction_settle(decided_by: Motion, now: datetime) -> None:
    """Let a proposed instruction follow the motion on it: carried, it is in force; one that comes too late is dropped."""
    rows = Instruction.objects.select_related("sender", "council", "motion", "amendment")
    proposed = rows.filter(public_id=decided_by.subject_id or NOTHING, state=Instruction.State.PROPOSED)
    instruction = proposed.first()
    if instruction is None:
        return
    event = str(decided_by.state)
    target = locked(instruction.motion) if instruction.motion else None
    is_over = bool(target and target.state in OVER)
    if instruction.amendment:  # its motion, which is locked, keeps it as it is
        is_over |= instruction.amendment.state not in Amendment.UNDECIDED
    if event == Motion.State.CARRIED and is_over:
        event = "overtaken"
    if event == Motion.State.CARRIED:
        _into_force(instruction, decided_by, None, "", now)
        return
    instruction.state = transitions.after(transitions.INSTRUCTION, instruction.state, event)
    instruction.ended_at = now
    instruction.save(update_fields=["state", "ended_at"])
    _record(instruction, "instruction.dropped", None, "", decided_by, now, why=event)


consequences.register(SUBJECT, instruction_settle)


def _draft(
    sender: Council, council: Council, motion: Motion | None, amendment: Amendment | None, subject_kind: str,
    answer: str, reason: str, by: Person, hat: str, now: datetime,
) -> Instruction:  # fmt: skip
    _check_words(answer, reason)
    motion = amendment.motion if amendment else motion
    _check_target(sender, council, motion, amendment, subject_kind, now)
    if amendment and amendment.state not in Amendment.UNDECIDED:
        raise TooLate(
            _("Amendment %(number)s is already %(state)s; an instruction comes too late.")
            % {"number": amendment.number, "state": amendment.get_state_display()}
        )
    return Instruction(
        sender=sender,
        council=council,
        motion=motion,
        amendment=amendment,
        subject_kind=subject_kind,
        answer=answer,
        reason=reason.strip(),
        created_by=by,
        hat=hat,
        created_at=now,
    )


def _check_words(answer: str, reason: str) -> None:
    faults = {}
    if answer not in Instruction.Answer.values:
        faults["answer"] = _("Choose how they are to vote.")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        faults["reason"] = _("Say why, in up to 5,000 characters.")
    if faults:
        raise Invalid(_("The instruction is not complete."), fields=faults)


def _check_target(
    sender: Council,
    council: Council,
    motion: Motion | None,
    amendment: Amendment | None,
    subject_kind: str,
    now: datetime,
) -> None:
    words = {"sender": sender.label, "council": council.label}
    if not councils_with_delegates_of(sender, now).filter(pk=council.pk).exists():
        raise Refused(_("%(sender)s sends nobody to %(council)s, so it can instruct nobody there.") % words)
    if motion is None:
        return
    if subject_kind or motion.council_id != council.pk:
        raise Invalid(_("An instruction is on one motion of the council, or on a kind of motions there."))
    motion = locked(motion)
    if motion.asks and amendment is None:
        raise Refused(
            _(
                "This motion asks a question with options; delegates are told how to vote where it is yes or no."
            )
        )
    if motion.state in OVER:
        raise TooLate(
            _("“%(title)s” is already %(state)s; an instruction comes too late.")
            % {"title": motion.title, "state": motion.get_state_display()}
        )


def _into_force(
    instruction: Instruction, decided_by: Motion, by: Person | None, hat: str, now: datetime
) -> None:
    """Put an instruction in force in place of the one before it."""
    same = Instruction.objects.filter(
        sender=instruction.sender,
        council=instruction.council,
        motion=instruction.motion,
        amendment=instruction.amendment,
        subject_kind=instruction.subject_kind,
        state=Instruction.State.IN_FORCE,
    )
    for before in same.select_for_update():
        before.state = transitions.after(transitions.INSTRUCTION, before.state, "replaced")
        before.ended_at = now
        before.save(update_fields=["state", "ended_at"])
    instruction.state = transitions.after(transitions.INSTRUCTION, instruction.state, "carried")
    instruction.decided_by, instruction.in_force_at = decided_by, now
    instruction.save(update_fields=["state", "decided_by", "in_force_at"])
    _record(instruction, "instruction.given", by, hat, decided_by, now)


def _record(
    instruction: Instruction, kind: str, by: Person | None, hat: str, decided_by: Motion | None, now: datetime,
    **more: Any,
) -> None:  # fmt: skip
    body = {
        "sender": instruction.sender.public_id,
        "sender_name": instruction.sender.name,
        "council": instruction.council.public_id,
        "council_name": instruction.council.name,
        "motion": instruction.motion.public_id if instruction.motion else None,
        **({"amendment": instruction.amendment.public_id} if instruction.amendment else {}),
        "about": about(instruction),
        "answer": instruction.answer,
        "reason": instruction.reason,
        **more,
    }
    entry_append(
        kind=kind,
        by=by,
        hat=hat,
        subject=instruction.subject,
        motion=decided_by.public_id if decided_by else None,
        body=body,
        now=now,
    )
