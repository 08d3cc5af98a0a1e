"""Lists for the board's seats: who calls for them, which associations put them up, who stands on them, who got a seat."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models import Council, Mandate, Motion, Seat
from planning.models.programmes import Programme
from workplaces.ids import uuid7
from workplaces.models import Association, Person


class ListElection(models.Model):
    """A call for lists: ``seats`` of the board that everybody fills, divided by votes in a motion's secret ballot.

    ``places`` says how many seats there are; terms begin on ``term_from``. The motion exists from the vote's opening on.
    """

    class Rule(models.TextChoices):
        DHONDT = "dhondt", _("seats of lists, D'Hondt")
        SAINTE_LAGUE = "sainte_lague", _("seats of lists, Sainte-Laguë")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    target = models.ForeignKey(Council, models.PROTECT, related_name="+")
    seats = models.ManyToManyField(Seat, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    rule = models.CharField(max_length=12, choices=Rule)
    places = models.PositiveSmallIntegerField()
    lists_until = models.DateTimeField()
    term_from = models.DateField()
    motion = models.OneToOneField(Motion, models.PROTECT, null=True, blank=True, related_name="list_election")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    hat = models.CharField(max_length=200, blank=True, default="")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("election by lists")
        verbose_name_plural = _("elections by lists")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="listelection_fills_something"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(motion__isnull=True),
                name="listelection_cancelled_before_the_vote",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="listelection_has_a_title"),
        ]

    def __str__(self) -> str:
        """Return its title."""
        return self.title

    @property
    def subject(self) -> str:
        """How the public record names it."""
        return f"list-election:{self.public_id}"

    @property
    def state(self) -> str:
        """Where it has got to: collecting, voting, decided, lost, or cancelled."""
        if self.motion is None:
            return "cancelled" if self.cancelled_at else "collecting"
        return {"carried": "decided", "lost": "lost", "withdrawn": "cancelled"}.get(
            self.motion.state, "voting"
        )


class CandidateList(models.Model):
    """An association's list for one election, behind its own programme or one that it supports.

    ``code`` names it on the ballot, from the vote's opening on.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    election = models.ForeignKey(ListElection, models.PROTECT, related_name="lists")
    association = models.ForeignKey(Association, models.PROTECT, related_name="lists")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="lists")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        verbose_name = _("list of candidates")
        verbose_name_plural = _("lists of candidates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["election", "association"], name="candidatelist_once"),
            models.UniqueConstraint(
                fields=["election", "code"], condition=~Q(code=""), name="candidatelist_code_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(code=""), name="candidatelist_voted_on_stays"
            ),
        ]

    def __str__(self) -> str:
        """Return whose list it is."""
        return str(self.association)


class ListCandidate(models.Model):
    """A person's place on a list: asked, then agreed or declined by themselves; ``gave_up_at`` is after the vote."""

    list = models.ForeignKey(CandidateList, models.PROTECT, related_name="candidates")
    election = models.ForeignKey(ListElection, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("candidate on a list")
        verbose_name_plural = _("candidates on lists")
        ordering = ["list", "place"]
        constraints = [
            models.UniqueConstraint(fields=["list", "person"], name="listcandidate_once_on_a_list"),
            models.UniqueConstraint(
                fields=["list", "place"],
                name="listcandidate_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["election", "person"],
                condition=Q(agreed_at__isnull=False),
                name="listcandidate_on_one_list",
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="listcandidate_has_a_place"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(declined_at__isnull=True),
                name="listcandidate_answers_once",
            ),
            models.CheckConstraint(
                condition=Q(gave_up_at__isnull=True) | Q(agreed_at__isnull=False),
                name="listcandidate_gives_up_what_it_had",
            ),
        ]

    def __str__(self) -> str:
        """Return the place and the person."""
        return f"{self.place}. {self.person}"


class ListSeating(models.Model):
    """One step of giving a list its seats, in order: somebody seated, somebody passed over, or a seat left vacant.

    ``after`` is the mandate whose early end made the seat free; empty: the count gave it.
    """

    class Outcome(models.TextChoices):
        SEATED = "seated", _("seated")
        PASSED_OVER = "passed_over", _("passed over")
        VACANT = "vacant", _("stays vacant")

    class Reason(models.TextChoices):
        SITS = "sits", _("sits on the board already")
        TERMS = "terms", _("has held this for as many terms in a row as the charter allows")
        GAVE_UP = "gave_up", _("gave the place up")
        SITE = "site", _("runs the site, or has no account any more")
        EXHAUSTED = "exhausted", _("nobody is left on the list")
        HELD = "held", _("somebody holds the seat then")

    list = models.ForeignKey(CandidateList, models.PROTECT, related_name="seatings")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome)
    reason = models.CharField(max_length=9, choices=Reason, blank=True, default="")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    candidate = models.ForeignKey(
        ListCandidate, models.PROTECT, null=True, blank=True, related_name="seatings"
    )
    mandate = models.OneToOneField(
        Mandate, models.PROTECT, null=True, blank=True, related_name="list_seating"
    )
    after = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        verbose_name = _("step of seating a list")
        verbose_name_plural = _("steps of seating lists")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome="seated",
                    reason="",
                    seat__isnull=False,
                    candidate__isnull=False,
                    mandate__isnull=False,
                )
                | Q(outcome="passed_over", candidate__isnull=False, mandate__isnull=True, seat__isnull=False)
                & ~Q(reason="")
                | Q(outcome="vacant", candidate__isnull=True, mandate__isnull=True, seat__isnull=False)
                & ~Q(reason=""),
                name="listseating_says_what_happened",
            ),
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(outcome="seated"), name="listseating_seated_once"
            ),
            models.UniqueConstraint(
                fields=["seat", "list"],
                condition=Q(after__isnull=True) & ~Q(outcome="passed_over"),
                name="listseating_seat_once",
            ),
            models.UniqueConstraint(
                fields=["after"],
                condition=Q(after__isnull=False) & ~Q(outcome="passed_over"),
                name="listseating_one_follows",
            ),
        ]

    def __str__(self) -> str:
        """Return the list and what happened."""
        return f"{self.list}: {self.outcome}"
