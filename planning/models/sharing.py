"""Sharing an envelope out: what a council is asked, with everybody's part computed; what it granted."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from planning.models.envelopes import Envelope
from planning.models.ledger import JournalEntry
from planning.models.proposed import Proposed
from planning.models.requests import InvestmentRequest
from workplaces.ids import uuid7
from workplaces.models import Person
from workplaces.models.fields import finite, quantity

GIVEN_BACK = (JournalEntry.Cause.REVERSAL, JournalEntry.Cause.RETURN, JournalEntry.Cause.ABANDONED)


class SharingOut(Proposed):
    """An envelope's money shared out by one ``method``, with its parts frozen in a ``digest``.

    By the ``dial``: at an equality dial ``alpha`` and with social ``criteria``; ``amount`` is what the envelope's account
    held (minor units), ``measures`` how unequal levels are before and after. Among ``projects``: requests compete for the
    budget ``amount``, in a vote that chooses whole ones; there is no dial. The council's carried motion sets ``settled_at``.
    """

    class Method(models.TextChoices):
        DIAL = "dial", _("by the equality dial")
        PROJECTS = "projects", _("whole requests, chosen by vote")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="sharings")
    number = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=8, choices=Method, default=Method.DIAL)
    alpha = models.FloatField(null=True)
    criteria = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    measures = models.JSONField(default=dict)

    class Meta:
        ordering = ["envelope", "number"]
        constraints = [
            models.UniqueConstraint(fields=["envelope", "number"], name="sharingout_number_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="sharingout_not_negative"),
            finite("sharingout_dial_finite", "alpha"),
            models.CheckConstraint(
                condition=Q(method="dial", alpha__isnull=False)
                | Q(method="projects", alpha__isnull=True, amount__gt=0),
                name="sharingout_by_its_method",
            ),
        ]

    def __str__(self) -> str:
        """Return which sharing-out of which envelope."""
        return f"{self.envelope}, {self.number}"

    @property
    def is_of_projects(self) -> bool:
        """Whether whole requests compete in it."""
        return self.method == self.Method.PROJECTS


class Share(models.Model):
    """A request's part in a sharing-out: amount (minor units), level before and after, and why (``standing``).

    What would have changed it, in minor units: the envelopes between which the part rises from nothing to all that can be
    given (``begins``, ``full``; null under minimum shares), and the part ``at_low`` and ``at_high``, the ends of the
    charter's dial. All are null where they were not kept yet when the sharing-out was frozen.

    Where requests compete, ``code`` names it on the ballot, ``amount`` is all it asks for, and level and standing are those
    it has if it is chosen: only then there is a grant.
    """

    sharing = models.ForeignKey(SharingOut, models.PROTECT, related_name="shares")
    request = models.ForeignKey(InvestmentRequest, models.PROTECT, related_name="shares")
    weight = quantity(default=1.0)
    amount = models.BigIntegerField()
    before = quantity()
    after = quantity()
    standing = models.PositiveSmallIntegerField()
    begins = models.BigIntegerField(null=True)
    full = models.BigIntegerField(null=True)
    at_low = models.BigIntegerField(null=True)
    at_high = models.BigIntegerField(null=True)
    code = models.CharField(max_length=4, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sharing", "request"], name="share_once"),
            models.UniqueConstraint(
                fields=["sharing", "code"], condition=~Q(code=""), name="share_code_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
            models.CheckConstraint(condition=Q(after__gte=F("before")), name="share_lowers_nobody"),
            finite("share_figures_finite", "weight", "before", "after"),
        ]

    def __str__(self) -> str:
        """Return whose part it is."""
        return str(self.request)


class GrantQuerySet(QuerySet["Grant"]):
    """Grants, by whether their money is still there."""

    def not_taken_back(self) -> "GrantQuerySet":
        """Return those that were not taken back on an appeal: their requests have had their turn."""
        return self._without(JournalEntry.Cause.REVERSAL)

    def standing(self) -> "GrantQuerySet":
        """Return those that were neither taken back, diverted, nor given back with an abandoned year."""
        return self._without(*GIVEN_BACK)

    def _without(self, *causes: str) -> "GrantQuerySet":
        found = JournalEntry.objects.filter(cause__in=causes, subject=OuterRef("public_id"))
        return self.filter(~Exists(found))


class Grant(models.Model):
    """What a council granted out of an envelope, by a carried motion.

    A request gets one grant, and another only after the first was taken back on an appeal; the database holds to that.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    share = models.OneToOneField(Share, models.PROTECT, related_name="grant")
    request = models.ForeignKey(InvestmentRequest, models.PROTECT, related_name="grants")
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="grants")
    amount = models.BigIntegerField()
    granted_at = models.DateTimeField()

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="grant_of_something")]

    def __str__(self) -> str:
        """Return whose grant, out of which envelope."""
        return f"{self.request.workplace.label}, {self.envelope}"

    @property
    def is_done(self) -> bool:
        """Whether its equipment works, as its workplace reported."""
        return self.reports.filter(state="done").exists()

    @property
    def was_reversed(self) -> bool:
        """Whether it was taken back after an appeal."""
        return JournalEntry.objects.filter(cause=JournalEntry.Cause.REVERSAL, subject=self.public_id).exists()

    @property
    def was_returned(self) -> bool:
        """Whether its money went back to its envelope, because it was diverted."""
        return JournalEntry.objects.filter(cause=JournalEntry.Cause.RETURN, subject=self.public_id).exists()


def ungranted(requests: QuerySet[InvestmentRequest]) -> QuerySet[InvestmentRequest]:
    """Return the requests that wait: nothing was granted to them, or it was taken back on an appeal."""
    return requests.filter(~Exists(Grant.objects.not_taken_back().filter(request=OuterRef("pk"))))


class GrantReport(models.Model):
    """What became of a grant, as its workplace says for everybody to see; the latest report counts.

    ``expected_on`` is the day by which late equipment is to work now; null where its workplace cannot say.
    """

    class State(models.TextChoices):
        DONE = "done", _("done: the equipment works")
        LATE = "late", _("late")
        DIVERTED = "diverted", _("diverted to something else")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="reports")
    state = models.CharField(max_length=8, choices=State)
    text = models.TextField()
    expected_on = models.DateField(_("expected to work by"), null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="grantreport_says_something"),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(state="late"), name="grantreport_expects_if_late"
            ),
        ]

    def __str__(self) -> str:
        """Return the state."""
        return str(self.get_state_display())


class CapacityGain(models.Model):
    """Capacity (the line's unit) that a finished grant added to its line, in the baseline drawn when ``year`` was settled."""

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="gain")
    year = models.PositiveSmallIntegerField()
    capacity = quantity()

    class Meta:
        constraints = [finite("capacitygain_finite", "capacity")]

    def __str__(self) -> str:
        """Return the grant and the year."""
        return f"{self.grant}, {self.year}"
