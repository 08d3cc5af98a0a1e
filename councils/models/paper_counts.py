"""Votes on paper: what lay in the box of a meeting, read twice by two persons, before it counts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.models.ballots import Ballot
from councils.models.meetings import Meeting
from workplaces.ids import uuid7
from workplaces.models import Person


class PaperCount(models.Model):
    """One box of papers in one vote. It counts once two persons have read the same in it.

    ``papers`` lists the trackers (secret) or receipts (named) of what was counted, sorted; of secret papers with
    options in the order of the numbers on them.
    """

    class State(models.TextChoices):
        COUNTING = "counting", _("being counted")
        COUNTED = "counted", _("counted")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="paper_counts")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="paper_counts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.COUNTING)
    begun_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True, blank=True)
    first = models.ForeignKey(
        "councils.PaperReading", models.PROTECT, null=True, blank=True, related_name="+"
    )
    second = models.ForeignKey(
        "councils.PaperReading", models.PROTECT, null=True, blank=True, related_name="+"
    )
    papers = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="papercount_number_once"),
            models.UniqueConstraint(
                fields=["ballot"], condition=Q(state="counting"), name="papercount_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="counting", counted_at__isnull=True, first__isnull=True, second__isnull=True
                )
                | Q(state="counted", counted_at__isnull=False, first__isnull=False, second__isnull=False),
                name="papercount_counted_by_two",
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="papercount_read_twice"),
        ]

    def __str__(self) -> str:
        """Return which box of which vote."""
        return f"{self.ballot}, {self.number}"

    @property
    def subject(self) -> str:
        """How the public record names the vote that the papers belong to."""
        return self.ballot.subject

    @property
    def key(self) -> str:
        """The key under which a named vote that was read here is cast."""
        return f"paper:{self.public_id.hex}"


class PaperReading(models.Model):
    """What one person read in the box; it stays as it was entered.

    ``content`` of a named vote: ``{"votes": [[number on the roll, option], …]}``; of a secret one: ``{"marks": [number on the
    roll, …], "papers": [[[option, …], how many], …]}``; each list sorted, so that equal readings are equal JSON.
    Where options are weighed, what stands on each paper: ``{"votes": [[number on the roll, choice], …]}``, or
    ``{"marks": […], "sheets": [[number on the paper, choice], …]}``, with ``"invalid"`` for a choice that is none;
    ``reasons`` says of each of those, by its number, because of what. Readings need not agree in that.
    """

    count = models.ForeignKey(PaperCount, models.PROTECT, related_name="readings")
    read_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=300)
    content = models.JSONField()
    reasons = models.JSONField(default=dict, db_default={})
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return who read which box."""
        return f"{self.read_by}: {self.count}"
