"""Appeals: asking the next layer to send a carried motion back, or to overrule it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.councils import Council
from councils.models.motions import Motion
from workplaces.ids import uuid7
from workplaces.models import Person


class Appeal(models.Model):
    """An appeal against a motion that was carried, to a council of the next layer."""

    class State(models.TextChoices):
        GATHERING = "gathering", _("gathering support")
        LODGED = "lodged", _("before the next layer")
        REFERRED_BACK = "referred_back", _("referred back")
        OVERRULED = "overruled", _("overruled")
        DISMISSED = "dismissed", _("dismissed")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="appeals")
    to = models.ForeignKey(Council, models.PROTECT, related_name="appeals")
    reason = models.TextField(_("reason"))
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=13, choices=State, default=State.GATHERING)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_has_a_reason"),
            models.UniqueConstraint(
                fields=["motion"], condition=Q(state__in=["gathering", "lodged"]), name="appeal_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["motion"], condition=Q(state="referred_back"), name="appeal_refers_back_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["gathering", "lodged"], decided_at__isnull=True)
                | (~Q(state__in=["gathering", "lodged"]) & Q(decided_at__isnull=False)),
                name="appeal_decided_when_decided",
            ),
        ]

    def __str__(self) -> str:
        """Return what it is against."""
        return _("Appeal against “%(title)s”") % {"title": self.motion.title}

    @property
    def subject(self) -> str:
        """How the public record names this appeal."""
        return f"appeal:{self.public_id}"


class AppealSupport(models.Model):
    """Who supports an appeal, and whether they were on the roll of the vote."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="supports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on_roll = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["appeal", "person"], name="appealsupport_once_each")]

    def __str__(self) -> str:
        """Return who supports it."""
        return f"{self.person}"
