"""Putting motions to councils, withdrawing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from councils import permissions, policies, policies_consent, policies_motions, subjects, transitions
from councils.models import Council, Motion
from councils.questions import question_checked
from councils.services import consequences
from councils.services.adopting import amendments_overtaken
from councils.services.locks import chain_first, locked
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entries_append, entry_append

TEXT_LENGTH = 20_000
Layer, Mechanism = Motion.Layer, Motion.Mechanism
LAYERS = {
    Council.Kind.WORKPLACE: Layer.WORKPLACE,
    Council.Kind.SECTOR: Layer.SECTOR,
    Council.Kind.COMMUNITY: Layer.COMMUNITY,
    Council.Kind.SUB_REGIONAL: Layer.REGION,
    Council.Kind.REGIONAL: Layer.REGION,
    Council.Kind.BOARD: Layer.BOARD,
    Council.Kind.GENERAL: Layer.EVERYONE,
}


@transaction.atomic
def motion_move(
    *,
    council: Council,
    title: str,
    text: str,
    by: Person,
    now: datetime,
    layer: str = "",
    mechanism: str = Mechanism.DELEGATED,
    subject_kind: str = "",
    subject: UUID | None = None,
    prescribed: str = "",
    asks: Mapping[str, Any] | None = None,
    by_consent: bool = False,
) -> Motion:
    """Put a motion to a council; the layer is the council's own unless given.

    ``prescribed`` is the sentence of the charter by which the procedure itself puts this motion (say, a
    plan's ratification): then a coordinator of the council or of the board puts it on its behalf.
    ``asks`` describes a question with options (``councils.questions``); without it the motion asks for yes or no,
    or ``by_consent`` whether anybody objects with a reason.
    Raises Forbidden, TooLate (dissolved council), Invalid (empty), Refused (already before the council).
    """
    if prescribed:
        hat = permissions.check_can_conduct(by, council, now.date())
    else:
        hat = permissions.check_can_move(by, council, now.date())
    return motion_put(
        council=council,
        title=title,
        text=text,
        by=by,
        hat=hat,
        now=now,
        layer=layer,
        mechanism=mechanism,
        subject_kind=subject_kind,
        subject=subject,
        prescribed=prescribed,
        asks=asks,
        by_consent=by_consent,
    )


def motion_put(
    *,
    council: Council,
    title: str,
    text: str,
    by: Person,
    hat: str,
    now: datetime,
    layer: str = "",
    mechanism: str = Mechanism.DELEGATED,
    subject_kind: str = "",
    subject: UUID | None = None,
    prescribed: str = "",
    asks: Mapping[str, Any] | None = None,
    by_consent: bool = False,
) -> Motion:
    """Put a motion to a council in a transaction of the caller, who has checked that it may be put.

    What it is about decides whether it may ask a question with options (``councils.subjects``).
    """
    chain_first()
    council = locked(council)
    policies.check_sitting(council)
    check_words(title, text)
    asked = _asked(asks, subject_kind, prescribed)
    motion = Motion(
        council=council,
        number=_next_number(council),
        title=title.strip(),
        text=tidy(text),
        asks=asked,
        by_consent=by_consent,
        layer=layer or LAYERS[Council.Kind(council.kind)],
        mechanism=mechanism,
        subject_kind=subject_kind,
        subject_id=subject,
        moved_by=by,
        hat=hat,
        prescribed=prescribed,
        moved_at=now,
    )
    if by_consent:
        policies_consent.check_can_move(motion, now.date())
    _save_once(motion)
    _record(motion, "motion.moved", by, hat, now, words(motion))
    return motion


@transaction.atomic
def motion_withdraw(*, motion: Motion, by: Person, now: datetime) -> Motion:
    """Take a motion back before it is voted on: its mover can, and nobody else."""
    permissions.check_takes_part(by)
    chain_first()
    motion = locked(motion, related=("council",))
    if motion.moved_by_id != by.pk:
        raise Forbidden(_("Only who moved a motion can withdraw it."))
    policies.check_can_withdraw(motion)
    policies_motions.check_no_amendment_voted(motion)
    overtaken = amendments_overtaken(motion, now)
    motion.state = transitions.after(transitions.MOTION, motion.state, "withdrawn")
    motion.decided_at = now
    motion.save(update_fields=["state", "decided_at"])
    _record(motion, "motion.withdrawn", by, motion.hat, now, {"title": motion.title})
    entries_append(drafts=overtaken, now=now)
    consequences.follow(motion, now)
    return motion


def tidy(text: str) -> str:
    """Return a text without space around it, its lines ended as everywhere; browsers send carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_words(title: str, text: str) -> None:
    """Raise Invalid for a title or text that is missing or too long."""
    faults = {}
    if not title.strip():
        faults["title"] = _("A motion needs a title.")
    elif len(title.strip()) > 200:
        faults["title"] = _("A title has at most 200 characters.")
    if not text.strip():
        faults["text"] = _("Say what is to be decided.")
    elif len(text.strip()) > TEXT_LENGTH:
        faults["text"] = _("A motion's text has at most %(most)s characters; this one has %(number)s.") % {
            "most": TEXT_LENGTH,
            "number": len(text.strip()),
        }
    if faults:
        raise Invalid(_("The motion is not complete."), fields=faults)


def _asked(asks: Mapping[str, Any] | None, subject_kind: str, prescribed: str) -> str:
    if not asks:
        return ""
    if not subjects.may_ask(subject_kind, prescribed):
        raise Refused(_("What the procedure itself asks is answered by yes or no."))
    return question_checked(asks).written


def _next_number(council: Council) -> int:
    highest = council.motions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def _save_once(motion: Motion) -> None:
    try:
        with transaction.atomic():
            motion.save(force_insert=True)
    except IntegrityError as error:
        if "motion_one_open_per_subject" not in str(error):
            raise
        raise already_open(motion.council) from error


def already_open(council: Council) -> Refused:
    """Return the refusal of a second motion on what a council is dealing with."""
    sentence = _("%(council)s is already dealing with this; vote on that motion, or withdraw it first.")
    return Refused(sentence % {"council": council.label})


def words(motion: Motion) -> dict[str, object]:
    """Return what the record says of a motion that is moved."""
    asked = {"asks": motion.question.as_dict()} if motion.question else {}
    consent = {"by_consent": True} if motion.by_consent else {}
    return {"title": motion.title, "text": motion.text, **asked, **consent, **_about(motion)}


def _about(motion: Motion) -> dict[str, object]:
    return {
        "council": motion.council.public_id,
        "council_name": motion.council.name,
        "number": motion.number,
        "layer": motion.layer,
        "mechanism": motion.mechanism,
        "about": f"{motion.subject_kind}:{motion.subject_id}" if motion.subject_kind else "",
        "prescribed": motion.prescribed,
    }


def _record(motion: Motion, kind: str, by: Person, hat: str, now: datetime, body: dict[str, object]) -> None:
    entry_append(
        kind=kind, by=by, hat=hat, subject=motion.subject, motion=motion.public_id, body=body, now=now
    )
