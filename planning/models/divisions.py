"""Dividing a surplus: what an assembly is asked, collective goods by name and everybody's bonus computed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from planning.models.proposed import Proposed
from workplaces.ids import uuid7
from workplaces.models import Person, Post, Workplace
from workplaces.models.fields import finite, quantity


class SurplusDivision(Proposed):
    """What of a workplace's surplus account becomes collective goods and bonuses; frozen with its parts' ``digest``.

    Sums are minor units: ``amount = for_goods + for_bonuses``, at most what the account held. ``cycle`` is the last year that
    put a surplus into it, ``members`` how many the assembly has. ``workplace`` points at the first version. ``settled_at`` is
    set by the assembly's carried motion. Neither part can be invested.
    """

    class Key(models.TextChoices):
        NONE = "", _("no bonuses")
        EQUAL = "equal", _("the same for every member")
        HOURS = "hours", _("by weekly hours")
        EFFORT = "effort", _("by weekly hours and how hard the work is")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="divisions")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=6, choices=Key, blank=True)
    held = models.BigIntegerField()
    amount = models.BigIntegerField()
    for_goods = models.BigIntegerField()
    for_bonuses = models.BigIntegerField()
    members = models.PositiveIntegerField()

    class Meta:
        ordering = ["workplace", "number"]
        verbose_name = _("division of a surplus")
        constraints = [
            models.UniqueConstraint(fields=["workplace", "number"], name="surplusdivision_number_once"),
            models.CheckConstraint(
                condition=Q(amount=F("for_goods") + F("for_bonuses"), amount__gt=0, amount__lte=F("held")),
                name="surplusdivision_of_what_is_there",
            ),
            models.CheckConstraint(
                condition=Q(for_goods__gte=0, for_bonuses__gte=0), name="surplusdivision_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(for_bonuses=0, key="") | Q(for_bonuses__gt=0, key__in=["equal", "hours", "effort"]),
                name="surplusdivision_key_if_bonuses",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return which division of whose surplus."""
        return f"{self.workplace.label}, {self.number}"

    @property
    def subject(self) -> str:
        """How the public record names this division."""
        return f"division:{self.public_id}"


class CollectiveGood(models.Model):
    """Something that the members have together, and what of the surplus goes into it (minor units).

    Every category is for use: equipment is granted out of envelopes, and none of these is a category of it.
    """

    class Category(models.TextChoices):
        CHILDCARE = "childcare", _("childcare")
        HEALTH = "health", _("health and care")
        HOUSING = "housing", _("housing")
        MEALS = "meals", _("meals")
        TRAVEL = "travel", _("the way to work")
        CULTURE = "culture", _("culture and sport")
        LEARNING = "learning", _("learning")
        LEISURE = "leisure", _("rest and holidays")
        AID = "aid", _("mutual aid and solidarity")
        OTHER = "other", _("another use in common")

    division = models.ForeignKey(SurplusDivision, models.PROTECT, related_name="goods")
    title = models.CharField(_("title"), max_length=120)
    category = models.CharField(max_length=9, choices=Category)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="collectivegood_of_something"),
            models.CheckConstraint(condition=~Q(title=""), name="collectivegood_has_a_title"),
            models.CheckConstraint(
                condition=Q(category__in=["childcare", "health", "housing", "meals", "travel", "culture", "learning",
                                          "leisure", "aid", "other"]),
                name="collectivegood_is_for_use",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return what it is."""
        return self.title


class Bonus(models.Model):
    """A member's part of the bonuses (minor units), and what it was computed from; the ledger has their sum only.

    ``post`` (first version), ``weekly_hours`` and grades are there where the key asks for them. ``public_id`` is random: it
    is in the division's digest, so that nobody can find a part by trying sums.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    division = models.ForeignKey(SurplusDivision, models.PROTECT, related_name="bonuses")
    person = models.ForeignKey(Person, models.PROTECT, related_name="bonuses")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    weekly_hours = quantity(null=True)
    intensity = models.PositiveSmallIntegerField(null=True)
    unpleasantness = models.PositiveSmallIntegerField(null=True)
    weight = quantity()
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("bonus")
        verbose_name_plural = _("bonuses")
        constraints = [
            models.UniqueConstraint(fields=["division", "person"], name="bonus_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, weight__gt=0), name="bonus_not_negative"),
            finite("bonus_weight_finite", "weight"),
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.person)
