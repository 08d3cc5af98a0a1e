"""Envelopes of investment: what the board drafts, what a council refers back, what a carried motion settles."""

from django.db import models
from django.db.models import F, Q

from councils.models import Council
from planning.models.cycles import Cycle
from planning.models.proposed import Proposed
from workplaces.ids import uuid7
from workplaces.models import Region, Sector


class EnvelopeDraft(Proposed):
    """How the board would divide the year's fund: two streams with totals of their own, in minor units.

    Frozen once made: a change is another draft. ``settled_at`` is set by the board's carried motion; one draft per cycle.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="envelope_drafts")
    number = models.PositiveSmallIntegerField()
    sector_total = models.BigIntegerField()
    region_total = models.BigIntegerField()

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="envelopedraft_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(settled_at__isnull=False), name="envelopedraft_one_settled"
            ),
            models.CheckConstraint(
                condition=Q(sector_total__gte=0, region_total__gte=0), name="envelopedraft_not_negative"
            ),
        ]

    def __str__(self) -> str:
        """Return which draft, of which year."""
        return f"{self.cycle}, {self.number}"


class Envelope(models.Model):
    """What a draft gives to one sector or one region; ``least`` is its legal minimum. Minor units.

    ``sector`` points at the first version (``entity_id``).
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    draft = models.ForeignKey(EnvelopeDraft, models.PROTECT, related_name="envelopes")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    least = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "sector"], name="envelope_once_per_sector"),
            models.UniqueConstraint(fields=["draft", "region"], name="envelope_once_per_region"),
            models.CheckConstraint(
                condition=Q(sector__isnull=True) ^ Q(region__isnull=True), name="envelope_of_sector_or_region"
            ),
            models.CheckConstraint(
                condition=Q(least__gte=0, amount__gte=F("least")), name="envelope_holds_its_least"
            ),
        ]

    def __str__(self) -> str:
        """Return whose envelope it is."""
        owner = self.sector or self.region
        return owner.label if owner else ""


class EnvelopeReferral(models.Model):
    """A draft referred back, once per council and year, by a motion that the council carried: its words are the reasons."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    draft = models.ForeignKey(EnvelopeDraft, models.PROTECT, related_name="referrals")
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    motion = models.UUIDField(unique=True)
    reasons = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "council"], name="envelopereferral_once_a_year")
        ]

    def __str__(self) -> str:
        """Return who referred it back."""
        return str(self.council)
