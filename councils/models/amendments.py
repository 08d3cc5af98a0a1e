"""Amendments: other words for a motion, and every wording that a motion had."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.motions import Motion, wording_digest
from councils.questions import Question, question_of
from workplaces.ids import uuid7
from workplaces.models import Person


class Amendment(models.Model):
    """A whole new wording for a motion, proposed before its vote opens.

    ``base`` is the version of the motion that it changes. When another amendment is adopted first and both go
    together, words and base follow; the record keeps them as they were proposed. ``asks`` is the question with options
    as it would be, in canonical JSON; ``clashes`` say why it was overtaken: pairs of a kind and a name.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        VOTING = "voting", _("being voted on")
        ACCEPTED = "accepted", _("accepted by the mover")
        ADOPTED = "adopted", _("adopted by vote")
        REJECTED = "rejected", _("rejected by vote")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("overtaken")

    UNDECIDED = (State.PROPOSED.value, State.VOTING.value)
    MADE = (State.ACCEPTED.value, State.ADOPTED.value)

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    asks = models.TextField(blank=True, default="", db_default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    clashes = models.JSONField(default=list, db_default=[])

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["motion", "proposed_by"],
                condition=Q(state__in=["proposed", "voting"]),
                name="amendment_one_undecided_each",
            ),
            models.UniqueConstraint(
                fields=["motion"], condition=Q(state="voting"), name="amendment_one_vote_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "voting"], decided_at__isnull=True)
                | (~Q(state__in=["proposed", "voting"]) & Q(decided_at__isnull=False)),
                name="amendment_decided_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(clashes=[]) | Q(state="lapsed"), name="amendment_clashes_when_overtaken"
            ),
        ]

    def __str__(self) -> str:
        """Return which amendment of which motion."""
        return _("Amendment %(number)s to “%(title)s”") % {"number": self.number, "title": self.motion.title}

    @property
    def subject(self) -> str:
        """How the public record names this amendment."""
        return f"amendment:{self.public_id}"

    @property
    def wording(self) -> str:
        """The digest of the words that it proposes."""
        return wording_digest(self.title, self.text, self.asks)

    @property
    def question(self) -> Question | None:
        """The question with options as it would be; None where the motion asks for yes or no."""
        return question_of(self.asks)


class MotionVersion(models.Model):
    """A wording that a motion had: written by the database with every change, and final.

    Version 1 is what was moved; each later one came by the amendment it names.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    asks = models.TextField(blank=True, default="", db_default="")
    amendment = models.OneToOneField(Amendment, models.PROTECT, null=True, blank=True, related_name="version")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "number"], name="motionversion_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, amendment__isnull=True) | Q(number__gt=1, amendment__isnull=False),
                name="motionversion_by_amendment",
            ),
        ]

    def __str__(self) -> str:
        """Return which version of which motion."""
        return f"{self.motion_id}, {self.number}"

    @property
    def question(self) -> Question | None:
        """The question with options that it asked; None where it asked for yes or no."""
        return question_of(self.asks)
