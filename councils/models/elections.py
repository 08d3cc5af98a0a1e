"""Elections: what is to be filled, who stands, and in whom it ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.ballots import Ballot, Option
from councils.models.councils import Council, Seat
from councils.models.mandates import Mandate
from workplaces.ids import uuid7
from workplaces.models import Person


class Election(models.Model):
    """A secret election by one council's roll: of who speaks for it elsewhere, or of those who serve it.

    ``seats`` (all in ``target``) are filled in their order; an election to a staff role has none of them, and
    ``places`` says how many are wanted. Terms begin on ``term_from``.
    """

    class Rule(models.TextChoices):
        STV = "stv", _("ranking, counted by single transferable vote")
        APPROVAL = "approval", _("approval: the most approved are elected")

    class State(models.TextChoices):
        NOMINATING = "nominating", _("candidates can stand")
        VOTING = "voting", _("being voted on")
        DECIDED = "decided", _("decided")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="elections")
    target = models.ForeignKey(Council, models.PROTECT, related_name="+")
    seats = models.ManyToManyField(Seat, related_name="+", blank=True)
    title = models.CharField(max_length=200)
    role = models.CharField(max_length=12, choices=Mandate.Role)
    places = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=10, choices=Rule)
    nominations_until = models.DateTimeField()
    term_from = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.NOMINATING)
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, blank=True, related_name="election")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="election_fills_something"),
            models.CheckConstraint(
                condition=Q(state__in=["nominating", "cancelled"]) | Q(ballot__isnull=False),
                name="election_decided_by_ballot",
            ),
        ]

    def __str__(self) -> str:
        """Return the election's title."""
        return self.title

    @property
    def subject(self) -> str:
        """How the public record names this election."""
        return f"election:{self.public_id}"


class Nomination(models.Model):
    """Somebody stands, with what they say for themselves; once the vote opens it stays as it is."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="nominations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="nominations")
    statement = models.TextField(max_length=5000)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    option = models.OneToOneField(Option, models.PROTECT, null=True, blank=True, related_name="nomination")
    mandate = models.OneToOneField(Mandate, models.PROTECT, null=True, blank=True, related_name="nomination")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "person"], name="nomination_once"),
            models.CheckConstraint(condition=~Q(statement=""), name="nomination_says_something"),
        ]

    def __str__(self) -> str:
        """Return who stands in which election."""
        return f"{self.person}, {self.election}"
