"""The charter: every rule of procedure, as versioned data."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models import Person


class Charter(models.Model):
    """One version of the charter: it holds the keys that differ from the defaults (see ``councils.charter``)."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(unique=True)
    validity = DateRangeField(_("from, until"))
    values = models.JSONField(default=dict)
    motion = models.ForeignKey("councils.Motion", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(validity__isempty=False), name="charter_dates_not_empty"),
            models.CheckConstraint(
                condition=Q(validity__startswith__isnull=False), name="charter_has_a_first_day"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(motion__isnull=False), name="charter_changed_by_motion_only"
            ),
            ExclusionConstraint(
                name="charter_one_at_a_time", expressions=[("validity", RangeOperators.OVERLAPS)]
            ),
        ]

    def __str__(self) -> str:
        """Return which version it is."""
        return str(_("Charter, version %(version)s") % {"version": self.version})

    @property
    def subject(self) -> str:
        """How the public record names this version."""
        return f"charter:{self.public_id}"
