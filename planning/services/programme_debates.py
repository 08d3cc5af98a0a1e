"""Saying something about a published programme, answering, and hiding what does not belong there."""

from datetime import datetime
from typing import Any

from django.db import transaction

from councils.permissions import check_can_comment
from councils.services.debates import hidden, reason_of, said_before, told, words_of
from councils.services.locks import chain_first, locked
from planning import permissions
from planning import policies_programmes as policies
from planning.models import Programme, ProgrammeComment, ProgrammeCommentHiding
from workplaces import authority
from workplaces.models import Person
from workplaces.record.services import entry_append


@transaction.atomic
def programme_comment_add(
    *, programme: Programme, text: str, by: Person, now: datetime, reply_to: ProgrammeComment | None = None
) -> ProgrammeComment:
    """Say something about a published programme, or answer a comment on it, in public and under one's name.

    Sent again with the same words in the same place, it is the same comment. Raises Forbidden, TooLate (a draft, or the
    vote on the guidelines is over), Invalid (empty, too long, no comment that could be answered).
    """
    check_can_comment(by)
    text = words_of(text)
    chain_first()
    programme = locked(programme, related=("cycle", "association"))
    said = said_before(programme.comments, text=text, by=by, reply_to=reply_to)
    if said:
        return said
    policies.check_debate(programme, now)
    hat = next((one.label for one in authority.hats(by, now.date())), "")
    comment = ProgrammeComment.objects.create(
        programme=programme, reply_to=reply_to, text=text, created_by=by, hat=hat, created_at=now
    )
    _record(programme, "programme.comment", by, hat, now, told(comment))
    return comment


@transaction.atomic
def programme_comment_hide(
    *, comment: ProgrammeComment, reason: str, by: Person, now: datetime
) -> ProgrammeCommentHiding:
    """Take a comment off the programme's page, with a reason that stands in its place; the record keeps its words.

    Raises Forbidden (not a coordinator of the board), Invalid (no reason, or too long), TooLate (hidden already).
    """
    hat = permissions.check_coordinate(by, now.date()).label
    reason = reason_of(reason)
    chain_first()
    comment = locked(comment, related=("programme__cycle", "programme__association"))
    hiding, body = hidden(ProgrammeCommentHiding, comment=comment, reason=reason, by=by, hat=hat, now=now)
    _record(comment.programme, "programme.comment_hidden", by, hat, now, body)
    return hiding


def _record(
    programme: Programme, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]
) -> None:
    about_it = {"association_name": programme.association.name, "year": programme.cycle.year}
    entry_append(kind=kind, by=by, hat=hat, subject=programme.subject, body={**about_it, **body}, now=now)
