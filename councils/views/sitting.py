"""What people do in a meeting: be there, speak, object; taking up items; the minutes."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils import minutes_wording, permissions
from councils.meeting_forms import NoteForm, ReasonForm
from councils.models import Attendance, FloorRequest, Meeting, Minutes
from councils.selectors.meetings import attendance_of, first_hat, hats_in
from councils.selectors.minutes import digest_of
from councils.services import (
    attend,
    consent_object,
    floor_ask,
    floor_done,
    floor_leave,
    item_begin,
    item_end,
    item_vote,
)
from councils.views.attending import attend_form, other_form
from councils.views.common import moment, page, person
from councils.views.meetings import done, item_or_404, meeting_or_404
from workplaces.models import Entry, Person


@login_required
@require_POST
def attended(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Say that one is present, or sends apologies, and as what."""
    found, who = meeting_or_404(meeting), person(request)
    hat, status = request.POST.get("hat", ""), request.POST.get("status", "")
    hats = hats_in(who, found.council, moment().date())
    form = attend_form(request, found, hats, None, request.POST)
    return done(
        request,
        found,
        lambda meeting: attend(meeting=meeting, hat=hat, status=status, by=who, now=moment()),
        attend=form,
    )


@login_required
@require_POST
def other_attended(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Note somebody who is in the room: a coordinator does."""
    found, by = meeting_or_404(meeting), person(request)
    permissions.check_can_conduct(by, found.council, moment().date())
    form = other_form(found, list(attendance_of(found)), request.POST)
    who = _person(request.POST.get("right", ""))
    return done(request, found, lambda meeting: _note(meeting, who, by), other=form)


def _person(text: str) -> Person:
    try:
        return get_object_or_404(Person, public_id=UUID(text))
    except ValueError as error:
        raise Http404 from error


def _note(meeting: Meeting, who: Person, by: Person) -> Attendance:
    """Note somebody as present in the first of their hats that has a vote."""
    key = first_hat(who, meeting.council, moment().date())
    status = Attendance.Status.PRESENT
    return attend(meeting=meeting, hat=key, status=status, by=by, now=moment(), person=who)


@login_required
@require_POST
def floor_asked(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Ask for the floor."""
    by = person(request)
    return done(request, meeting_or_404(meeting), lambda found: floor_ask(meeting=found, by=by, now=moment()))


@login_required
@require_POST
def floor_left(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Take one's name off the speaking list."""
    by = person(request)
    return done(
        request, meeting_or_404(meeting), lambda found: floor_leave(meeting=found, by=by, now=moment())
    )


@login_required
@require_POST
def floor_spoken(request: HttpRequest, floor: UUID) -> HttpResponse:
    """Note that somebody has spoken."""
    found = get_object_or_404(FloorRequest.objects.select_related("meeting__council"), public_id=floor)
    by = person(request)
    return done(request, found.meeting, lambda _found: floor_done(request=found, by=by, now=moment()))


@login_required
@require_POST
def item_begun(request: HttpRequest, item: UUID) -> HttpResponse:
    """Take up an item."""
    found, by = item_or_404(item), person(request)
    return done(request, found.meeting, lambda _found: item_begin(item=found, by=by, now=moment()))


@login_required
@require_POST
def item_ended(request: HttpRequest, item: UUID) -> HttpResponse:
    """End an item, with a note for the minutes."""
    found, by, note = item_or_404(item), person(request), request.POST.get("note", "")
    form = NoteForm(request.POST, auto_id=f"note{found.pk}_%s")
    return done(
        request,
        found.meeting,
        lambda _found: item_end(item=found, note=note, by=by, now=moment()),
        note=form,
        about=found.pk,
    )


@login_required
@require_POST
def objected(request: HttpRequest, item: UUID) -> HttpResponse:
    """Object to what would pass without a vote."""
    found, by, reason = item_or_404(item), person(request), request.POST.get("reason", "")
    form = ReasonForm(request.POST, auto_id=f"reason{found.pk}_%s")
    return done(
        request,
        found.meeting,
        lambda _found: consent_object(item=found, reason=reason, by=by, now=moment()),
        reason=form,
        about=found.pk,
    )


@login_required
@require_POST
def put_to_vote(request: HttpRequest, item: UUID) -> HttpResponse:
    """Put to the vote what a member objects to, or a question with options."""
    found, by = item_or_404(item), person(request)
    return done(request, found.meeting, lambda _found: item_vote(item=found, by=by, now=moment()))


def _minutes_or_404(meeting: UUID) -> Minutes:
    related = Minutes.objects.select_related("meeting__council")
    return get_object_or_404(related, meeting__public_id=meeting)


@login_required
@require_GET
def minutes(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Show the minutes of a closed meeting."""
    found = _minutes_or_404(meeting)
    council = found.meeting.council
    context: dict[str, Any] = {
        "minutes": found,
        "meeting": found.meeting,
        "outline": minutes_wording.outline(found.content),
        "is_unchanged": digest_of(found.content) == found.digest,
        "entry": Entry.objects.filter(kind="meeting.closed", subject=found.meeting.subject).first(),
        "crumbs": [
            (council.label, reverse("councils:council", args=[council.public_id])),
            (
                _("Meeting %(number)s") % {"number": found.meeting.number},
                reverse("councils:meeting", args=[found.meeting.public_id]),
            ),
            (_("Minutes"), ""),
        ],
    }
    return page(request, "councils/minutes_detail.html", context)


@login_required
@require_GET
def minutes_pdf(request: HttpRequest, meeting: UUID) -> HttpResponse:  # noqa: ARG001
    """Send the minutes as PDF."""
    found = _minutes_or_404(meeting)
    name = f"minutes-{found.meeting.number}-{found.content['closed_at'][:10]}.pdf"
    return HttpResponse(
        bytes(found.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
