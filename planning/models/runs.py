"""Runs: an iteration as a visible row, and what it found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Round
from workplaces.ids import uuid7
from workplaces.models import Person, Scenario
from workplaces.models.fields import finite


class Run(models.Model):
    """One iteration: queued when its transaction commits, claimed by conditional update, resumable.

    Without a round it tries figures out, for a sandbox or for what a sandbox is held against, and never counts.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="runs")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="runs")
    procedure = models.CharField(max_length=30, default="least_change")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    parameters = models.JSONField(default=dict)
    progress = models.FloatField(default=0.0)
    stage = models.CharField(max_length=200, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    input_digest = models.CharField(max_length=64, blank=True, default="")
    certificate = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state__in=["queued", "running"]),
                name="run_one_under_way_per_round",
            ),
            models.UniqueConstraint(
                fields=["scenario"],
                condition=Q(round__isnull=True, state__in=["queued", "running"]),
                name="run_one_under_way_per_trial",
            ),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="run_progress_share"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="run_failure_says_why"),
        ]

    def __str__(self) -> str:
        """Return which round's iteration, and from when."""
        return f"{self.round or self.scenario}, {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def of_round(self) -> Round:
        """The round of a run that counts; raises Round.DoesNotExist for one that only tries figures out."""
        if self.round is None:
            raise Round.DoesNotExist
        return self.round


class RunRow(models.Model):
    """A row of the model in a run: a product, a labour pool, a resource, or the balance with the world."""

    class Kind(models.IntegerChoices):
        PRODUCT = 0, _("product")
        POOL = 1, _("labour pool")
        RESOURCE = 2, _("resource")
        WORLD = 3, _("balance with the world")

    run = models.ForeignKey(
        Run, models.CASCADE, related_name="rows", db_index=False
    )  # the key below leads with it
    kind = models.SmallIntegerField(choices=Kind)
    entity = models.BigIntegerField(default=0)
    use_before = models.FloatField()
    supply_before = models.FloatField()
    use_after = models.FloatField()
    supply_after = models.FloatField()
    imbalance_before = models.FloatField()
    imbalance_after = models.FloatField()
    shortfall = models.FloatField()
    glut = models.FloatField()
    dual = models.FloatField()
    price = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "entity"], name="runrow_once"),
            finite(
                "runrow_figures_finite", "use_before", "supply_before", "use_after", "supply_after", "imbalance_before",
                "imbalance_after", "shortfall", "glut", "dual", "price", minimum=None,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return which row of the model."""
        return f"{self.get_kind_display()} {self.entity}"


class RunLine(models.Model):
    """What a run suggests to one line: production, demand or trade; ``margin`` is the sum of its reasons."""

    class Kind(models.IntegerChoices):
        PRODUCTION = 0, _("production")
        DEMAND = 1, _("demand")
        TRADE = 2, _("trade")

    run = models.ForeignKey(
        Run, models.CASCADE, related_name="lines", db_index=False
    )  # the key below leads with it
    kind = models.SmallIntegerField(choices=Kind)
    entity = models.BigIntegerField()
    proposed = models.FloatField()
    suggested = models.FloatField()
    margin = models.FloatField()
    band = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()
    flexibility = models.FloatField()
    asked = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "entity"], name="runline_once"),
            finite(
                "runline_figures_finite", "proposed", "suggested", "margin", "band", "lower", "upper", "flexibility",
                minimum=None,
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["run"], condition=Q(asked=True), name="runline_asked")]

    def __str__(self) -> str:
        """Return which line of the model."""
        return f"{self.get_kind_display()} {self.entity}"
