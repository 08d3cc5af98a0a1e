"""What a person chooses of the mail that comes to them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from planning.forms import RefusableForm
from workplaces.models import NoticeSettings
from workplaces.models.notices import REMINDERS
from workplaces.notice_times import zones

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class NoticesForm(RefusableForm):
    """How often, when, in which language, how long before a deadline."""

    rhythm = forms.ChoiceField(
        label=_("When may mail tell you what needs you?"),
        choices=NoticeSettings.Rhythm.choices,
        widget=forms.RadioSelect,
    )
    hour = forms.TypedChoiceField(label=_("At which hour?"), choices=HOURS, coerce=int)
    weekday = forms.TypedChoiceField(
        label=_("On which day, if once a week?"), choices=NoticeSettings.Weekday.choices, coerce=int
    )
    remind_hours = forms.TypedChoiceField(
        label=_("How long before a deadline shall what you have not answered be mentioned again?"), coerce=int
    )
    receipts = forms.BooleanField(
        label=_("Send me the receipt of each vote by name, and after a secret vote that my right was used"),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Fill in the choices that depend on the language and the system."""
        super().__init__(*arguments, **options)
        reminders: Any = self.fields["remind_hours"]
        reminders.choices = [(hours, reminder_words(hours)) for hours in REMINDERS]
        zone: Any = self.fields["time_zone"]
        zone.choices = [(name, name.replace("_", " ")) for name in zones()]


def reminder_words(hours: int) -> str:
    """Return how long before a deadline, in words."""
    if not hours:
        return str(_("not at all"))
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
