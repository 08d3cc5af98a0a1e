"""Named votes: one row per voting right, and every version of it in a journal that a trigger keeps."""

from django.db import models
from django.db.models import Q

from councils.models.ballots import Option, RollEntry
from workplaces.models import Person


class Cast(models.Model):
    """What was cast: an option, by whom, when, for which request, with which receipt."""

    option = models.ForeignKey(Option, models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    idempotency_key = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    receipt = models.CharField(max_length=32, unique=True)

    class Meta:
        abstract = True


class NamedVote(Cast):
    """The vote that counts for a voting right. It can be changed until the ballot closes, never deleted."""

    roll_entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="vote")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(revision__gte=1), name="namedvote_revision_from_one"),
            models.CheckConstraint(condition=~Q(idempotency_key=""), name="namedvote_has_a_key"),
        ]

    def __str__(self) -> str:
        """Return who voted how."""
        return f"{self.roll_entry}: {self.option}"


class VoteVersion(Cast):
    """A vote as it once was: written by the database itself, one row per cast; receipts outlive changes."""

    roll_entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="versions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roll_entry", "revision"], name="voteversion_revision_once"),
            models.UniqueConstraint(fields=["roll_entry", "idempotency_key"], name="voteversion_key_once"),
        ]

    def __str__(self) -> str:
        """Return who voted how, and for the how-many-th time."""
        return f"{self.roll_entry}: {self.option} ({self.revision})"
