"""What people type about meetings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.forms import ServiceForm
from councils.models import Attendance
from councils.models.meetings import NOTE


class MeetingForm(ServiceForm):
    """Where and when."""

    place = forms.CharField(
        label=_("Where?"), max_length=200, help_text=_("A room, or the address of a call; both if both.")
    )
    starts_at = forms.DateTimeField(
        label=_("When does it begin?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class ItemForm(ServiceForm):
    """A free item."""

    title = forms.CharField(label=_("What is to be talked about, in one line"), max_length=200)
    text = forms.CharField(
        label=_("What should people read before?"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ConsentForm(ServiceForm):
    """A text that passes unless a member objects."""

    title = forms.CharField(label=_("What is to be decided, in one line"), max_length=200)
    text = forms.CharField(
        label=_("The text that would hold if nobody objects"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AttendForm(ServiceForm):
    """Present or not, and as what."""

    hat = forms.ChoiceField(label=_("Which hat is on?"), widget=forms.RadioSelect)
    status = forms.ChoiceField(label=_("Are you there?"), widget=forms.RadioSelect)

    def __init__(
        self, *arguments: Any, hats: list[tuple[str, str]], statuses: list[str], **options: Any
    ) -> None:
        """Offer the person's own hats, and what can be said at this time."""
        super().__init__(*arguments, **{"auto_id": "attend_%s", **options})
        labels = dict(Attendance.Status.choices)
        self.fields["hat"].choices = hats  # type: ignore[attr-defined]
        self.fields["status"].choices = [(one, labels[one]) for one in statuses]  # type: ignore[attr-defined]


class OtherForm(ServiceForm):
    """Somebody who is in the room without a screen, and as what."""

    right = forms.ChoiceField(label=_("Who is there, and as what?"))

    def __init__(self, *arguments: Any, rights: list[tuple[str, str]], **options: Any) -> None:
        """Offer those on the roll who have not been noted."""
        super().__init__(*arguments, **{"auto_id": "other_%s", **options})
        self.fields["right"].choices = rights  # type: ignore[attr-defined]


class NoteForm(ServiceForm):
    """What came of an item."""

    note = forms.CharField(
        label=_("What came of it? For the minutes."),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(ServiceForm):
    """Why somebody objects."""

    reason = forms.CharField(
        label=_("Why do you object?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
