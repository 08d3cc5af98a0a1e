"""What settling a year charged workplaces for the resources they used."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from planning.models.ledger import JournalEntry
from workplaces.models import Resource, Workplace
from workplaces.models.fields import finite, quantity


class ResourceCharge(models.Model):
    """What a workplace is charged for its use of a resource in a year: ``amount = rate · use``, in minor units.

    ``entry`` posts the sum of all its charges of the year; the database holds to that.

    ``use`` is in the resource's unit; ``unreported`` is the part of it that is planned, because no report covers the year.
    ``rate`` is the plan's accounting charge, currency per unit. References point at first versions.
    """

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="charges")
    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    use = quantity()
    unreported = quantity()
    rate = quantity()
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("resource charge")
        constraints = [
            models.UniqueConstraint(fields=["entry", "resource"], name="resourcecharge_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="resourcecharge_of_something"),
            models.CheckConstraint(
                condition=Q(unreported__lte=F("use")), name="resourcecharge_reported_part"
            ),
            finite("resourcecharge_figures_finite", "use", "unreported", "rate"),
        ]

    def __str__(self) -> str:
        """Return whose charge, and for which resource."""
        return f"{self.workplace}, {self.resource}"
