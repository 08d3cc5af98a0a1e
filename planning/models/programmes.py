"""Rival programmes for a plan year: what an association proposes, in versions; who stands behind it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from workplaces.ids import uuid7
from workplaces.models import Association, Person, Product, Region, Resource, Sector
from workplaces.models.fields import finite, quantity


class Topic(models.TextChoices):
    """What a programme's figure, and a guideline, is about."""

    INVESTMENT = "investment", _("share of last year's value added set aside for investment")
    COLLECTIVE = "collective", _("collective share of consumption")
    HOURS = "hours", _("working hours a week")
    CAP = "cap", _("cap of a resource")
    SECTOR = "sector", _("share of a sector in the sectors' envelopes")
    REGION = "region", _("share of a region in the regions' envelopes")
    FREE = "free", _("a good that becomes free")


# A cap is in its resource's unit; a good that becomes free has the figure 1.
UNITS: Final = {"investment": "%", "collective": "%", "hours": "h", "sector": "‰", "region": "‰"}
ENTITY: Final = {"cap": "resource", "sector": "sector", "region": "region", "free": "product"}
WEEK = 168  # hours


def _about_one_thing() -> Q:
    """Each topic names the one thing that it is about, and nothing else; the others name nothing."""
    found = Q()
    for topic in Topic.values:
        nothing = {f"{name}__isnull": name != ENTITY.get(topic) for name in ENTITY.values()}
        found |= Q(topic=topic, **nothing)
    return found


def _possible() -> Q:
    """What no charter can allow: shares over the whole, weeks of more than 168 hours, a good that is half free."""
    return (
        Q(topic__in=["investment", "collective"], value__lte=100)
        | Q(topic="hours", value__lte=WEEK)
        | Q(topic__in=["sector", "region"], value__lte=1000)
        | Q(topic="cap")
        | Q(topic="free", value=1)
    )


class TopicRow(models.Model):
    """A figure on a topic, in the topic's unit (``UNITS``); what it is about by the id of its first version."""

    topic = models.CharField(max_length=10, choices=Topic)
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    value = quantity()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=_about_one_thing(), name="%(class)s_about_one_thing"),
            models.CheckConstraint(condition=_possible(), name="%(class)s_possible"),
        ]

    @property
    def entity(self) -> int | None:
        """The id of what it is about, None where the topic itself says it all."""
        name = ENTITY.get(self.topic)
        return getattr(self, f"{name}_id") if name else None


class AssociationMember(models.Model):
    """A person's belonging to an association, as long as ``until`` is open; whom one joins is not on the public record."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["association", "person"],
                condition=Q(until__isnull=True),
                name="associationmember_once",
            )
        ]

    def __str__(self) -> str:
        """Return who belongs to what."""
        return f"{self.person}, {self.association}"


class ProgrammeCall(models.Model):
    """The phase of priorities of a cycle: since when, and until when programmes are published.

    Without ``publish_until`` they are published until the guidelines are put to the vote, at ``asked_at``.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="call")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    publish_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return which cycle's it is."""
        return str(self.cycle)


class Programme(models.Model):
    """What an association proposes for a plan year; once published it stays as it is, whatever the vote decides."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="programmes")
    association = models.ForeignKey(Association, models.PROTECT, related_name="programmes")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published = models.OneToOneField(
        "planning.ProgrammeVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "association"], name="programme_once_a_year"),
            models.CheckConstraint(
                condition=Q(published__isnull=True, published_at__isnull=True)
                | Q(published__isnull=False, published_at__isnull=False),
                name="programme_published_when_published",
            ),
        ]

    def __str__(self) -> str:
        """Return whose programme it is, and for which year."""
        return f"{self.association}, {self.cycle.year}"

    @property
    def subject(self) -> str:
        """How the public record names it."""
        return f"programme:{self.public_id}"

    @property
    def shown(self) -> "ProgrammeVersion":
        """The version that was published, else the latest."""
        return self.published or self.versions.order_by("-number")[0]

    @property
    def behind(self) -> int:
        """How many people stand behind the version that is shown."""
        return self.shown.supporters.filter(withdrawn_at__isnull=True).count()


class ProgrammeVersion(models.Model):
    """A programme's words and figures as they once stood, with the digest of both; support is given to a version."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programmeversion_number_once"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="programmeversion_says_something"
            ),
        ]

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class ProgrammeFigure(TopicRow):
    """One figure of a version."""

    version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="figures")

    class Meta(TopicRow.Meta):
        ordering = ["pk"]
        constraints = [
            *TopicRow.Meta.constraints,
            finite("programmefigure_finite", "value"),
            models.UniqueConstraint(
                fields=["version", "topic", "resource", "sector", "region", "product"],
                nulls_distinct=False,
                name="programmefigure_once",
            ),
        ]

    def __str__(self) -> str:
        """Return the topic and the figure."""
        return f"{self.topic}: {self.value:g}"


class Supporter(models.Model):
    """Somebody who stands behind a version in public, until ``withdrawn_at``."""

    version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="supporters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], condition=Q(withdrawn_at__isnull=True), name="supporter_once"
            )
        ]

    def __str__(self) -> str:
        """Return who."""
        return str(self.person)
