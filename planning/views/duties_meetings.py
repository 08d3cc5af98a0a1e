"""Meetings in “my duties”: those that a person is called to, and those that a coordinator opens or closes."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Meeting
from councils.selectors.meetings import coming_for, hats_in
from councils.wording import when
from planning.wording.duties import Duty
from workplaces.models import Person


def meetings(me: Person, now: datetime) -> list[Duty]:
    """Return a duty for each meeting, called or open, of the councils in which the person has a hat."""
    return [_meeting(meeting, me, now) for meeting in coming_for(me, now)]


def _meeting(meeting: Meeting, me: Person, now: datetime) -> Duty:
    hats = hats_in(me, meeting.council, now.date())
    words = {"council": meeting.council.label, "place": meeting.place, "moment": when(meeting.starts_at)}
    if meeting.state == Meeting.State.OPEN:
        question, action = _("%(council)s meets now") % words, _("Join")
    else:
        question, action = _("%(council)s meets") % words, _("Read the agenda")
    return Duty(
        question=question,
        hat=_("as %(hat)s") % {"hat": ", ".join(hat.label for hat in hats)},
        detail=_("%(moment)s, %(place)s.") % words,
        silence=_("If you do nothing, what nobody objects to passes without you."),
        url=reverse("councils:meeting", args=[meeting.public_id]),
        action=action,
        minutes=getattr(meeting, "expected", None) or 0.0,
        due=meeting.starts_at,
    )
