"""Accounting prices: what the plan in force makes of each product's price, kept as it was that day."""

from django.db import models

from planning.models.cycles import Plan
from workplaces.models.fields import finite, quantity


class AccountingPrice(models.Model):
    """A product's price while a plan is in force, currency per unit: ``cost`` and ``premium``, inside the step.

    ``product`` is the product's entity id. Written once, when the plan is put in force; a trigger refuses changes.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="prices", db_index=False)
    product = models.BigIntegerField()
    cost = quantity()
    premium = quantity()
    price = quantity()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "product"], name="accountingprice_once"),
            finite("accountingprice_figures_finite", "cost", "price"),
            finite("accountingprice_premium_finite", "premium", minimum=None),
        ]

    def __str__(self) -> str:
        """Return the plan and the product's entity id."""
        return f"{self.plan}, {self.product}"
