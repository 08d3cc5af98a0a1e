"""Saying something about a motion, answering, and hiding what does not belong there."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, policies_motions
from councils.models import Comment, CommentHiding, Motion
from councils.models.comments import COMMENT_LENGTH
from councils.services.locks import chain_first, locked
from councils.services.motions import tidy
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append

REASON_LENGTH = 500


@transaction.atomic
def comment_add(
    *, motion: Motion, text: str, by: Person, now: datetime, reply_to: Comment | None = None
) -> Comment:
    """Say something about a motion, or answer a comment, in public and under one's name, until its vote closes.

    Sent again with the same words in the same place, it is the same comment.
    Raises Forbidden, TooLate (the vote is over), Invalid (empty, too long, no comment that could be answered).
    """
    permissions.check_can_comment(by)
    text = tidy(text)
    _check_text(text)
    chain_first()
    motion = locked(motion, related=("council",))
    if reply_to is not None and (reply_to.motion_id != motion.pk or reply_to.reply_to_id is not None):
        raise Invalid(_("Answer the first comment of a thread of this motion."), fields={})
    said = Comment.objects.filter(motion=motion, reply_to=reply_to, created_by=by, text=text).first()
    if said:
        return said
    policies_motions.check_can_comment_on(motion, now)
    on = now.date()
    hat = (
        permissions.check_can_move(by, motion.council, on)
        if permissions.can_move(by, motion.council, on)
        else ""
    )
    comment = Comment.objects.create(
        motion=motion, reply_to=reply_to, text=text, created_by=by, hat=hat, created_at=now
    )
    body: dict[str, Any] = {"comment": comment.public_id, "text": text}
    if reply_to is not None:
        body["reply_to"] = reply_to.public_id
    _record(motion, "motion.comment", by, hat, now, body)
    return comment


@transaction.atomic
def comment_hide(*, comment: Comment, reason: str, by: Person, now: datetime) -> CommentHiding:
    """Take a comment off the motion's page, with a reason that stands in its place; the record keeps its words.

    Raises Forbidden, Invalid (no reason, or too long), TooLate (hidden already).
    """
    hat = permissions.check_can_conduct(by, comment.motion.council, now.date())
    reason = tidy(reason)
    if not reason or len(reason) > REASON_LENGTH:
        sentence = _("Say why, in at most %(most)s characters.") % {"most": REASON_LENGTH}
        raise Invalid(sentence, fields={"reason": sentence})
    chain_first()
    comment = locked(comment, related=("motion",))
    if CommentHiding.objects.filter(comment=comment).exists():
        raise TooLate(_("This comment is hidden already."))
    hiding = CommentHiding.objects.create(comment=comment, reason=reason, by=by, hat=hat, at=now)
    body = {"comment": comment.public_id, "reason": reason, "said_by": comment.created_by.public_id}
    _record(comment.motion, "motion.comment_hidden", by, hat, now, body)
    return hiding


def _check_text(text: str) -> None:
    if not text:
        raise Invalid(_("Write something first."), fields={"text": _("This is empty.")})
    if len(text) > COMMENT_LENGTH:
        sentence = _("A comment has at most %(most)s characters; this one has %(number)s.")
        told = sentence % {"most": COMMENT_LENGTH, "number": len(text)}
        raise Invalid(told, fields={"text": told})


def _record(motion: Motion, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]) -> None:
    entry_append(
        kind=kind, by=by, hat=hat, subject=motion.subject, motion=motion.public_id, body=body, now=now
    )
