"""Saying something about a motion, answering, and hiding what does not belong there."""

from datetime import datetime
from typing import Any

from django.db import transaction

from councils import permissions, policies_motions
from councils.models import Comment, CommentHiding, Motion
from councils.services.debates import hidden, reason_of, said_before, told, words_of
from councils.services.locks import chain_first, locked
from workplaces.models import Person
from workplaces.record.services import entry_append


@transaction.atomic
def comment_add(
    *, motion: Motion, text: str, by: Person, now: datetime, reply_to: Comment | None = None
) -> Comment:
    """Say something about a motion, or answer a comment, in public and under one's name, until its vote closes.

    Sent again with the same words in the same place, it is the same comment.
    Raises Forbidden, TooLate (the vote is over), Invalid (empty, too long, no comment that could be answered).
    """
    permissions.check_can_comment(by)
    text = words_of(text)
    chain_first()
    motion = locked(motion, related=("council",))
    said = said_before(motion.comments, text=text, by=by, reply_to=reply_to)
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
    _record(motion, "motion.comment", by, hat, now, told(comment))
    return comment


@transaction.atomic
def comment_hide(*, comment: Comment, reason: str, by: Person, now: datetime) -> CommentHiding:
    """Take a comment off the motion's page, with a reason that stands in its place; the record keeps its words.

    Raises Forbidden, Invalid (no reason, or too long), TooLate (hidden already).
    """
    hat = permissions.check_can_conduct(by, comment.motion.council, now.date())
    reason = reason_of(reason)
    chain_first()
    comment = locked(comment, related=("motion",))
    hiding, body = hidden(CommentHiding, comment=comment, reason=reason, by=by, hat=hat, now=now)
    _record(comment.motion, "motion.comment_hidden", by, hat, now, body)
    return hiding


def _record(motion: Motion, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]) -> None:
    entry_append(
        kind=kind, by=by, hat=hat, subject=motion.subject, motion=motion.public_id, body=body, now=now
    )
