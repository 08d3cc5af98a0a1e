"""Mandates: who sits or serves where, for whom, how long, and how it came to an end."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from councils.models.councils import Council, Seat
from workplaces.ids import uuid7
from workplaces.models import Person


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Many mandates."""

    def held_on(self, day: date) -> Self:
        """Return the mandates in force on that day."""
        return self.filter(held__contains=day)


class Mandate(models.Model):
    """What a person may do for a council. ``term`` is what was given, ``held`` what became of it.

    A recall or resignation shortens ``held`` (to nothing, when it comes on the first day); ``term`` stays.
    """

    class Role(models.TextChoices):
        DELEGATE = "delegate", _("delegate")
        MEMBER = "member", _("member")
        COORDINATOR = "coordinator", _("coordinator")
        REGISTRAR = "registrar", _("registrar")
        AUDITOR = "auditor", _("auditor")

    class Obtained(models.TextChoices):
        ELECTED = "elected", _("elected")
        SENT = "sent", _("sent by a council")
        LOT = "lot", _("drawn by lot")
        GIVEN = "given", _("given by the council")
        FOUNDING = "founding", _("at the founding")

    STAFF = (Role.COORDINATOR, Role.REGISTRAR, Role.AUDITOR)

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="mandates")
    role = models.CharField(max_length=12, choices=Role)
    represents = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="mandates_elsewhere"
    )
    term = DateRangeField(_("from, until"))
    held = DateRangeField()
    obtained = models.CharField(max_length=8, choices=Obtained)
    motion = models.ForeignKey("councils.Motion", models.PROTECT, null=True, blank=True, related_name="+")
    recalled_at = models.DateTimeField(null=True, blank=True)
    resigned_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(term__isempty=False), name="mandate_term_not_empty"),
            models.CheckConstraint(
                condition=Q(term__startswith__isnull=False, term__endswith__isnull=False),
                name="mandate_term_has_both_ends",
            ),
            models.CheckConstraint(condition=Q(term__contains=F("held")), name="mandate_held_inside_term"),
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True) | Q(resigned_at__isnull=True), name="mandate_one_ending"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["delegate", "member"]) | Q(seat__isnull=True),
                name="mandate_staff_hold_no_seat",
            ),
            ExclusionConstraint(
                name="mandate_one_holder_per_seat",
                expressions=[("seat", RangeOperators.EQUAL), ("held", RangeOperators.OVERLAPS)],
                condition=Q(seat__isnull=False),
            ),
            ExclusionConstraint(
                name="mandate_role_once_at_a_time",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("held", RangeOperators.OVERLAPS),
                ],
                condition=Q(seat__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["person"], name="mandate_person")]

    def __str__(self) -> str:
        """Return who holds which role where."""
        return f"{self.person}, {self.get_role_display()}, {self.council}"

    @property
    def subject(self) -> str:
        """How the public record names this mandate."""
        return f"mandate:{self.public_id}"

    @property
    def label(self) -> str:
        """The hat in words: “coordinator, Central planning board”."""
        return f"{self.get_role_display()}, {(self.represents or self.council).label}"

    def state_on(self, day: date) -> str:
        """Return the mandate's state in the terms of ``transitions.MANDATE``."""
        if self.recalled_at:
            return "recalled"
        if self.resigned_at:
            return "resigned"
        if day < self.term.lower:
            return "upcoming"
        return "held" if day < self.term.upper else "ended"
