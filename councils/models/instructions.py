"""Instructions: how a body tells those whom it sent to another council to vote."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.models.amendments import Amendment
from councils.models.councils import Council
from councils.models.motions import Motion
from workplaces.ids import uuid7
from workplaces.models import Person


class Instruction(models.Model):
    """What ``sender`` wants those who speak for it in ``council`` to vote.

    On one motion, on one ``amendment`` to it, or standing: on every motion there about subjects of ``subject_kind``
    (empty: about nothing in particular). The one on a motion goes before the standing one; neither is about amendments.
    Once decided it stays until another replaces it.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        ABSTAIN = "abstain", _("abstain")
        FREE = "free", _("as they think best")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("being decided")
        IN_FORCE = "in_force", _("in force")
        REPLACED = "replaced", _("replaced")
        DROPPED = "dropped", _("came to nothing")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    sender = models.ForeignKey(Council, models.PROTECT, related_name="instructions")
    council = models.ForeignKey(Council, models.PROTECT, related_name="instructions_received")
    motion = models.ForeignKey(Motion, models.PROTECT, null=True, blank=True, related_name="instructions")
    amendment = models.ForeignKey(
        Amendment, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    answer = models.CharField(max_length=7, choices=Answer)
    reason = models.TextField(max_length=5000)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(Motion, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("council")), name="instruction_goes_elsewhere"),
            models.CheckConstraint(condition=~Q(reason=""), name="instruction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(motion__isnull=True) | Q(subject_kind=""), name="instruction_on_one_or_on_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="proposed",
                    decided_by__isnull=True,
                    in_force_at__isnull=True,
                    ended_at__isnull=True,
                )
                | Q(
                    state="in_force",
                    decided_by__isnull=False,
                    in_force_at__isnull=False,
                    ended_at__isnull=True,
                )
                | Q(
                    state="replaced",
                    decided_by__isnull=False,
                    in_force_at__isnull=False,
                    ended_at__isnull=False,
                )
                | Q(
                    state="dropped",
                    decided_by__isnull=True,
                    in_force_at__isnull=True,
                    ended_at__isnull=False,
                ),
                name="instruction_state_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(amendment__isnull=True) | Q(motion__isnull=False),
                name="instruction_amendment_to_its_motion",
            ),
            models.UniqueConstraint(
                fields=["sender", "motion"],
                condition=Q(state="in_force", motion__isnull=False, amendment__isnull=True),
                name="instruction_one_per_motion",
            ),
            models.UniqueConstraint(
                fields=["sender", "amendment"],
                condition=Q(state="in_force", amendment__isnull=False),
                name="instruction_one_per_amendment",
            ),
            models.UniqueConstraint(
                fields=["sender", "council", "subject_kind"],
                condition=Q(state="in_force", motion__isnull=True),
                name="instruction_one_per_kind",
            ),
        ]
        indexes = [models.Index(fields=["council", "state"], name="instruction_council")]

    def __str__(self) -> str:
        """Return who instructs whom to vote how."""
        return f"{self.sender} → {self.council}: {self.answer}"

    @property
    def subject(self) -> str:
        """How the public record names this instruction."""
        return f"instruction:{self.public_id}"

    @property
    def is_standing(self) -> bool:
        """Say whether it is about a kind of motions, not about one."""
        return self.motion_id is None

    def is_followed_by(self, effect: str) -> bool | None:
        """Say whether a vote follows it; None where it leaves the vote free."""
        return None if self.answer == self.Answer.FREE else effect == self.answer
