"""Councils of every kind in one table, and their seats."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models import Association, Person, Region, Sector, Workplace
from workplaces.models.fields import Named, searched

SPATIAL = ("community", "sub_regional", "regional")


class CouncilQuerySet(models.QuerySet["Council"]):
    """Many councils."""

    def sitting(self) -> Self:
        """Return the councils that have not been dissolved."""
        return self.filter(dissolved_on__isnull=True)

    def named(self, text: str) -> Self:
        """Return the councils whose name contains ``text``."""
        return self.filter(name__icontains=text)


class Council(Named):
    """A body that decides: an assembly, a council, the board, or everyone.

    ``workplace`` and ``sector`` point at first versions (``entity_id``), so that a council outlives the
    scenarios in which the figures of its workplace or sector change.
    """

    class Kind(models.TextChoices):
        WORKPLACE = "workplace", _("workplace assembly")
        SECTOR = "sector", _("sector council")
        COMMUNITY = "community", _("community council")
        SUB_REGIONAL = "sub_regional", _("sub-regional council")
        REGIONAL = "regional", _("regional council")
        BOARD = "board", _("central planning board")
        GENERAL = "general", _("general vote")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    workplace = models.ForeignKey(Workplace, models.PROTECT, null=True, blank=True, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="councils")
    dissolved_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = CouncilQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="workplace", workplace__isnull=False, sector__isnull=True, region__isnull=True
                )
                | Q(kind="sector", workplace__isnull=True, sector__isnull=False, region__isnull=True)
                | Q(kind__in=SPATIAL, workplace__isnull=True, sector__isnull=True, region__isnull=False)
                | Q(
                    kind__in=["board", "general"],
                    workplace__isnull=True,
                    sector__isnull=True,
                    region__isnull=True,
                ),
                name="council_target_fits_kind",
            ),
            models.UniqueConstraint(fields=["workplace"], name="council_one_per_workplace"),
            models.UniqueConstraint(fields=["sector"], name="council_one_per_sector"),
            models.UniqueConstraint(fields=["region"], name="council_one_per_region"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=["board", "general"]),
                name="council_one_board_one_general",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "name", "id"], name="council_by_name"),
            searched("council_name_searched", "name"),
        ]

    @property
    def subject(self) -> str:
        """How the public record names this council."""
        return f"council:{self.public_id}"


class Seat(models.Model):
    """A place in a council, and on whose behalf its holder sits there."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="seats")
    number = models.PositiveIntegerField()
    represents_council = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="seats_elsewhere"
    )
    represents_association = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="seats"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="seat_number_once"),
            models.CheckConstraint(
                condition=Q(represents_council__isnull=True) | Q(represents_association__isnull=True),
                name="seat_represents_one",
            ),
            models.CheckConstraint(
                condition=Q(represents_council__isnull=True) | ~Q(represents_council=F("council")),
                name="seat_represents_another",
            ),
        ]

    def __str__(self) -> str:
        """Return which seat of which council."""
        return f"{self.council}, {self.number}"

    @property
    def right(self) -> str:
        """The voting right that goes with this seat, as rolls name it."""
        return f"seat:{self.public_id}"

    @property
    def represents(self) -> str:
        """Whom the holder speaks for, or nothing."""
        body = self.represents_council or self.represents_association
        return body.label if body else ""
