"""What somebody says about a published programme, and what a coordinator hid of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from councils.models.comments import DebateComment, DebateHiding
from planning.models.programmes import Programme


class ProgrammeComment(DebateComment):
    """What somebody says about a published programme, until the general vote on the guidelines has closed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="comments")

    class Meta(DebateComment.Meta):
        verbose_name = _("comment on a programme")
        verbose_name_plural = _("comments on programmes")
        indexes = [models.Index(fields=["programme", "created_at"], name="programmecomment_programme")]

    def __str__(self) -> str:
        """Return the programme and how the comment begins."""
        return f"{self.programme}: {self.text[:60]}"


class ProgrammeCommentHiding(DebateHiding):
    """Why a comment was taken off a programme's page."""

    comment = models.OneToOneField(ProgrammeComment, models.PROTECT, related_name="hiding")

    class Meta(DebateHiding.Meta):
        verbose_name = _("hiding of a comment on a programme")
        verbose_name_plural = _("hidings of comments on programmes")
