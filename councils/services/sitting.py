"""What happens in a meeting: who is there as what, who speaks, what is talked about, who objects."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from councils import meeting_policies, permissions, transitions
from councils.models import AgendaItem, Attendance, FloorRequest, Meeting, Objection
from councils.models.meetings import NOTE
from councils.selectors.meetings import Worn, hats_in
from councils.services.ballots import ballot_open
from councils.services.locks import chain_first, locked
from councils.services.meetings import record
from councils.services.motions import motion_move, motion_put
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Person

LONGEST_REASON = 2000
AFTER, ITEM = transitions.after, transitions.AGENDA_ITEM


@transaction.atomic
def attend(
    *, meeting: Meeting, hat: str, status: str, by: Person, now: datetime, person: Person | None = None
) -> Attendance:
    """Note that somebody is present (while the meeting is open) or sends apologies, and which hat is on.

    People note themselves; a coordinator can note ``person``. The minutes hold who was there; the record, their digest.
    Raises Forbidden (no hat in this council), TooLate, Invalid (``hat``, ``status``).
    """
    who = person or by
    if who.pk != by.pk:
        permissions.check_can_conduct(by, meeting.council, now.date())
    else:
        permissions.check_takes_part(by)
    worn = _worn(who, meeting, hat, now)
    if status not in Attendance.Status.values:
        raise Invalid(
            _("Say whether you are present or send apologies."), fields={"status": _("Choose one.")}
        )
    meeting = locked(meeting)
    meeting_policies.check_not_over(meeting)
    if status == Attendance.Status.PRESENT:
        meeting_policies.check_is_open(meeting)
    found, _new = Attendance.objects.update_or_create(
        meeting=meeting,
        person=who,
        defaults={
            "mandate": worn.mandate, "hat": worn.label, "votes": worn.votes, "status": status, "noted_by": by,
            "noted_at": now,
        },
    )  # fmt: skip
    return found


def _worn(who: Person, meeting: Meeting, key: str, now: datetime) -> Worn:
    hats = hats_in(who, meeting.council, now.date())
    if not hats:
        raise Forbidden(
            _("Only those who hold a mandate in %(council)s, or are its members, attend its meetings.")
            % {"council": meeting.council.label}
        )
    worn = next((one for one in hats if one.key == key), None)
    if worn is None:
        raise Invalid(
            _("Choose which of your hats is on."), fields={"hat": _("Choose one of your hats here.")}
        )
    return worn


@transaction.atomic
def floor_ask(*, meeting: Meeting, by: Person, now: datetime) -> FloorRequest:
    """Ask for the floor. Raises TooLate, Forbidden (not present), Refused (on the list already)."""
    permissions.check_takes_part(by)
    meeting = locked(meeting)
    meeting_policies.check_is_open(meeting)
    attendance = meeting.attendances.filter(person=by, status=Attendance.Status.PRESENT).first()
    if attendance is None:
        raise Forbidden(_("Say first that you are present; those who are present ask for the floor."))
    try:
        with transaction.atomic():
            return FloorRequest.objects.create(meeting=meeting, attendance=attendance, asked_at=now)
    except IntegrityError as error:
        if "floor_asked_once" not in str(error):
            raise
        raise Refused(_("You are on the speaking list already.")) from error


@transaction.atomic
def floor_leave(*, meeting: Meeting, by: Person, now: datetime) -> FloorRequest:
    """Take one's name off the speaking list."""
    permissions.check_takes_part(by)
    meeting = locked(meeting)
    meeting_policies.check_is_open(meeting)
    waiting = meeting.floor_requests.filter(
        attendance__person=by, spoke_at__isnull=True, left_at__isnull=True
    )
    request = waiting.first()
    if request is None:
        raise Refused(_("You are not on the speaking list."))
    request.left_at = now
    request.save(update_fields=["left_at"])
    return request


@transaction.atomic
def floor_done(*, request: FloorRequest, by: Person, now: datetime) -> FloorRequest:
    """Note that somebody has spoken: a coordinator does."""
    permissions.check_can_conduct(by, request.meeting.council, now.date())
    meeting_policies.check_is_open(locked(request.meeting))
    request = locked(request)
    if request.spoke_at or request.left_at:
        raise Refused(_("They are not on the speaking list any more."))
    request.spoke_at = now
    request.save(update_fields=["spoke_at"])
    return request


