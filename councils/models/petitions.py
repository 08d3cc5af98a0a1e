"""Petitions: enough signatures of a body's roll bring a question to its vote, over the heads of every official."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.models.ballots import Ballot
from councils.models.councils import Council
from councils.models.mandates import Mandate
from councils.models.motions import Motion
from councils.questions import Question, question_of
from workplaces.ids import uuid7
from workplaces.models import Person


class Petition(models.Model):
    """Signatures are collected among the roll of ``council`` until ``closes_at``; ``needed`` of them open a vote.

    A recall is about a mandate that this body gave; an initiative puts a motion, in ``title`` and ``text``, and may ask
    a question with options: ``asks``, in canonical JSON.
    """

    class Kind(models.TextChoices):
        RECALL = "recall", _("recall")
        INITIATIVE = "initiative", _("initiative")

    class State(models.TextChoices):
        COLLECTING = "collecting", _("collecting signatures")
        REACHED = "reached", _("put to the vote")
        LAPSED = "lapsed", _("over without enough signatures")
        MOOT = "moot", _("without object: the mandate has ended")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="petitions")
    kind = models.CharField(max_length=10, choices=Kind)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="petitions")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)
    asks = models.TextField(blank=True, default="", db_default="")
    secrecy = models.CharField(max_length=6, choices=Ballot.Secrecy)
    roll_size = models.PositiveIntegerField()
    needed = models.PositiveIntegerField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.COLLECTING)
    motion = models.OneToOneField(Motion, models.PROTECT, null=True, blank=True, related_name="petition")
    ended_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="petitions")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="recall", mandate__isnull=False)
                | Q(kind="initiative", mandate__isnull=True),
                name="petition_recalls_a_mandate",
            ),
            models.CheckConstraint(
                condition=Q(needed__gte=1, needed__lte=F("roll_size")), name="petition_can_be_reached"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="petition_says_something"),
            models.CheckConstraint(
                condition=Q(asks="") | Q(kind="initiative"), name="petition_options_by_initiative"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("created_at")), name="petition_closes_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(state="collecting", motion__isnull=True, ended_at__isnull=True)
                | Q(state="reached", motion__isnull=False, ended_at__isnull=False)
                | Q(state__in=["lapsed", "moot"], motion__isnull=True, ended_at__isnull=False),
                name="petition_state_is_whole",
            ),
            models.UniqueConstraint(
                fields=["mandate"], condition=Q(state="collecting"), name="petition_one_recall_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="petition_due")]

    def __str__(self) -> str:
        """Return the petition's title."""
        return self.title

    @property
    def subject(self) -> str:
        """How the public record names this petition."""
        return f"petition:{self.public_id}"

    @property
    def question(self) -> Question | None:
        """The question with options that it asks; None where it asks for yes or no."""
        return question_of(self.asks)


class Signature(models.Model):
    """Somebody's name under a petition, in public; taken back, it stays as one that was taken back."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "person"], condition=Q(withdrawn_at__isnull=True), name="signature_once"
            )
        ]

    def __str__(self) -> str:
        """Return who signed what."""
        return f"{self.person}: {self.petition}"
