"""Imports that can be undone: a batch and what it made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models.people import Person
from workplaces.models.scenario import Scenario


class ImportBatch(models.Model):
    """One file taken in, whole or not at all."""

    class State(models.TextChoices):
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.APPLIED)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        """Return the file's name."""
        return self.file_name


class ImportedRow(models.Model):
    """A row that a batch made or changed, by table and key.

    ``before`` holds the columns that a change overwrote, None for a row that was made; ``after`` is the
    digest of the row as the batch left it, so that an undo notices what was changed since.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="made")
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True, blank=True)
    after = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row_id"], condition=models.Q(before__isnull=True), name="importedrow_once"
            )
        ]
        indexes = [models.Index(fields=["table", "row_id"], name="importedrow_row")]

    def __str__(self) -> str:
        """Return the row's table and key."""
        return f"{self.table} {self.row_id}"
