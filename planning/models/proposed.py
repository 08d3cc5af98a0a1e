"""What a council is asked to settle has in common: why, by whom, frozen with its parts, and since when it holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workplaces.models import Person


class Proposed(models.Model):
    """Something put to a vote as it was computed: ``digest`` (SHA-256) covers its parts, ``settled_at`` the vote sets."""

    reason = models.TextField(_("reason"))
    digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
