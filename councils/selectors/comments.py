"""What is said in a debate, thread by thread."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from councils.models.comments import DebateComment, DebateHiding

COLUMNS = ("id", "answers", "at", "by", "as", "text", "hidden_because")


@dataclass
class Said:
    """A comment as it may be shown: hidden ones without their words; ``replies`` in the order they were made."""

    comment: DebateComment
    hiding: DebateHiding | None
    replies: list["Said"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, nothing when they are hidden."""
        return "" if self.hiding else self.comment.text


def comments_of(comments: Any) -> list[Said]:
    """Return all comments of a debate (``motion.comments`` is one) in the order in which they were made."""
    found = comments.select_related("created_by", "reply_to", "hiding__by").order_by("created_at", "pk")
    return [Said(comment, getattr(comment, "hiding", None)) for comment in found]


def threads_of(comments: Any) -> list[Said]:
    """Return a debate's threads: first comments, each with its answers."""
    every = comments_of(comments)
    first = {said.comment.pk: said for said in every if said.comment.reply_to_id is None}
    for said in every:
        if said.comment.reply_to_id is not None:
            first[said.comment.reply_to_id].replies.append(said)
    return list(first.values())


def comments_told(comments: Any) -> Iterator[tuple[Any, ...]]:
    """Yield a debate's comments as rows under ``COLUMNS``."""
    for said in comments_of(comments):
        one, hidden = said.comment, said.hiding.reason if said.hiding else ""
        answered = one.reply_to.public_id if one.reply_to else ""
        yield one.public_id, answered, one.created_at, one.created_by, one.hat, said.text, hidden
