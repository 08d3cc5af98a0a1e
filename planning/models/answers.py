"""What people propose and how they answer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Round
from workplaces.ids import uuid7
from workplaces.models import DemandLine, Line, Person, ScenarioRow
from workplaces.models.fields import finite, quantity


class Source(models.TextChoices):
    """Where a standing figure comes from."""

    LAST_YEAR = "last_year", _("last year's figure")
    PERSON = "person", _("proposed by a person")
    MANDATE = "mandate", _("moved inside the standing mandate")
    SIMULATED = "simulated", _("simulated")


class Proposal(ScenarioRow):
    """A line's output as it stands in a scenario. ``confirmed`` is the last figure that a person confirmed.

    Absolute input quantities may be given; they then replace the technique's for this cycle.
    """

    line = models.ForeignKey(Line, models.PROTECT, related_name="proposals")
    output = quantity()
    confirmed = quantity()
    firm = models.BooleanField(default=False)
    answered = models.PositiveSmallIntegerField(default=0, help_text=_("suggestions answered in this cycle"))
    source = models.CharField(max_length=10, choices=Source, default=Source.PERSON)
    input_product = ArrayField(models.BigIntegerField(), default=list, blank=True)
    input_quantity = ArrayField(models.FloatField(), default=list, blank=True)
    note = models.TextField(blank=True, default="")

    class Meta(ScenarioRow.Meta):
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "line"], name="proposal_once"),
            finite("proposal_figures_finite", "output", "confirmed"),
        ]

    def __str__(self) -> str:
        """Return whose line it is for."""
        return str(self.line)


class ConsumptionProposal(ScenarioRow):
    """A demand line's quantity as it stands in a scenario."""

    demand_line = models.ForeignKey(DemandLine, models.PROTECT, related_name="proposals")
    confirmed = quantity()
    quantity = quantity()
    firm = models.BooleanField(default=False)
    answered = models.PositiveSmallIntegerField(default=0, help_text=_("suggestions answered in this cycle"))
    source = models.CharField(max_length=10, choices=Source, default=Source.PERSON)
    note = models.TextField(blank=True, default="")

    class Meta(ScenarioRow.Meta):
        constraints = [
            *ScenarioRow.Meta.constraints,
            models.UniqueConstraint(fields=["scenario", "demand_line"], name="consumptionproposal_once"),
            finite("consumptionproposal_finite", "quantity", "confirmed", minimum=None),
        ]

    def __str__(self) -> str:
        """Return which final use it is for."""
        return str(self.demand_line)


class Response(models.Model):
    """The answer to a suggested change: one per line and round, changeable until the round closes."""

    class Kind(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        COUNTER = "counter", _("countered")
        FIRM = "firm", _("holds firm")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="responses")
    line = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="responses")
    demand_line = models.ForeignKey(
        DemandLine, models.PROTECT, null=True, blank=True, related_name="responses"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    figure = quantity()
    reason = models.TextField(blank=True, default="")
    source = models.CharField(max_length=10, choices=Source, default=Source.PERSON)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "line"], name="response_once_per_line"),
            models.UniqueConstraint(fields=["round", "demand_line"], name="response_once_per_demand_line"),
            models.CheckConstraint(
                condition=Q(line__isnull=False, demand_line__isnull=True)
                | Q(line__isnull=True, demand_line__isnull=False),
                name="response_to_one_line",
            ),
            models.CheckConstraint(
                condition=Q(kind="accept") | ~Q(reason="") | Q(source="simulated"),
                name="response_with_a_reason",
            ),
            finite("response_figure_finite", "figure", minimum=None),
        ]

    def __str__(self) -> str:
        """Return whose answer, in which round."""
        return f"{self.line or self.demand_line}, {self.round}"
