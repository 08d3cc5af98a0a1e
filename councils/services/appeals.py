"""Appeals to the next layer: filing, bringing, supporting, and putting a ruling to the council appealed to."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from councils import permissions, policies_appeals, transitions
from councils.layers import OVERRULE, REFER_BACK, next_layer
from councils.models import Appeal, AppealSupport, Ballot, Motion, RollEntry
from councils.services.locks import chain_first, locked
from councils.services.motions import motion_move, tidy
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

REASON_LENGTH = 5000
TITLES = {REFER_BACK: gettext_noop("Refer back: %(title)s"), OVERRULE: gettext_noop("Overrule: %(title)s")}


@transaction.atomic
def appeal_file(*, motion: Motion, reason: str, by: Person, now: datetime) -> Appeal:
    """Appeal to the next layer against a motion that was carried; who files it supports it.

    Sent again with the same reason by the same person, it is the same appeal. Raises Forbidden, TooLate (not
    carried, or the charter's days are over), Invalid (no reason, too long), Refused (one is open, no layer above).
    """
    permissions.check_takes_part(by)
    reason = _reasoned(reason)
    chain_first()
    motion = locked(motion, related=("council",))
    same = motion.appeals.filter(filed_by=by, reason=reason).order_by("-pk").first()
    if same and same.decided_at is None:
        return same
    ballot, until = policies_appeals.check_can_appeal(motion, now)
    appeal = _filed(motion, reason, until, by, "", now)
    return _supported(appeal, ballot, by, now)


@transaction.atomic
def appeal_bring(
    *, motion: Motion, reason: str, by: Person, hat: str, body: dict[str, object], now: datetime
) -> Appeal:
    """Appeal on behalf of a workplace that the decision concerns: before the next layer at once, without support.

    The caller has checked that it does concern it, and that ``by`` speaks for it as ``hat``; ``body`` names it on the
    record. An appeal that still gathers support is brought before the next layer with it. Raises Invalid, TooLate and
    Refused as ``appeal_file``, and Refused where an appeal is before the next layer already.
    """
    permissions.check_takes_part(by)
    reason = _reasoned(reason)
    chain_first()
    motion = locked(motion, related=("council",))
    until = policies_appeals.check_can_bring(motion, now)
    gathering = policies_appeals.gathering(motion, now)
    appeal = locked(gathering, related=("to",)) if gathering else _filed(motion, reason, until, by, hat, now)
    appeal.motion = motion
    told = {"title": motion.title, "to_name": appeal.to.name, "reason": reason, **body}
    _record(appeal, "appeal.brought", by, now, told, hat)
    return _lodged(appeal, "brought_by_a_workplace", now)


@transaction.atomic
def appeal_support(*, appeal: Appeal, by: Person, now: datetime) -> Appeal:
    """Support an appeal; supported again, it stays so. With enough support it is before the next layer.

    Raises Forbidden and TooLate (its days are over, or it is decided).
    """
    permissions.check_takes_part(by)
    chain_first()
    motion = locked(appeal.motion, related=("council",))
    appeal = locked(appeal, related=("to",))
    appeal.motion = motion
    if appeal.supports.filter(person=by).exists():
        return appeal
    policies_appeals.check_can_support(appeal, now)
    return _supported(appeal, policies_appeals.decided_by(motion), by, now)


@transaction.atomic
def ruling_move(*, appeal: Appeal, kind: str, reasons: str, by: Person, now: datetime) -> Motion:
    """Move in the council appealed to that it refers back with reasons (once) or overrules; it votes by name.

    Raises Forbidden, TooLate (not before this council), Invalid, Refused (referred back before, or moved already).
    """
    permissions.check_can_move(by, appeal.to, now.date())
    chain_first()
    appealed = locked(appeal.motion, related=("council",))
    appeal = locked(appeal, related=("to",))
    if kind not in TITLES:
        raise Invalid(_("A ruling refers back or overrules."), fields={"kind": _("Choose one of the two.")})
    policies_appeals.check_can_rule(appeal, refers=kind == REFER_BACK)
    title = _(TITLES[kind]) % {"title": appealed.title}
    return motion_move(
        council=appeal.to,
        title=title[:200],
        text=reasons,
        by=by,
        now=now,
        subject_kind=kind,
        subject=appeal.public_id,
    )


def _reasoned(reason: str) -> str:
    reason = tidy(reason)
    if not reason or len(reason) > REASON_LENGTH:
        sentence = _("Give a reason of at most %(most)s characters; this one has %(number)s.")
        told = sentence % {"most": REASON_LENGTH, "number": len(reason)}
        raise Invalid(told, fields={"reason": told})
    return reason


def _filed(motion: Motion, reason: str, until: datetime, by: Person, hat: str, now: datetime) -> Appeal:
    to = next_layer(motion.council)
    if to is None:
        raise Refused(_("No layer stands above this council."))
    appeal = Appeal.objects.create(
        motion=motion, to=to, reason=reason, filed_by=by, filed_at=now, until=until
    )
    body: dict[str, object] = {
        "title": motion.title,
        "to": to.public_id,
        "to_name": to.name,
        "reason": reason,
    }
    _record(appeal, "appeal.filed", by, now, body, hat)
    return appeal


def _supported(appeal: Appeal, ballot: Ballot | None, by: Person, now: datetime) -> Appeal:
    on_roll = RollEntry.objects.filter(ballot=ballot, person=by).exists()
    AppealSupport.objects.create(appeal=appeal, person=by, on_roll=on_roll, at=now)
    _record(appeal, "appeal.supported", by, now, {"title": appeal.motion.title, "on_roll": on_roll})
    if appeal.state == Appeal.State.GATHERING and policies_appeals.has_support(appeal):
        return _lodged(appeal, "supported", now)
    return appeal


def _lodged(appeal: Appeal, event: str, now: datetime) -> Appeal:
    appeal.state = transitions.after(transitions.APPEAL, appeal.state, event)
    appeal.save(update_fields=["state"])
    body: dict[str, object] = {
        "title": appeal.motion.title,
        "to_name": appeal.to.name,
        "supporters": appeal.supports.count(),
    }
    _record(appeal, "appeal.lodged", None, now, body)
    return appeal


def _record(
    appeal: Appeal, kind: str, by: Person | None, now: datetime, body: dict[str, object], hat: str = ""
) -> None:
    entry_append(
        kind=kind, by=by, hat=hat, subject=appeal.subject, motion=appeal.motion.public_id, body=body, now=now
    )
