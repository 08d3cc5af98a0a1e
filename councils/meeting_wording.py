"""What the pages of meetings say, computed from the case at hand."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.charter import charter_value
from councils.meeting_rules import FIRST_SPEAKERS
from councils.models import Meeting
from councils.wording import when


def title(meeting: Meeting) -> str:
    """Say where a meeting stands."""
    words = {"council": meeting.council.label, "number": meeting.number, "moment": when(meeting.starts_at)}
    if meeting.state == Meeting.State.OPEN:
        return _("%(council)s meets now (meeting %(number)s)") % words
    if meeting.state == Meeting.State.CLOSED:
        return _("Meeting %(number)s of %(council)s is closed") % words
    if meeting.state == Meeting.State.CANCELLED:
        return _("Meeting %(number)s of %(council)s is cancelled") % words
    return _("%(council)s meets on %(moment)s") % words


def lead(items: int, minutes: str) -> str:
    """Say how long it is expected to take."""
    return ngettext(
        "%(items)s item, expected to take %(minutes)s.",
        "%(items)s items, expected to take %(minutes)s.",
        items,
    ) % {"items": items, "minutes": minutes}


def speaking_rule(meeting: Meeting) -> str:
    """Say in which order people speak."""
    if charter_value("meetings.speakers", on=meeting.starts_at.date()) == FIRST_SPEAKERS:
        return _(
            "By the charter, who has not spoken in this meeting yet comes before who has; then as they asked."
        )
    return _("By the charter, people speak in the order in which they asked.")
