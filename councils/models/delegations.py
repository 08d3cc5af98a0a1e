"""Delegation of one's voting right in named votes of members, and what of it froze when a vote opened."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from councils.models.ballots import Ballot, RollEntry
from councils.models.councils import Council
from workplaces.ids import uuid7
from workplaces.models import Person


class Delegation(models.Model):
    """``giver`` lets ``receiver`` vote for them in a council: on everything, or on subjects of ``subject_kind``.

    ``term`` is what was given, ``held`` what became of it: taking it back shortens it. Both are from a moment until before
    another.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="delegations")
    giver = models.ForeignKey(Person, models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(Person, models.PROTECT, related_name="delegations_received")
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    term = DateTimeRangeField()
    held = DateTimeRangeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="delegation_to_another"),
            models.CheckConstraint(
                condition=Q(
                    term__isempty=False, term__startswith__isnull=False, term__endswith__isnull=False
                ),
                name="delegation_expires",
            ),
            models.CheckConstraint(condition=Q(term__contains=F("held")), name="delegation_held_inside_term"),
            ExclusionConstraint(
                name="delegation_one_at_a_time",
                expressions=[
                    ("giver", RangeOperators.EQUAL),
                    ("council", RangeOperators.EQUAL),
                    ("subject_kind", RangeOperators.EQUAL),
                    ("held", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["council", "receiver"], name="delegation_receiver")]

    def __str__(self) -> str:
        """Return who lets whom vote where."""
        return f"{self.giver} → {self.receiver}, {self.council}"

    @property
    def subject(self) -> str:
        """How the public record names this delegation."""
        return f"delegation:{self.public_id}"


class Proxy(models.Model):
    """A delegation as it froze when a vote opened: where ``giver`` casts no vote, theirs is the one of ``receiver``."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="proxies")
    giver = models.OneToOneField(RollEntry, models.PROTECT, related_name="proxy")
    receiver = models.ForeignKey(RollEntry, models.PROTECT, related_name="proxies")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="proxy_is_another"),
        ]

    def __str__(self) -> str:
        """Return whose right goes to whom."""
        return f"{self.giver} → {self.receiver}"
