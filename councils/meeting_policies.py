"""When something can be done in a meeting. ``check_…`` raises TooLate or Refused, ``can_…`` says yes or no."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from councils import transitions
from councils.charter import charter_value
from councils.models import AgendaItem, Meeting
from workplaces.errors import Refused, TooLate, passes

EARLY = timedelta(minutes=30)
CALLED, OPEN = Meeting.State.CALLED, Meeting.State.OPEN


def check_moves(meeting: Meeting, event: str) -> None:
    """A meeting is opened, closed, cancelled once."""
    if not transitions.can(transitions.MEETING, meeting.state, event):
        raise TooLate(_("This meeting is %(state)s.") % {"state": meeting.get_state_display()})


def check_can_open(meeting: Meeting, now: datetime) -> None:
    """A meeting opens at its time, or half an hour before."""
    check_moves(meeting, "opened")
    if now < meeting.starts_at - EARLY:
        raise TooLate(
            _("The meeting begins on %(moment)s and can be opened half an hour before.")
            % {"moment": meeting.starts_at.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_open(meeting: Meeting, now: datetime) -> bool:
    """Say whether the meeting can be opened at this moment."""
    return passes(check_can_open, meeting, now)


def check_can_cancel(meeting: Meeting) -> None:
    """A meeting can be cancelled until it is opened."""
    check_moves(meeting, "cancelled")


def can_cancel(meeting: Meeting) -> bool:
    """Say whether the meeting can be cancelled."""
    return passes(check_can_cancel, meeting)


def check_is_open(meeting: Meeting) -> None:
    """What happens in a meeting happens while it is open."""
    if meeting.state == CALLED:
        raise TooLate(_("The meeting has not been opened yet."))
    if meeting.state != OPEN:
        raise TooLate(
            _("This meeting is %(state)s; its minutes are final.") % {"state": meeting.get_state_display()}
        )


def is_open(meeting: Meeting) -> bool:
    """Say whether the meeting is open."""
    return passes(check_is_open, meeting)


def check_not_over(meeting: Meeting) -> None:
    """Attendance, objections and the order of the agenda can change until the meeting is over."""
    if meeting.state not in {CALLED, OPEN}:
        raise TooLate(
            _("This meeting is %(state)s; nothing is added to it.") % {"state": meeting.get_state_display()}
        )


def not_over(meeting: Meeting) -> bool:
    """Say whether the meeting is still to come or open."""
    return passes(check_not_over, meeting)


def check_can_add(meeting: Meeting, kind: str, now: datetime) -> None:
    """Items are added until the meeting opens; what is to pass without a vote, the charter's days before."""
    if meeting.state != CALLED:
        raise TooLate(_("Items are put on the agenda until the meeting opens."))
    days = charter_value("meetings.consent_days", on=now.date())
    if kind == AgendaItem.Kind.CONSENT and now > meeting.starts_at - timedelta(days=days):
        raise TooLate(
            _(
                "What is to pass without a vote must stand on the agenda %(days)s days before the meeting. Put a motion."
            )
            % {"days": days}
        )


def can_add(meeting: Meeting, kind: str, now: datetime) -> bool:
    """Say whether an item of that kind can be added at this moment."""
    return passes(check_can_add, meeting, kind, now)


def check_can_close(meeting: Meeting) -> None:
    """A meeting closes when every objection has been put to the vote."""
    check_is_open(meeting)
    objected = meeting.items.filter(state=AgendaItem.State.OBJECTED).values_list("title", flat=True)
    if objected:
        raise Refused(
            _("A member objects to %(items)s. Put it to the vote, then close the meeting.")
            % {"items": ", ".join(f"“{title}”" for title in objected)}
        )


def can_close(meeting: Meeting) -> bool:
    """Say whether the meeting can be closed."""
    return passes(check_can_close, meeting)


def check_item(item: AgendaItem, event: str) -> None:
    """An item's state only moves on."""
    if not transitions.can(transitions.AGENDA_ITEM, item.state, event):
        raise TooLate(
            _("“%(title)s” is %(state)s already.") % {"title": item.title, "state": item.get_state_display()}
        )


def check_can_begin(item: AgendaItem) -> None:
    """Items are taken up one after the other; what passes without a vote is not talked about."""
    if item.kind == AgendaItem.Kind.CONSENT:
        raise Refused(
            _("“%(title)s” passes when the meeting closes, unless a member objects.") % {"title": item.title}
        )
    check_item(item, "begun")


def can_begin(item: AgendaItem) -> bool:
    """Say whether the item can be taken up."""
    return passes(check_can_begin, item)


def vote_event(item: AgendaItem) -> str:
    """Return what putting the item to the vote is in its life cycle."""
    return "question_put" if item.kind == AgendaItem.Kind.QUESTION else "put_to_the_vote"


def check_can_vote(item: AgendaItem) -> None:
    """Put to the vote are a text that a member objects to, and a question with options until it is dealt with."""
    if item.kind not in {AgendaItem.Kind.CONSENT, AgendaItem.Kind.QUESTION}:
        raise Refused(
            _(
                "Only a question with options, or a text that a member objects to, is put to the vote from an agenda."
            )
        )
    check_item(item, vote_event(item))


def can_vote(item: AgendaItem) -> bool:
    """Say whether the item can be put to the vote."""
    return passes(check_can_vote, item)


def check_can_object(item: AgendaItem) -> None:
    """One objects to what would pass without a vote, until the meeting closes."""
    if item.kind != AgendaItem.Kind.CONSENT:
        raise Refused(_("Only what would pass without a vote can be objected to."))
    if item.state not in {AgendaItem.State.WAITING, AgendaItem.State.OBJECTED}:
        check_item(item, "objection")


def can_object(item: AgendaItem) -> bool:
    """Say whether members can object to the item."""
    return passes(check_can_object, item)
