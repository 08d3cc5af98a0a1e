"""The cycle (a plan year), its rounds and its plan."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models import Person, Scenario

PLANNING: Final = ["preparation", "priorities", "envelopes", "proposals", "rounds", "ratification"]


class Cycle(models.Model):
    """A plan year: its phase, the frozen baseline it starts from, the rules in force when it was opened.

    ``next_baseline`` is what its settlement drew: where the next cycle starts.
    """

    class Phase(models.TextChoices):
        PREPARATION = "preparation", _("preparation")
        PRIORITIES = "priorities", _("priorities")
        ENVELOPES = "envelopes", _("envelopes")
        PROPOSALS = "proposals", _("proposals")
        ROUNDS = "rounds", _("rounds")
        RATIFICATION = "ratification", _("ratification")
        IN_FORCE = "in_force", _("in force")
        SETTLEMENT = "settlement", _("settlement")
        CLOSED = "closed", _("closed")
        ABANDONED = "abandoned", _("abandoned")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.PREPARATION)
    baseline = models.ForeignKey(Scenario, models.PROTECT, related_name="cycles")
    next_baseline = models.OneToOneField(
        Scenario, models.PROTECT, null=True, blank=True, related_name="settled_cycle"
    )
    charter_version = models.PositiveIntegerField(null=True, blank=True)
    rules = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(
                    phase__in=[
                        "preparation",
                        "priorities",
                        "envelopes",
                        "proposals",
                        "rounds",
                        "ratification",
                    ]
                ),
                name="cycle_one_in_planning",
            ),
            models.UniqueConstraint(
                fields=["baseline"], condition=~Q(phase="abandoned"), name="cycle_baseline_once"
            ),
            models.CheckConstraint(
                condition=~Q(phase__in=["settlement", "closed"]) | Q(next_baseline__isnull=False),
                name="cycle_settled_has_next_baseline",
            ),
        ]

    def __str__(self) -> str:
        """Return what people call the cycle."""
        return str(_("Cycle %(year)s") % {"year": self.year})


class PhaseDate(models.Model):
    """When a phase of a cycle begins and ends, as announced."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="dates")
    phase = models.CharField(max_length=12, choices=Cycle.Phase)
    begins = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "phase"], name="phasedate_once"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")), name="phasedate_order"
            ),
        ]

    def __str__(self) -> str:
        """Return which phase of which cycle."""
        return f"{self.cycle}, {self.get_phase_display()}"


class Round(models.Model):
    """One turn of the negotiation: the proposals as they stood when it opened, and everybody's answers."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERING = "answering", _("suggestions published, answers awaited")
        CLOSED = "closed", _("closed")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    scenario = models.OneToOneField(Scenario, models.PROTECT, related_name="round")
    published_run = models.ForeignKey("planning.Run", models.PROTECT, null=True, blank=True, related_name="+")
    answers_close_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state__in=["open", "answering"]), name="round_one_under_way"
            ),
            models.CheckConstraint(
                condition=~Q(state="answering") | Q(published_run__isnull=False),
                name="round_answers_to_a_run",
            ),
        ]

    def __str__(self) -> str:
        """Return what people call the round."""
        return str(_("Round %(number)s") % {"number": self.number})


class Plan(models.Model):
    """A set of figures put to the councils: a closed scenario, with the run that shows it adds up."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        RATIFIED = "ratified", _("ratified")
        REFERRED_BACK = "referred_back", _("referred back")
        IN_FORCE = "in_force", _("in force")
        EXPIRED = "expired", _("expired")
        ABANDONED = "abandoned", _("abandoned")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=State, default=State.PROPOSED)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="plans")
    run = models.ForeignKey("planning.Run", models.PROTECT, related_name="plans")
    conflicts = models.JSONField(default=list)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(state__in=["proposed", "ratified"]),
                name="plan_one_before_councils",
            ),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state="in_force"), name="plan_one_in_force_per_cycle"
            ),
        ]

    def __str__(self) -> str:
        """Return what people call the plan."""
        return str(_("Plan %(number)s for %(year)s") % {"number": self.number, "year": self.cycle.year})
