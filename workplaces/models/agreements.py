"""Who supplies whom: external counterparties, trade with them, agreements between workplaces."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workplaces.models.economy import Product
from workplaces.models.fields import Named, finite, quantity
from workplaces.models.people import Person, Region
from workplaces.models.scenario import ScenarioRow
from workplaces.models.workplaces import Workplace


class Counterparty(Named, ScenarioRow):
    """A supplier or customer outside the federation."""

    code = models.CharField(_("code"), max_length=60)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("outside counterparty")
        verbose_name_plural = _("outside counterparties")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="counterparty_code_once"),
        ]


class TradeLine(ScenarioRow):
    """What comes in from, or goes out to, the world beyond the federation, at a world price and up to a limit."""

    class Direction(models.TextChoices):
        IMPORT = "import", _("import")
        EXPORT = "export", _("export")

    counterparty = models.ForeignKey(Counterparty, models.PROTECT, related_name="trade_lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    direction = models.CharField(max_length=6, choices=Direction)
    last = quantity(default=0.0)
    planned = quantity(null=True, blank=True, help_text=_("what the rounds so far arrived at"))
    limit = quantity(null=True, blank=True)
    world_price = quantity(default=1.0)
    flexibility = quantity(default=0.3)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("trade line")
        verbose_name_plural = _("trade lines")
        constraints = [
            *ScenarioRow.Meta.constraints,
            finite("tradeline_figures_finite", "last", "planned", "limit", "world_price", "flexibility"),
        ]

    def __str__(self) -> str:
        """Return with whom what is traded, in or out."""
        return f"{self.counterparty}, {self.product}, {self.get_direction_display()}"


class Agreement(ScenarioRow):
    """A supplier and a client, one of which may be external, agree on a quantity for a period."""

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        AGREED = "agreed", _("agreed")
        ENDED = "ended", _("ended")

    supplier = models.ForeignKey(Workplace, models.PROTECT, null=True, blank=True, related_name="supplies")
    client = models.ForeignKey(Workplace, models.PROTECT, null=True, blank=True, related_name="receives")
    counterparty = models.ForeignKey(
        Counterparty, models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = quantity()
    period = DateRangeField()
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    offered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    offered_for = models.ForeignKey(
        Workplace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("the side that made the offer; the other one accepts"),
    )
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(ScenarioRow.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            *ScenarioRow.Meta.constraints,
            finite("agreement_quantity_finite", "quantity"),
            models.CheckConstraint(
                condition=Q(supplier__isnull=False, client__isnull=False, counterparty__isnull=True)
                | Q(supplier__isnull=False, client__isnull=True, counterparty__isnull=False)
                | Q(supplier__isnull=True, client__isnull=False, counterparty__isnull=False),
                name="agreement_two_parties",
            ),
            models.CheckConstraint(
                condition=Q(supplier__isnull=True) | Q(client__isnull=True) | ~Q(supplier=F("client")),
                name="agreement_not_with_oneself",
            ),
        ]

    def __str__(self) -> str:
        """Return who supplies whom with what."""
        return f"{self.supplier or self.counterparty} → {self.client or self.counterparty}, {self.product}"
