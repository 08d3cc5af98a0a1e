"""What is said about a motion, thread by thread."""

from dataclasses import dataclass, field

from councils.models import Comment, CommentHiding, Motion


@dataclass
class Said:
    """A comment as it may be shown: hidden ones without their words; ``replies`` in the order they were made."""

    comment: Comment
    hiding: CommentHiding | None
    replies: list["Said"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, nothing when they are hidden."""
        return "" if self.hiding else self.comment.text


def comments_of(motion: Motion) -> list[Said]:
    """Return all comments on a motion in the order in which they were made."""
    found = motion.comments.select_related("created_by", "reply_to", "hiding__by").order_by(
        "created_at", "pk"
    )
    return [Said(comment, getattr(comment, "hiding", None)) for comment in found]


def threads_of(motion: Motion) -> list[Said]:
    """Return a motion's threads: first comments, each with its answers."""
    every = comments_of(motion)
    first = {said.comment.pk: said for said in every if said.comment.reply_to_id is None}
    for said in every:
        if said.comment.reply_to_id is not None:
            first[said.comment.reply_to_id].replies.append(said)
    return list(first.values())
