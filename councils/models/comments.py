"""What somebody says about a motion, answers to it, and what a coordinator hid."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.motions import Motion
from workplaces.ids import uuid7
from workplaces.models import Person

COMMENT_LENGTH = 10_000


class Comment(models.Model):
    """What somebody says about a motion; it can be answered, not unsaid. ``reply_to`` is the thread's first comment."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="comments")
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    text = models.TextField(_("text"), max_length=COMMENT_LENGTH)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]
        indexes = [models.Index(fields=["motion", "created_at"], name="comment_motion")]

    def __str__(self) -> str:
        """Return the motion and how the comment begins."""
        return f"{self.motion}: {self.text[:60]}"


class CommentHiding(models.Model):
    """Why a coordinator took a comment off the motion's page; the record keeps its words."""

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="hiding")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="commenthiding_has_a_reason")]

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason
