"""Guidelines of a plan year: the questions put to everybody, and what was decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from planning.models.programmes import Topic, TopicRow
from workplaces.ids import uuid7
from workplaces.models import Person, Resource
from workplaces.models.fields import finite


class GuidelineQuestion(models.Model):
    """One question of the year's vote: a topic (a cap: of one resource), the rule by which it is counted, its options.

    ``options`` are in the ballot's order: of shares ``{"code", "entity"}``, of rankings ``{"code", "figures":
    [[entity or null, value], …], "programmes": [public ids]}``, of a number none. The motion's subject is ``public_id``.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="guideline_questions")
    topic = models.CharField(max_length=10, choices=Topic)
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=24)
    options = models.JSONField(default=list)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "topic", "resource"], nulls_distinct=False, name="guidelinequestion_once"
            ),
            models.CheckConstraint(
                condition=Q(topic="cap", resource__isnull=False)
                | (~Q(topic="cap") & Q(resource__isnull=True)),
                name="guidelinequestion_cap_of_a_resource",
            ),
        ]

    def __str__(self) -> str:
        """Return the topic."""
        return str(self.get_topic_display())


class Guideline(TopicRow):
    """What holds for a plan year: decided by the vote on ``question``, or kept from the cycle ``decided_in``."""

    class Source(models.TextChoices):
        BALLOT = "ballot", _("decided by vote")
        LAST = "last", _("kept from the year before")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="guidelines")
    source = models.CharField(max_length=6, choices=Source)
    question = models.ForeignKey(GuidelineQuestion, models.PROTECT, null=True, related_name="guidelines")
    decided_in = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta(TopicRow.Meta):
        ordering = ["pk"]
        constraints = [
            *TopicRow.Meta.constraints,
            finite("guideline_finite", "value"),
            models.UniqueConstraint(
                fields=["cycle", "topic", "resource", "sector", "region", "product"],
                nulls_distinct=False,
                name="guideline_once",
            ),
            models.CheckConstraint(
                condition=Q(source="ballot", question__isnull=False)
                | Q(source="last", question__isnull=True),
                name="guideline_of_a_vote_or_kept",
            ),
        ]

    def __str__(self) -> str:
        """Return the topic and the figure."""
        return f"{self.topic}: {self.value:g}"
