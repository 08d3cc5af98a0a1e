"""Workplaces: collectives, small co-operatives, the self-employed; their sectors and posts."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workplaces.models.economy import LabourPool, Sector
from workplaces.models.fields import Named, finite, quantity, searched
from workplaces.models.people import PublicBody, Region
from workplaces.models.scenario import ScenarioRow


class Workplace(Named, ScenarioRow):
    """A self-managed workplace on social property; it has no shares and cannot be sold."""

    class Form(models.TextChoices):
        COLLECTIVE = "collective", _("collective")
        COOPERATIVE = "cooperative", _("small co-operative")
        SELF_EMPLOYED = "self_employed", _("self-employed")

    code = models.CharField(_("code"), max_length=60)
    form = models.CharField(max_length=14, choices=Form, default=Form.COLLECTIVE)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    owner = models.ForeignKey(PublicBody, models.PROTECT, null=True, blank=True, related_name="+")
    main_sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    size = models.PositiveIntegerField(_("people working here"), default=1)
    band = quantity(
        null=True,
        blank=True,
        help_text=_("standing mandate: the change its assembly pre-approved, as a share"),
    )

    class Meta(ScenarioRow.Meta):
        verbose_name = _("workplace")
        verbose_name_plural = _("workplaces")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "code"], name="workplace_code_once"),
            models.CheckConstraint(
                condition=Q(form="self_employed") | Q(owner__isnull=False), name="workplace_has_public_owner"
            ),
            models.CheckConstraint(
                condition=Q(band__isnull=True) | Q(band__gte=0, band__lte=1), name="workplace_band_is_a_share"
            ),
        ]
        indexes = [
            *ScenarioRow.Meta.indexes,
            models.Index(
                fields=["scenario", "name", "id"], condition=Q(removed=False), name="workplace_by_name"
            ),
            searched("workplace_name_searched", "name"),
            searched("workplace_code_searched", "code"),
        ]


class SectorMembership(ScenarioRow):
    """The share of a workplace's activity that belongs to a sector; shares add up to 1 at any date."""

    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="sector_memberships")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    share = quantity()
    validity = DateRangeField()

    class Meta(ScenarioRow.Meta):
        verbose_name = _("sector membership")
        verbose_name_plural = _("sector memberships")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="sectormembership_share"),
            models.CheckConstraint(
                condition=Q(validity__isempty=False), name="sectormembership_dates_not_empty"
            ),
            ExclusionConstraint(
                name="sectormembership_once_at_a_time",
                expressions=[
                    ("scenario", RangeOperators.EQUAL),
                    ("workplace", RangeOperators.EQUAL),
                    ("sector", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                condition=Q(removed=False),
            ),
        ]

    def __str__(self) -> str:
        """Return who belongs to which sector."""
        return f"{self.workplace}, {self.sector}"


class Post(ScenarioRow):
    """A place of work: which pool it draws on, its weekly hours, how intense and unpleasant it is.

    ``training``: a training place, where somebody learns the occupation at work.
    """

    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="posts")
    pool = models.ForeignKey(LabourPool, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=1)
    weekly_hours = quantity()
    intensity = models.PositiveSmallIntegerField(default=3)
    unpleasantness = models.PositiveSmallIntegerField(default=3)
    training = models.BooleanField(default=False)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekly_hours__gt=0, weekly_hours__lte=80), name="post_weekly_hours"
            ),
            models.CheckConstraint(
                condition=Q(intensity__range=(1, 5), unpleasantness__range=(1, 5)), name="post_grades_1_to_5"
            ),
            finite("post_hours_finite", "weekly_hours"),
        ]

    def __str__(self) -> str:
        """Return where the work is, and of which kind."""
        return f"{self.workplace}, {self.pool}"
