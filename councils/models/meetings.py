"""Meetings of a council: agenda, attendance, speaking list, objections, minutes."""

from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from councils.models.ballots import Ballot
from councils.models.councils import Council
from councils.models.elections import Election
from councils.models.mandates import Mandate
from councils.models.motions import Motion
from councils.questions import Question, question_of
from workplaces.ids import uuid7
from workplaces.models import Person

NOTE = 4000


class Meeting(models.Model):
    """A meeting: called, opened and closed by a coordinator; once closed it stays as it was."""

    class State(models.TextChoices):
        CALLED = "called", _("called")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField()
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.CALLED)
    called_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=300)
    called_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="meeting_number_once"),
            models.UniqueConstraint(
                fields=["council"], condition=Q(state="open"), name="meeting_one_open_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="called", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False)
                | Q(state="cancelled", opened_at__isnull=True, closed_at__isnull=False),
                name="meeting_moments_fit_state",
            ),
        ]

    def __str__(self) -> str:
        """Return which meeting of which council."""
        return f"{self.council}, {self.number}"

    @property
    def subject(self) -> str:
        """How the public record names this meeting."""
        return f"meeting:{self.public_id}"


class AgendaItem(models.Model):
    """One point of an agenda: something that is due, a free item, a text that passes unless a member objects, or a
    question with options (``asks``, in canonical JSON) that the meeting can put to the vote.
    """

    class Kind(models.TextChoices):
        MOTION = "motion", _("motion")
        BALLOT = "ballot", _("vote")
        ELECTION = "election", _("election")
        TASK = "task", _("task of the plan")
        FREE = "free", _("free item")
        CONSENT = "consent", _("passes unless a member objects")
        QUESTION = "question", _("question with options")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("dealt with")
        PASSED = "passed", _("passed without objection")
        OBJECTED = "objected", _("a member objects")
        VOTED = "voted", _("put to the vote")
        POSTPONED = "postponed", _("left for another meeting")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, default="")
    asks = models.TextField(blank=True, default="", db_default="")
    link = models.CharField(max_length=300, blank=True, default="")
    motion = models.ForeignKey(Motion, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    ballot = models.ForeignKey(Ballot, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    election = models.ForeignKey(Election, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    minutes_expected = models.FloatField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    begun_at = models.DateTimeField(null=True, blank=True)
    seconds_taken = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True, default="")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=300)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="item_place_once", deferrable=Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="under_way"), name="item_one_under_way"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_a_title"),
            models.CheckConstraint(
                condition=~Q(kind__in=["consent", "question"]) | ~Q(text=""), name="item_consent_has_a_text"
            ),
            models.CheckConstraint(
                condition=Q(kind="consent")
                | ~Q(state__in=["passed", "objected", "voted"])
                | Q(kind="question", state="voted"),
                name="item_passes_by_consent_only",
            ),
            models.CheckConstraint(
                condition=(Q(kind="question") & ~Q(asks="")) | (~Q(kind="question") & Q(asks="")),
                name="item_question_asks",
            ),
            models.CheckConstraint(
                condition=Q(state="under_way", begun_at__isnull=False)
                | (~Q(state="under_way") & Q(begun_at__isnull=True)),
                name="item_runs_while_under_way",
            ),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @property
    def question(self) -> Question | None:
        """The question with options that the item asks, if it is one."""
        return question_of(self.asks)


class Attendance(models.Model):
    """That somebody is present, or sent apologies, and which of their hats is on."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        APOLOGIES = "apologies", _("sent apologies")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="+")
    hat = models.CharField(max_length=300)
    votes = models.BooleanField()
    status = models.CharField(max_length=10, choices=Status)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")]

    def __str__(self) -> str:
        """Return who, in which hat."""
        return f"{self.person} ({self.hat})"


class FloorRequest(models.Model):
    """That somebody asked for the floor; they speak, or no longer want to."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="floor_requests")
    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="floor_requests")
    asked_at = models.DateTimeField()
    spoke_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(spoke_at__isnull=True, left_at__isnull=True),
                name="floor_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(spoke_at__isnull=True) | Q(left_at__isnull=True), name="floor_one_ending"
            ),
        ]

    def __str__(self) -> str:
        """Return who asked for the floor."""
        return str(self.attendance)


class Objection(models.Model):
    """A member's objection to what would pass without a vote."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.CharField(max_length=300)
    reason = models.CharField(max_length=2000, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="objection_once")]

    def __str__(self) -> str:
        """Return who objected to what."""
        return f"{self.person}: {self.item}"


class Minutes(models.Model):
    """The minutes of a closed meeting: their content, the same as PDF, and a digest of each."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return which meeting they are of."""
        return str(self.meeting)
