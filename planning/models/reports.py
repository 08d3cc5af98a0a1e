"""What workplaces say they made of a year."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from workplaces.ids import uuid7
from workplaces.models import Line, Person
from workplaces.models.fields import finite


class OutputReport(models.Model):
    """What a line made in a year, in its product's unit, as its workplace says; no output: that is taken back.

    Written once and never changed: a correction is the next version, and the last one stands. The database takes none
    before a plan is in force nor after the year is settled, and of the plan's own lines only. References point at first
    versions. ``cause`` and ``note`` say why it is not what was planned.
    """

    class Cause(models.TextChoices):
        INPUTS = "inputs", _("inputs were not delivered")
        EQUIPMENT = "equipment", _("equipment")
        PEOPLE = "people", _("people")
        DEMAND = "demand", _("demand")
        OTHER = "other", _("something else")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="output_reports")
    line = models.ForeignKey(Line, models.PROTECT, related_name="output_reports")
    version = models.PositiveIntegerField()
    output = models.FloatField(null=True)
    cause = models.CharField(max_length=10, choices=Cause, blank=True, default="")
    note = models.CharField(max_length=2000, blank=True, default="")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["cycle", "line", "version"]
        verbose_name = _("report of what was made")
        verbose_name_plural = _("reports of what was made")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "line", "version"], name="outputreport_version_once"),
            models.CheckConstraint(
                condition=Q(output__isnull=False) | Q(version__gt=1, cause=""), name="outputreport_of_something"
            ),
            finite("outputreport_output_finite", "output"),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return whose report, of which year."""
        return f"{self.line}, {self.cycle.year}"
