"""People, where they belong, and the bodies that own social property."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models.fields import Named


class Person(AbstractUser):
    """Somebody who can sign in. A superuser runs the site and can neither vote nor alter a figure."""

    first_name = None
    last_name = None
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    synthetic = models.BooleanField(_("made up for a demonstration"), default=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="person_email_once"),
        ]

    def __str__(self) -> str:
        """Return how the person is called in public."""
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return how the person is called in public."""
        return str(self)

    def get_short_name(self) -> str:
        """Return how the person is called in public."""
        return str(self)


class Region(Named):
    """A place in the tree country → region → sub-region → community."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        SUB_REGION = "sub_region", _("sub-region")
        COMMUNITY = "community", _("community")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    population = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="country", parent__isnull=True)
                | (~Q(kind="country") & Q(parent__isnull=False)),
                name="region_only_a_country_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(population__isnull=True) | Q(population__gte=0), name="region_population"
            ),
        ]


class PublicBody(Named):
    """The municipal, regional or national owner of social property; it has no shares to sell."""

    class Level(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal")
        REGIONAL = "regional", _("regional")
        NATIONAL = "national", _("national")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    level = models.CharField(max_length=12, choices=Level)
    region = models.ForeignKey(Region, models.PROTECT, related_name="public_bodies")

    class Meta:
        verbose_name = _("public body")
        verbose_name_plural = _("public bodies")


class Association(Named):
    """A party, list or caucus: people who organise around a programme."""

    class Kind(models.TextChoices):
        PARTY = "party", _("party")
        LIST = "list", _("list")
        CAUCUS = "caucus", _("caucus")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    founded_by = models.ForeignKey(Person, models.PROTECT, related_name="associations_founded")
    founded_on = models.DateField()
    dissolved_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")


class Membership(models.Model):
    """A person's belonging to one workplace or one community, with its dates."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    workplace = models.ForeignKey(
        "workplaces.Workplace", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    community = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="memberships")
    validity = DateRangeField(_("from, until"))
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(workplace__isnull=False, community__isnull=True)
                | Q(workplace__isnull=True, community__isnull=False),
                name="membership_one_place",
            ),
            models.CheckConstraint(condition=Q(validity__isempty=False), name="membership_dates_not_empty"),
            ExclusionConstraint(
                name="membership_workplace_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("workplace", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                condition=Q(workplace__isnull=False),
            ),
            ExclusionConstraint(
                name="membership_one_community_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
                condition=Q(community__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return who belongs where."""
        return f"{self.person}, {self.workplace or self.community}"
