"""What workplaces ask of an envelope, and which goods for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from workplaces.ids import uuid7
from workplaces.models import Line, Person, Product, Region, Sector, Workplace, fields


class InvestmentRequest(models.Model):
    """A workplace asks a sector or a region for ``amount`` (minor units), for equipment of one of its lines.

    ``members``, ``value_added`` (currency per year), ``hours`` (per year), ``level`` (value added per hour) and ``returns``
    (value added gained per year and unit of money) are computed, never declared. References point at first versions.
    """

    class Source(models.TextChoices):
        CHARTER = "charter", _("the charter's figure: the sector has too few finished grants")
        GRANTS = "grants", _("what finished grants of the sector brought")
        OWN = "own", _("what its own finished grants brought, moved towards what those of its sector did")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="investment_requests")
    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    purpose = models.TextField(_("purpose"))
    expected = models.TextField(_("expected effect"), blank=True, default="")
    members = models.PositiveIntegerField()
    value_added = fields.quantity()
    hours = fields.quantity()
    level = fields.quantity()
    returns = fields.quantity()
    returns_from = models.CharField(max_length=8, choices=Source)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sector__isnull=True) ^ Q(region__isnull=True), name="request_of_sector_or_region"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="request_asks_for_something"),
            models.CheckConstraint(condition=Q(members__gte=1), name="request_has_members"),
            models.CheckConstraint(condition=~Q(purpose=""), name="request_has_a_purpose"),
            models.CheckConstraint(condition=Q(returns__gt=0), name="request_returns_something"),
            fields.finite("request_figures_finite", "hours", "level", "returns"),
            models.UniqueConstraint(
                fields=["cycle", "workplace", "sector", "region"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="request_once_per_envelope",
            ),
        ]

    def __str__(self) -> str:
        """Return who asks whom."""
        owner = self.sector or self.region
        return f"{self.workplace.label}, {owner.label if owner else ''}"

    @property
    def size(self) -> float:
        """The hours that the level is a mean over, at least one."""
        return max(self.hours, 1.0)

    @property
    def effect(self) -> float:
        """By how much one minor unit of money per hour worked raises the level: value added gained a year by a hundredth."""
        return self.returns / 100.0


class RequestedGood(models.Model):
    """Equipment asked for: a product (first version) and how much of it, at the accounting price of that day."""

    request = models.ForeignKey(InvestmentRequest, models.PROTECT, related_name="goods")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = fields.quantity()
    price = fields.quantity()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "product"], name="requestedgood_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="requestedgood_some"),
            fields.finite("requestedgood_finite", "quantity", "price"),
        ]

    def __str__(self) -> str:
        """Return the product."""
        return str(self.product)
