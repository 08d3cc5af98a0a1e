"""Scenarios: every version of the economy is one, and holds only what differs from its parent."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models.chains import chain_of


class Scenario(models.Model):
    """A baseline, a round's state, a sandbox, a revision or a stress test.

    A scenario branches from a closed one and overlays it: it stores only the rows that differ
    (copy on write). Once closed it is immutable, by trigger, and carries the digest of its rows.
    """

    class Kind(models.TextChoices):
        BASELINE = "baseline", _("baseline")
        ROUND = "round", _("round")
        SANDBOX = "sandbox", _("sandbox")
        REVISION = "revision", _("revision")
        STRESS_TEST = "stress_test", _("stress test")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveIntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    digest = models.CharField(max_length=64, blank=True, default="")
    source_note = models.TextField(blank=True, default="")
    synthetic_note = models.TextField(blank=True, default="")
    currency = models.CharField(max_length=12, default="R$")
    created_by = models.ForeignKey("workplaces.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(kind="baseline"), name="baseline_number_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="baseline", number__isnull=False)
                | (~Q(kind="baseline") & Q(number__isnull=True)),
                name="scenario_baseline_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(state="open", digest="", closed_at__isnull=True)
                | (Q(state="closed", closed_at__isnull=False) & ~Q(digest="")),
                name="scenario_closed_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind__in=["baseline", "sandbox"]),
                name="scenario_branches_from_a_parent",
            ),
        ]

    def __str__(self) -> str:
        """Return the scenario's name."""
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether figures may still change in it."""
        return self.state == self.State.OPEN

    def chain(self) -> list[int]:
        """Return the ids of this scenario and its ancestors, nearest first."""
        return list(chain_of(self.pk, is_open=self.is_open).ids)


class ScenarioQuerySet(models.QuerySet[Any]):
    """Rows as one scenario sees them."""

    def in_scenario(self, scenario: Scenario) -> Self:
        """Return, per entity, the row of the nearest scenario up the chain, removed ones left out."""
        known = chain_of(scenario.pk, is_open=scenario.is_open)
        only, chain = known.only(self.model._meta.db_table), known.ids
        if only is not None:
            return self.filter(scenario_id=only, removed=False)
        depth = models.Case(*[models.When(scenario_id=pk, then=i) for i, pk in enumerate(chain)])
        if len(chain) == 1:
            return self.filter(scenario_id=chain[0], removed=False)
        nearer = (
            self.model._base_manager.filter(entity_id=OuterRef("entity_id"), scenario_id__in=chain)
            .alias(depth=depth)
            .filter(depth__lt=OuterRef("depth"))
        )
        seen = self.filter(scenario_id__in=chain, removed=False).alias(depth=depth)
        return seen.filter(~Exists(nearer))


class ScenarioRow(models.Model):
    """A row of the economy. ``entity_id`` is the id of its first version; references point at that."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid7, editable=False)
    origin = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="versions")
    entity_id = models.GeneratedField(
        expression=Coalesce(F("origin_id"), F("id")), output_field=models.BigIntegerField(), db_persist=True
    )
    removed = models.BooleanField(default=False)
    created_by = models.ForeignKey("workplaces.Person", models.PROTECT, null=True, related_name="+")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["scenario", "entity_id"], name="%(class)s_once_per_scenario"),
            models.UniqueConstraint(fields=["scenario", "public_id"], name="%(class)s_public_id_once"),
        ]
        indexes = [models.Index(fields=["entity_id"], name="%(class)s_entity")]
