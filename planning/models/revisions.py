"""Revisions: what is found out while a plan is in force changes it, by rounds and votes of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle, Plan
from workplaces.ids import uuid7
from workplaces.models import Person

REASON_LENGTH = 2000


class Revision(models.Model):
    """A small cycle inside a year: ``plan`` stays in force while rounds from ``first_round`` on seek another.

    It ends with the plan kept, or replaced by ``replaced_by``. ``ended_by`` is empty where councils' votes ended it.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", _("the plan was kept")
        REPLACED = "replaced", _("another plan came into force")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions")
    reason = models.CharField(max_length=REASON_LENGTH)
    first_round = models.PositiveSmallIntegerField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    replaced_by = models.OneToOneField(Plan, models.PROTECT, null=True, blank=True, related_name="revises")
    end_reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "number"]
        verbose_name = _("revision of a plan")
        verbose_name_plural = _("revisions of plans")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(ended_at__isnull=True), name="revision_one_under_way"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="revision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True, replaced_by__isnull=True, end_reason="")
                | Q(outcome="kept", ended_at__isnull=False, replaced_by__isnull=True) & ~Q(end_reason="")
                | Q(outcome="replaced", ended_at__isnull=False, replaced_by__isnull=False, end_reason=""),
                name="revision_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        """Return what people call it."""
        return str(
            _("Revision %(number)s of the plan for %(year)s")
            % {"number": self.number, "year": self.cycle.year}
        )
