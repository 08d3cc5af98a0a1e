"""Sandboxes: figures that one person tries on a scenario of their own; nothing in them ever counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from workplaces.ids import uuid7
from workplaces.models import Person, Scenario
from workplaces.models.fields import finite


class Sandbox(models.Model):
    """A person's own copy-on-write scenario over a baseline, a round or a plan.

    ``revision`` counts the changes of its figures, so that a run can say which of them it knew. Sharing freezes the
    scenario and makes ``link``; withdrawing takes the link away and leaves the figures as they were frozen.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    scenario = models.OneToOneField(Scenario, models.PROTECT, related_name="sandbox")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="sandboxes")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    revision = models.PositiveIntegerField(default=0)
    link = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox")
        verbose_name_plural = _("sandboxes")
        constraints = [
            models.CheckConstraint(
                condition=Q(link__isnull=True)
                | Q(shared_at__isnull=False, withdrawn_at__isnull=True, discarded_at__isnull=True),
                name="sandbox_link_while_shared",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="sandbox_of_owner")]

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    @property
    def is_frozen(self) -> bool:
        """Say whether its figures can change no more."""
        return self.scenario.state == Scenario.State.CLOSED


class SandboxChange(models.Model):
    """One figure that a sandbox changes: what it was in the parent, what is tried instead.

    ``part`` names the input (entity id of a product) where the figure is an amount or coefficient of it, else 0.
    """

    class Kind(models.TextChoices):
        FINAL = "final", _("final demand of a product")
        DEMAND = "demand", _("one place's use of a product")
        OUTPUT = "output", _("a line's output")
        CAPACITY = "capacity", _("a line's capacity")
        INPUT = "input", _("a line's input")
        COEFFICIENT = "coefficient", _("a technique's coefficient")
        HOURS = "hours", _("a labour pool's hours")
        CAP = "cap", _("the cap of a resource")

    sandbox = models.ForeignKey(Sandbox, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    entity = models.BigIntegerField()
    part = models.BigIntegerField(default=0)
    old = models.FloatField(null=True, blank=True)
    new = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["sandbox", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sandbox", "number"], name="sandboxchange_number_once"),
            models.UniqueConstraint(
                fields=["sandbox", "kind", "entity", "part"], name="sandboxchange_once_per_figure"
            ),
            models.CheckConstraint(condition=Q(new__gte=0), name="sandboxchange_not_negative"),
            finite("sandboxchange_figures_finite", "old", "new", minimum=None),
        ]

    def __str__(self) -> str:
        """Return which change."""
        return f"{self.get_kind_display()} {self.number}"


class Practice(models.Model):
    """How far a person has come with the guided tour of a round. Nothing in it counts anywhere."""

    class Answer(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        COUNTER = "counter", _("countered")
        FIRM = "firm", _("holds firm")

    person = models.OneToOneField(Person, models.CASCADE, related_name="practice")
    answer = models.CharField(max_length=8, choices=Answer, blank=True, default="")
    figure = models.FloatField(null=True, blank=True)
    tried = models.JSONField(default=list, help_text=_("what was done once: accept, counter, firm, undo"))
    dismissed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", figure__isnull=True) | (~Q(answer="") & Q(figure__isnull=False)),
                name="practice_answer_has_a_figure",
            ),
            finite("practice_figure_finite", "figure"),
        ]

    def __str__(self) -> str:
        """Return whose practice."""
        return str(self.person)
