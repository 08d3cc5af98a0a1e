"""What the economy is made of: sectors, products, occupations, labour pools, limited resources."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workplaces.models.fields import Named, finite, quantity
from workplaces.models.people import PublicBody, Region
from workplaces.models.scenario import ScenarioRow


class Sector(Named, ScenarioRow):
    """A branch of production with its own council."""

    code = models.CharField(_("code"), max_length=60)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="sector_code_once"),
        ]


class Product(Named, ScenarioRow):
    """A good or service, measured in its unit per cycle."""

    class PriceStatus(models.TextChoices):
        PRICED = "priced", _("priced")
        SUBSIDISED = "subsidised", _("subsidised")
        FREE = "free", _("free")

    code = models.CharField(_("code"), max_length=60)
    unit = models.CharField(_("unit"), max_length=30)
    price = quantity(help_text=_("accounting price, currency per unit"), default=1.0)
    price_status = models.CharField(max_length=10, choices=PriceStatus, default=PriceStatus.PRICED)
    flexibility = quantity(help_text=_("η: how readily supply answers a premium"), default=0.3)
    group = models.SmallIntegerField(help_text=_("input group that technique factors speak of"), default=0)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="product_code_once"),
            finite("product_figures_finite", "price", "flexibility"),
        ]


class Resource(Named, ScenarioRow):
    """A limited natural resource or emission with the cap its owner set; NULL means no cap."""

    code = models.CharField(_("code"), max_length=60)
    unit = models.CharField(_("unit"), max_length=30)
    owner = models.ForeignKey(PublicBody, models.PROTECT, null=True, blank=True, related_name="+")
    cap = quantity(null=True, blank=True)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("limited resource")
        verbose_name_plural = _("limited resources")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="resource_code_once"),
            finite("resource_cap_finite", "cap"),
        ]


class Occupation(Named, ScenarioRow):
    """A kind of work that people qualify for. Its hours, in pools and techniques, are counted in ``unit``."""

    code = models.CharField(_("code"), max_length=60)
    unit = models.CharField(_("unit of hours"), max_length=60, default="hours")

    class Meta(ScenarioRow.Meta):
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="occupation_code_once"),
        ]


class LabourPool(ScenarioRow):
    """Hours per cycle that people of an occupation offer in a region."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+")
    hours = quantity()
    wage = quantity(help_text=_("accounting wage, currency per hour"), default=0.0)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("labour pool")
        verbose_name_plural = _("labour pools")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "region", "occupation"], name="labourpool_once"),
            finite("labourpool_figures_finite", "hours", "wage"),
        ]

    def __str__(self) -> str:
        """Return whose hours, and where."""
        return f"{self.occupation}, {self.region}"
