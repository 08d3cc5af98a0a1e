"""Minority reports: what those who lost a vote want to be read beside its result."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.ballots import Ballot
from workplaces.ids import uuid7
from workplaces.models import Person

REPORT_LENGTH = 10_000


class MinorityReport(models.Model):
    """A report on a vote that has closed; its words stay, others of the minority can sign it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="minority_reports")
    text = models.TextField(_("text"), max_length=REPORT_LENGTH)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="minorityreport_says_something")]

    def __str__(self) -> str:
        """Return how the report begins."""
        return self.text[:60]

    @property
    def subject(self) -> str:
        """How the public record names this report."""
        return f"minority-report:{self.public_id}"


class MinoritySignature(models.Model):
    """Who filed or signed a report, as whom they stood on the roll; each person signs one report on a vote."""

    report = models.ForeignKey(MinorityReport, models.PROTECT, related_name="signatures")
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    represents = models.CharField(max_length=200, blank=True, default="")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="minoritysignature_one_report_each")
        ]

    def __str__(self) -> str:
        """Return who signed."""
        return f"{self.person}"
