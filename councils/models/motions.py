"""Motions: what is put to a council, and what is said about it."""

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.councils import Council
from councils.questions import Question, question_of
from workplaces.ids import uuid7
from workplaces.models import Person


class Motion(models.Model):
    """A text that a council decides on; once moved, its words change by an amendment only, and not once voted on.

    ``subject_kind`` and ``subject`` name what it is about; councils do not know what that is.
    """

    class Layer(models.TextChoices):
        WORKPLACE = "workplace", _("workplace")
        SECTOR = "sector", _("sector")
        COMMUNITY = "community", _("community")
        REGION = "region", _("region")
        BOARD = "board", _("central planning board")
        EVERYONE = "everyone", _("everyone")

    class Mechanism(models.TextChoices):
        ADMINISTRATION = "administration", _("direct administration")
        CONSULTATION = "consultation", _("consultation")
        NEGOTIATION = "negotiation", _("iterative negotiation")
        DELEGATED = "delegated", _("delegated body")
        COOPERATION = "cooperation", _("direct cooperation")
        MARKET = "market", _("market")
        VOTE = "vote", _("general vote")

    class State(models.TextChoices):
        MOVED = "moved", _("moved")
        VOTING = "voting", _("being voted on")
        CARRIED = "carried", _("carried")
        LOST = "lost", _("lost")
        WITHDRAWN = "withdrawn", _("withdrawn")
        OVERRULED = "overruled", _("overruled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="motions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    asks = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text=_("the question with options, in canonical JSON; empty: yes or no"),
    )
    by_consent = models.BooleanField(
        default=False, db_default=False, help_text=_("decided by consent: one reasoned objection stops it")
    )
    version = models.PositiveIntegerField(default=1, db_default=1)
    layer = models.CharField(max_length=10, choices=Layer)
    mechanism = models.CharField(max_length=14, choices=Mechanism)
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    moved_by = models.ForeignKey(Person, models.PROTECT, related_name="motions")
    hat = models.CharField(max_length=200, blank=True, default="")
    prescribed = models.CharField(max_length=300, blank=True, default="")
    moved_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.MOVED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="motion_number_once"),
            models.UniqueConstraint(
                fields=["council", "subject_kind", "subject_id"],
                condition=Q(state__in=["moved", "voting"], subject_id__isnull=False),
                name="motion_one_open_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id__isnull=True)
                | (~Q(subject_kind="") & Q(subject_id__isnull=False)),
                name="motion_subject_whole_or_none",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["moved", "voting"], decided_at__isnull=True)
                | Q(state__in=["carried", "lost", "withdrawn", "overruled"], decided_at__isnull=False),
                name="motion_decided_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(by_consent=False) | Q(asks="", prescribed="", subject_kind=""),
                name="motion_by_consent_is_put_freely",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="motion_subject")]

    def __str__(self) -> str:
        """Return the motion's title."""
        return self.title

    @property
    def subject(self) -> str:
        """How the public record names this motion."""
        return f"motion:{self.public_id}"

    @property
    def wording(self) -> str:
        """The digest of the motion's words as they are."""
        return wording_digest(self.title, self.text, self.asks)

    @property
    def question(self) -> Question | None:
        """The question with options that it asks; None where it asks for yes or no."""
        return question_of(self.asks)


def wording_digest(title: str, text: str, asks: str = "") -> str:
    """Return the SHA-256 (hexadecimal) over title, an empty line and text, in UTF-8.

    Where options are asked for, a zero byte and the question's canonical JSON follow.
    """
    words = f"{title}\n\n{text}".encode() + (b"\0" + asks.encode() if asks else b"")
    return hashlib.sha256(words).hexdigest()
