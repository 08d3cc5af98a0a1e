"""Notices by e-mail: what a person wants of them, the outbox, and what somebody has been told of already."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models.people import Person

REMINDERS = (0, 12, 24, 48, 72)  # hours before a deadline; 0: none


def language_default() -> str:
    """Return the language of people who have not chosen one."""
    return str(settings.LANGUAGE_CODE)


def zone_default() -> str:
    """Return the time zone of people who have not chosen one."""
    return str(settings.TIME_ZONE)


class NoticeSettings(models.Model):
    """What mail a person wants, and when it is looked next whether there is anything to write.

    ``calendar`` is the SHA-256 of the secret in the address of the person's calendar; empty without one.
    """

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("as soon as something new needs me")
        DAILY = "daily", _("once a day, if something new needs me")
        WEEKLY = "weekly", _("once a week, if something needs me")
        NEVER = "never", _("never")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    person = models.OneToOneField(Person, models.CASCADE, related_name="notice_settings")
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.DAILY)
    hour = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    remind_hours = models.PositiveSmallIntegerField(default=24)
    receipts = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default=language_default)
    time_zone = models.CharField(max_length=64, default=zone_default)
    next_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    calendar = models.CharField(max_length=64, blank=True, default="")
    calendar_made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="noticesettings_hour"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="noticesettings_weekday"),
            models.CheckConstraint(
                condition=Q(remind_hours__in=list(REMINDERS)), name="noticesettings_reminders"
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["at_once", "daily", "weekly", "never"]), name="noticesettings_rhythm"
            ),
            models.CheckConstraint(
                condition=Q(rhythm="never", next_at=None) | (~Q(rhythm="never") & ~Q(next_at=None)),
                name="noticesettings_next_unless_never",
            ),
            models.CheckConstraint(
                condition=Q(remind_hours=0, remind_at=None) | (~Q(remind_hours=0) & ~Q(remind_at=None)),
                name="noticesettings_reminded_unless_never",
            ),
            models.CheckConstraint(
                condition=Q(calendar="") | Q(calendar__regex=r"^[0-9a-f]{64}$"),
                name="noticesettings_calendar",
            ),
            models.UniqueConstraint(
                fields=["calendar"], condition=~Q(calendar=""), name="noticesettings_calendar_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="noticesettings_next_at"),
            models.Index(fields=["remind_at"], name="noticesettings_remind_at"),
        ]

    def __str__(self) -> str:
        """Return whose settings these are."""
        return str(self.person)

    @property
    def wants_mail(self) -> bool:
        """Say whether any notice is sent to the person."""
        return self.rhythm != self.Rhythm.NEVER or self.remind_hours > 0 or self.receipts


class Message(models.Model):
    """An e-mail in the outbox: what it is about, not its words, which are written when it is sent."""

    class Kind(models.TextChoices):
        DIGEST = "digest", _("what needs you")
        REMINDER = "reminder", _("reminder of a deadline")
        RECEIPT = "receipt", _("receipt of a vote by name")
        RIGHT_USED = "right_used", _("note that you voted in a secret vote")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        MOOT = "moot", _("not needed any more")
        GIVEN_UP = "given_up", _("could not be delivered")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=200)
    matter = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="message_once"),
            models.CheckConstraint(
                condition=(Q(state="sent") & ~Q(sent_at=None)) | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="given_up") | ~Q(problem=""), name="message_given_up_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["created_at"], name="message_created_at"),
        ]

    def __str__(self) -> str:
        """Return what it is and for whom."""
        return f"{self.get_kind_display()}: {self.person}"


class Told(models.Model):
    """That a person has been told of a duty with its deadline, once in a digest and once as a reminder."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Message.Kind)
    duty = models.CharField(max_length=64)
    due = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("duty that somebody was told of")
        verbose_name_plural = _("duties that somebody was told of")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "duty", "due"], nulls_distinct=False, name="told_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["digest", "reminder"]), name="told_kind"),
        ]
        indexes = [models.Index(fields=["at"], name="told_at")]

    def __str__(self) -> str:
        """Return of what."""
        return f"{self.kind}: {self.duty}"


class CalendarEntry(models.Model):
    """An event of a person's calendar as it was last fetched: its SEQUENCE grows when it changes (RFC 5545, 3.8.7.4)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    uid = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar entry")
        verbose_name_plural = _("calendar entries")
        constraints = [models.UniqueConstraint(fields=["person", "uid"], name="calendarentry_once")]
        indexes = [models.Index(fields=["changed_at"], name="calendarentry_changed_at")]

    def __str__(self) -> str:
        """Return which event."""
        return self.uid
