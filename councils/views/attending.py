"""Who is at a meeting, and as what: what the meeting's page shows and offers."""

from typing import Any

from django.http import HttpRequest

from councils import meeting_policies
from councils.meeting_forms import AttendForm, OtherForm
from councils.models import Attendance, Council, Meeting
from councils.selectors.meetings import MEMBER, Worn, attendance_of
from councils.selectors.rolls import roll_of
from councils.views.common import moment
from workplaces.models import Person

Status = Attendance.Status
SHOWN, OFFERED = 200, 500
HAT = "hat"  # where the session keeps the hat that was put on


def attending(
    request: HttpRequest,
    meeting: Meeting,
    who: Person,
    hats: list[Worn],
    forms: dict[str, Any],
    *,
    conducts: bool,
) -> dict[str, Any]:
    """Return who is there, as what the asker is, and the forms to say so."""
    listed = list(attendance_of(meeting))
    mine = next((one for one in listed if one.person_id == who.pk), None)
    present = [one for one in listed if one.status == Status.PRESENT]
    is_open = meeting_policies.is_open(meeting)
    waits = meeting.floor_requests.filter(
        attendance__person=who, spoke_at__isnull=True, left_at__isnull=True
    ).exists()
    is_there = bool(mine and mine.status == Status.PRESENT)
    may = hats and meeting_policies.not_over(meeting)
    return {
        "present": present[:SHOWN],
        "present_count": len(present),
        "apologies": [one for one in listed if one.status == Status.APOLOGIES][:SHOWN],
        "mine": mine,
        "attend_form": (forms.get("attend") or attend_form(request, meeting, hats, mine)) if may else None,
        "other_form": (forms.get("other") or other_form(meeting, listed))
        if conducts and is_open and meeting.council.kind != Council.Kind.GENERAL
        else None,
        "can_ask": is_open and is_there and not waits,
        "can_leave": is_open and waits,
    }


def attend_form(
    request: HttpRequest, meeting: Meeting, hats: list[Worn], mine: Attendance | None, data: Any = None
) -> AttendForm:
    """Return the form with the hat that is on: the one noted, else the one that was put on for the session."""
    statuses = [Status.PRESENT, Status.APOLOGIES] if meeting_policies.is_open(meeting) else [Status.APOLOGIES]
    keys = [hat.key for hat in hats]
    chosen = request.session.get(HAT)
    if mine:
        chosen = str(mine.mandate.public_id) if mine.mandate else MEMBER
    initial = {"hat": chosen if chosen in keys else (keys or [""])[0], "status": statuses[0]}
    choices = [(hat.key, hat.label) for hat in hats]
    return AttendForm(data, hats=choices, statuses=[str(one) for one in statuses], initial=initial)


def other_form(meeting: Meeting, listed: list[Attendance], data: Any = None) -> OtherForm:
    """Return the form by which a coordinator notes people on the roll who are in the room."""
    noted = {one.person_id for one in listed}
    rights = [right for right in roll_of(meeting.council, moment().date()) if right.person.pk not in noted]
    choices = {
        str(right.person.public_id): f"{right.name} ({right.represents})" if right.represents else right.name
        for right in rights
    }
    return OtherForm(data, rights=sorted(choices.items(), key=lambda pair: pair[1])[:OFFERED])
