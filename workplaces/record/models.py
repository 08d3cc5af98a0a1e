"""The tables of the public record: append-only by trigger, each entry chained to the one before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7


class Entry(models.Model):
    """One thing that happened: who did what to what, by which motion; hashed with its predecessor."""

    number = models.BigIntegerField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey("workplaces.Person", models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True, default="")
    hat = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=120, blank=True, default="")
    motion = models.UUIDField(null=True, blank=True)
    body = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("entries of the record")
        indexes = [
            models.Index(fields=["subject"], name="entry_subject"),
            models.Index(fields=["kind"], name="entry_kind"),
        ]

    def __str__(self) -> str:
        """Return the entry's place in the chain and its kind."""
        return f"{self.number}: {self.kind}"


class Root(models.Model):
    """The Merkle root (RFC 6962 hashing) over the first ``size`` entries, published now and then."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return how many entries it stands over, and its beginning."""
        return f"{self.size}: {self.root[:12]}"