@transaction.atomic
def item_begin(*, item: AgendaItem, by: Person, now: datetime) -> AgendaItem:
    """Take up an item; one that is under way is interrupted, and can be taken up again later."""
    permissions.check_can_conduct(by, item.meeting.council, now.date())
    meeting = locked(item.meeting)
    meeting_policies.check_is_open(meeting)
    item = locked(item)
    meeting_policies.check_can_begin(item)
    end_running(meeting, "interrupted", now)
    item.state, item.begun_at = AFTER(ITEM, item.state, "begun"), now
    item.save(update_fields=["state", "begun_at"])
    return item


@transaction.atomic
def item_end(*, item: AgendaItem, note: str, by: Person, now: datetime) -> AgendaItem:
    """End the item under way and note what came of it; of one that has ended, change the note."""
    permissions.check_can_conduct(by, item.meeting.council, now.date())
    if len(note.strip()) > NOTE:
        raise Invalid(_("The note is too long."), fields={"note": _("A note has at most 4,000 characters.")})
    meeting_policies.check_is_open(locked(item.meeting))
    item = locked(item)
    if item.state == AgendaItem.State.UNDER_WAY:
        _end(item, "ended", now)
    elif item.state != AgendaItem.State.DONE:
        raise Refused(_("Take the item up first."))
    item.note = note.strip()
    item.save(update_fields=["note"])
    return item


def end_running(meeting: Meeting, event: str, now: datetime) -> None:
    """End or interrupt the item under way, if there is one."""
    running = meeting.items.select_for_update().filter(state=AgendaItem.State.UNDER_WAY).first()
    if running:
        _end(running, event, now)


def _end(item: AgendaItem, event: str, now: datetime) -> None:
    assert item.begun_at is not None  # noqa: S101  (a constraint holds it)
    item.seconds_taken += _seconds(item.begun_at, now)
    item.state, item.begun_at = AFTER(ITEM, item.state, event), None
    item.save(update_fields=["state", "begun_at", "seconds_taken"])


def _seconds(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds()))


@transaction.atomic
def consent_object(*, item: AgendaItem, reason: str, by: Person, now: datetime) -> Objection:
    """Object to what would pass without a vote: whoever can vote in the council, present or not.

    Raises Forbidden, TooLate, Invalid (``reason``), Refused (objected already).
    """
    permissions.check_takes_part(by)
    meeting = item.meeting
    hat = next((one.label for one in hats_in(by, meeting.council, now.date()) if one.votes), None)
    if hat is None:
        raise Forbidden(
            _("Only those who can vote in %(council)s can object.") % {"council": meeting.council.label}
        )
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid(
            _("The reason is too long."), fields={"reason": _("A reason has at most 2,000 characters.")}
        )
    chain_first()
    meeting = locked(meeting, related=("council",))
    meeting_policies.check_not_over(meeting)
    item = locked(item)
    meeting_policies.check_can_object(item)
    if item.objections.filter(person=by).exists():
        raise Refused(_("Your objection is noted already."))
    objection = Objection.objects.create(item=item, person=by, hat=hat, reason=reason.strip(), made_at=now)
    if item.state == AgendaItem.State.WAITING:
        item.state = AFTER(ITEM, item.state, "objection")
        item.save(update_fields=["state"])
    record(meeting, "meeting.objection", by, hat, now, {"title": item.title, "reason": objection.reason})
    return objection


@transaction.atomic
def item_vote(*, item: AgendaItem, by: Person, now: datetime) -> AgendaItem:
    """Put to the vote what a member objects to, or a question with options: a motion with the same words, its vote open
    at once. A question is moved by whoever put it on the agenda.

    Raises Forbidden, TooLate (the meeting is not open, the item is settled), Refused (nothing that is voted on).
    """
    permissions.check_can_conduct(by, item.meeting.council, now.date())
    chain_first()
    meeting = locked(item.meeting, related=("council",))
    meeting_policies.check_is_open(meeting)
    item = locked(item, related=("added_by",))
    meeting_policies.check_can_vote(item)
    words: dict[str, Any] = {"council": meeting.council, "title": item.title, "text": item.text, "now": now}
    if item.question:
        asks = item.question.as_dict()
        motion = motion_put(by=item.added_by, hat=item.hat, asks=asks, **words)
    else:
        rule = _("What a member objects to in a meeting is put to the vote.")
        motion = motion_move(by=by, prescribed=rule, **words)
    ballot = ballot_open(motion=motion, by=by, now=now)
    item.motion, item.ballot = motion, ballot
    if item.begun_at:
        item.seconds_taken += _seconds(item.begun_at, now)
    item.state, item.begun_at = AFTER(ITEM, item.state, meeting_policies.vote_event(item)), None
    item.save(update_fields=["motion", "ballot", "state", "begun_at", "seconds_taken"])
    return item
