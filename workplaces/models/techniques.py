"""Techniques as arrays, so that a hundred thousand of them are read without a hundred thousand objects."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workplaces.models.economy import Product, Sector
from workplaces.models.fields import Named, finite, quantity
from workplaces.models.people import Region
from workplaces.models.scenario import ScenarioRow
from workplaces.models.workplaces import Workplace


def entities() -> ArrayField:
    """Return an array of entity ids."""
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


def coefficients() -> ArrayField:
    """Return an array of finite figures (checked by the migration's ``finite_array`` constraints)."""
    return ArrayField(models.FloatField(), default=list, blank=True)


class Technology(Named, ScenarioRow):
    """Output and input patterns per unit of activity, shared by many lines.

    ``input_group[k]`` is the factor group of the k-th input; labour hours form a group of their own,
    number ``labour_group``; a line's ``factors[g]`` multiplies the coefficients of group ``g``.
    Labour is given by occupation: the pool is the one of the line's region.
    """

    code = models.CharField(_("code"), max_length=80)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    output_product = entities()
    output_coefficient = coefficients()
    input_product = entities()
    input_coefficient = coefficients()
    input_group = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    labour_occupation = entities()
    labour_hours = coefficients()
    labour_group = models.SmallIntegerField(default=0)
    resource = entities()
    resource_use = coefficients()
    groups = models.PositiveSmallIntegerField(default=1)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("technique")
        verbose_name_plural = _("techniques")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="technology_code_once"),
            models.CheckConstraint(condition=Q(groups__gte=1), name="technology_has_a_group"),
        ]


class Line(ScenarioRow):
    """What one workplace makes with one technique: shared with factors, or coefficients of its own."""

    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    technology = models.ForeignKey(Technology, models.PROTECT, null=True, blank=True, related_name="+")
    factors = coefficients()
    own_input_product = entities()
    own_input_coefficient = coefficients()
    own_labour_occupation = entities()
    own_labour_hours = coefficients()
    last_output = quantity(default=0.0)
    capacity = quantity()

    class Meta(ScenarioRow.Meta):
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            *ScenarioRow.Meta.constraints,
            finite("line_figures_finite", "last_output", "capacity"),
            models.CheckConstraint(
                condition=Q(technology__isnull=True)
                | Q(own_input_product__len=0, own_labour_occupation__len=0),
                name="line_shared_or_own_technique",
            ),
        ]
        indexes = [
            *ScenarioRow.Meta.indexes,
            models.Index(fields=["workplace"], name="line_workplace"),
            models.Index(fields=["scenario", "product"], name="line_makes"),
        ]

    def __str__(self) -> str:
        """Return who makes what."""
        return f"{self.workplace}, {self.product}"


class DemandLine(ScenarioRow):
    """Final use of a product: a community's or region's consumption, public services, investment, exports."""

    class Category(models.TextChoices):
        HOUSEHOLD = "household", _("household consumption")
        PUBLIC = "public", _("public services")
        INVESTMENT = "investment", _("investment")
        STOCKS = "stocks", _("change in stocks")
        EXPORT = "export", _("exports")
        GRANTED = "granted", _("equipment that was granted")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    category = models.CharField(max_length=12, choices=Category)
    last = quantity(default=0.0)
    floor = quantity(default=0.0)
    ceiling = quantity(null=True, blank=True)
    flexibility = quantity(default=0.3)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("final use")
        verbose_name_plural = _("final uses")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["scenario", "region", "product", "category"],
                condition=Q(removed=False),
                name="demandline_once",
            ),
            finite("demandline_figures_finite", "last", "floor", "ceiling", "flexibility", minimum=None),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=F("floor")),
                name="demandline_ceiling_over_floor",
            ),
        ]

    def __str__(self) -> str:
        """Return where what is used, and for what."""
        return f"{self.region}, {self.product}, {self.get_category_display()}"
