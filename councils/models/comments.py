"""What somebody says in a debate, answers to it, and what a coordinator hid; about motions, and a base for other debates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.motions import Motion
from workplaces.ids import uuid7
from workplaces.models import Person

COMMENT_LENGTH = 10_000


class DebateComment(models.Model):
    """What somebody says in a debate; it can be answered, not unsaid. ``reply_to`` is the thread's first comment.

    What is debated names its comments ``comments``.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    text = models.TextField(_("text"), max_length=COMMENT_LENGTH)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="%(class)s_says_something"),
        ]


class DebateHiding(models.Model):
    """Why a coordinator took a comment off a page; the record keeps its words. ``comment`` names it ``hiding``."""

    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_has_a_reason")]

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


class Comment(DebateComment):
    """What somebody says about a motion."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="comments")

    class Meta(DebateComment.Meta):
        indexes = [models.Index(fields=["motion", "created_at"], name="comment_motion")]

    def __str__(self) -> str:
        """Return the motion and how the comment begins."""
        return f"{self.motion}: {self.text[:60]}"


class CommentHiding(DebateHiding):
    """Why a comment was taken off a motion's page."""

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="hiding")
