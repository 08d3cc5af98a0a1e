"""Named votes: one row per voting right, and every version of it in a journal that a trigger keeps.

Indexes are those that hold a promise or find a receipt, no more: each costs every vote.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from councils.models.ballots import Option, RollEntry
from workplaces.models import Person

REASON_LENGTH = 5000


class Cast(models.Model):
    """What was cast: an option or a choice among several, by whom, when, for which request, with which receipt.

    ``choice`` is in the form of ``councils.choices``; None where one option is asked for.  ``reason`` is that of an
    objection where consent decides, empty everywhere else.
    """

    option = models.ForeignKey(Option, models.PROTECT, null=True, related_name="+", db_index=False)
    choice = models.JSONField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="", db_default="")
    cast_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    cast_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    idempotency_key = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    receipt = models.CharField(max_length=32)

    class Meta:
        abstract = True

    @property
    def said(self) -> Any:
        """What the vote says, as receipts and the roll-call have it: an option's code, or the choice."""
        return self.option.code if self.option else self.choice

    @property
    def label(self) -> str:
        """The option's label in the reader's language; empty where a choice among several was made."""
        return str(self.option) if self.option else ""

    @property
    def effect(self) -> str:
        """How the option counts: for, against, abstention; a choice among several has no such effect."""
        return self.option.effect if self.option else ""


class NamedVote(Cast):
    """The vote that counts for a voting right. It can be changed until the ballot closes, never deleted."""

    roll_entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="vote")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt"], name="namedvote_receipt_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="namedvote_revision_from_one"),
            models.CheckConstraint(
                condition=Q(option__isnull=False) | Q(choice__isnull=False), name="namedvote_says_something"
            ),
            models.CheckConstraint(condition=~Q(idempotency_key=""), name="namedvote_has_a_key"),
            models.CheckConstraint(
                condition=Q(reason="") | Q(reason__regex=r"\S"), name="namedvote_reason_says_something"
            ),
        ]

    def __str__(self) -> str:
        """Return who voted how."""
        return f"{self.roll_entry}: {self.said}"


class VoteVersion(Cast):
    """A vote as it once was: written by the database itself, one row per cast; receipts outlive changes."""

    roll_entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="versions", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt"], name="voteversion_receipt_once"),
            models.UniqueConstraint(fields=["roll_entry", "revision"], name="voteversion_revision_once"),
            models.UniqueConstraint(fields=["roll_entry", "idempotency_key"], name="voteversion_key_once"),
        ]

    def __str__(self) -> str:
        """Return who voted how, and for the how-many-th time."""
        return f"{self.roll_entry}: {self.said} ({self.revision})"
