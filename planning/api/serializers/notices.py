"""What a person wants by mail: body and representation."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from planning.api.serializers.fields import Body
from workplaces.models import NoticeSettings
from workplaces.models.notices import REMINDERS


class NoticeSettingsSerializer(serializers.Serializer[NoticeSettings]):
    """When mail tells the caller what needs them."""

    rhythm = serializers.ChoiceField(choices=NoticeSettings.Rhythm.choices)
    hour = serializers.IntegerField(help_text="of the day, 0 to 23, in `time_zone`")
    weekday = serializers.IntegerField(help_text="for once a week: 0 is Monday")
    remind_hours = serializers.IntegerField(help_text="before a deadline; 0: no reminder")
    receipts = serializers.BooleanField(
        help_text="of votes by name; after a secret vote that a right was used"
    )
    language = serializers.CharField()
    time_zone = serializers.CharField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="when the next mail is looked for")
    has_calendar = serializers.BooleanField(source="calendar", help_text="whether a calendar's address works")


class NoticesChosen(Body):
    """What is to change; what is left out stays."""

    rhythm = serializers.ChoiceField(choices=NoticeSettings.Rhythm.choices, required=False)
    hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    weekday = serializers.IntegerField(min_value=0, max_value=6, required=False)
    remind_hours = serializers.ChoiceField(choices=[(hours, hours) for hours in REMINDERS], required=False)
    receipts = serializers.BooleanField(required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)

    def validate_remind_hours(self, value: Any) -> int:
        """Return the number of hours."""
        return int(value)
