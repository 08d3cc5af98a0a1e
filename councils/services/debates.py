"""What saying, answering and hiding have in common in every debate; the callers hold the transaction and say who may."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from councils.models.comments import COMMENT_LENGTH, DebateComment, DebateHiding
from councils.services.motions import tidy
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person

REASON_LENGTH = 500


def words_of(text: str) -> str:
    """Return a comment's words without what surrounds them. Raises Invalid: empty, too long."""
    text = tidy(text)
    if not text:
        raise Invalid(_("Write something first."), fields={"text": _("This is empty.")})
    if len(text) > COMMENT_LENGTH:
        sentence = _("A comment has at most %(most)s characters; this one has %(number)s.")
        told = sentence % {"most": COMMENT_LENGTH, "number": len(text)}
        raise Invalid(told, fields={"text": told})
    return text


def said_before[Said: DebateComment](
    comments: Any, *, text: str, by: Person, reply_to: Said | None
) -> Said | None:
    """Return what the person said in the same words in the same place, if they did.

    ``comments`` are all of the debate. Raises Invalid: what is answered is not the first comment of one of its threads.
    """
    if reply_to is not None and not comments.filter(pk=reply_to.pk, reply_to__isnull=True).exists():
        raise Invalid(_("Answer the first comment of a thread of this debate."), fields={})
    found: Said | None = comments.filter(reply_to=reply_to, created_by=by, text=text).first()
    return found


def told(comment: DebateComment) -> dict[str, Any]:
    """Return what the record keeps of a comment."""
    body: dict[str, Any] = {"comment": comment.public_id, "text": comment.text}
    if comment.reply_to is not None:
        body["reply_to"] = comment.reply_to.public_id
    return body


def reason_of(reason: str) -> str:
    """Return why something is hidden, without what surrounds it. Raises Invalid: no reason, or too long."""
    reason = tidy(reason)
    if not reason or len(reason) > REASON_LENGTH:
        sentence = _("Say why, in at most %(most)s characters.") % {"most": REASON_LENGTH}
        raise Invalid(sentence, fields={"reason": sentence})
    return reason


def hidden[Hiding: DebateHiding](
    hidings: type[Hiding], *, comment: DebateComment, reason: str, by: Person, hat: str, now: datetime
) -> tuple[Hiding, dict[str, Any]]:
    """Hide a comment that is locked; return the hiding, and what the record keeps of it. Raises TooLate: hidden already."""
    rows: Any = hidings._default_manager
    if rows.filter(comment=comment).exists():
        raise TooLate(_("This comment is hidden already."))
    hiding: Hiding = rows.create(comment=comment, reason=reason, by=by, hat=hat, at=now)
    return hiding, {
        "comment": comment.public_id,
        "reason": reason,
        "said_by": comment.created_by.public_id,
    }
