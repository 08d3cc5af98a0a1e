"""Meetings: calling, opening, cancelling; the agenda made from what is due, and what people add to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from councils import meeting_policies, permissions, policies, transitions
from councils.charter import charter_value
from councils.costs import rates_on
from councils.models import AgendaItem, Council, Meeting
from councils.questions import question_checked
from councils.selectors.agenda import LONGEST, Due, due_in, not_listed
from councils.services.locks import chain_first, locked
from councils.services.motions import tidy
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

FAR = timedelta(days=366)
LONGEST_PLACE, LONGEST_TITLE, LONGEST_TEXT = 200, 200, 10_000


@transaction.atomic
def meeting_call(*, council: Council, place: str, starts_at: datetime, by: Person, now: datetime) -> Meeting:
    """Call a meeting; its agenda begins with what is due in the council.

    Raises Forbidden, TooLate (dissolved council), Invalid (place, moment), Refused (called for that moment already).
    """
    hat = permissions.check_can_conduct(by, council, now.date())
    policies.check_sitting(council)
    _check_call(place, starts_at, now)
    chain_first()
    council = locked(council)
    waiting = council.meetings.filter(state__in=[Meeting.State.CALLED, Meeting.State.OPEN])
    if waiting.filter(starts_at=starts_at).exists():
        raise Refused(
            _("A meeting of %(council)s is called for that moment already.") % {"council": council.label}
        )
    highest = council.meetings.aggregate(highest=Max("number"))["highest"] or 0
    meeting = Meeting.objects.create(
        council=council,
        number=highest + 1,
        place=place.strip(),
        starts_at=starts_at,
        called_by=by,
        hat=hat,
        called_at=now,
    )
    items = _put(meeting, due_in(council, now), by, hat, now)
    body = {"place": meeting.place, "starts_at": starts_at, "agenda": [item.title for item in items]}
    record(meeting, "meeting.called", by, hat, now, body)
    return meeting


@transaction.atomic
def meeting_open(*, meeting: Meeting, by: Person, now: datetime) -> Meeting:
    """Open a meeting, half an hour before its time at the earliest. Raises Forbidden, TooLate, Refused (another is open)."""
    hat = permissions.check_can_conduct(by, meeting.council, now.date())
    chain_first()
    meeting = locked(meeting, related=("council",))
    meeting_policies.check_can_open(meeting, now)
    if meeting.council.meetings.filter(state=Meeting.State.OPEN).exists():
        raise Refused(
            _("Another meeting of %(council)s is open; close it first.") % {"council": meeting.council.label}
        )
    meeting.state = transitions.after(transitions.MEETING, meeting.state, "opened")
    meeting.opened_at = now
    meeting.save(update_fields=["state", "opened_at"])
    record(meeting, "meeting.opened", by, hat, now, {})
    return meeting


@transaction.atomic
def meeting_cancel(*, meeting: Meeting, by: Person, now: datetime) -> Meeting:
    """Cancel a meeting that has not been opened."""
    hat = permissions.check_can_conduct(by, meeting.council, now.date())
    chain_first()
    meeting = locked(meeting, related=("council",))
    meeting_policies.check_can_cancel(meeting)
    meeting.state = transitions.after(transitions.MEETING, meeting.state, "cancelled")
    meeting.closed_at = now
    meeting.save(update_fields=["state", "closed_at"])
    record(meeting, "meeting.cancelled", by, hat, now, {})
    return meeting


@transaction.atomic
def agenda_refresh(*, meeting: Meeting, by: Person, now: datetime) -> list[AgendaItem]:
    """Put on the agenda what has become due since it was made; return what was added."""
    hat = permissions.check_can_conduct(by, meeting.council, now.date())
    chain_first()
    meeting = locked(meeting, related=("council",))
    meeting_policies.check_not_over(meeting)
    items = _put(meeting, not_listed(meeting, now), by, hat, now)
    if items:
        record(meeting, "meeting.agenda", by, hat, now, {"added": [item.title for item in items]})
    return items


@transaction.atomic
def item_add(
    *,
    meeting: Meeting,
    title: str,
    text: str,
    by: Person,
    now: datetime,
    consent: bool = False,
    asks: Mapping[str, Any] | None = None,
) -> AgendaItem:
    """Put a free item on the agenda, or (coordinators) a text that passes unless a member objects, or with ``asks`` a
    question with options (``councils.questions``) that the meeting can put to the vote.

    Whoever may put a motion to the council may put an item on its agenda, and so may its coordinators.
    Raises Forbidden, TooLate, Invalid (title, text, question), Refused (it stands there already).
    """
    kind = _kind(consent=consent, asks=asks)
    conducts = consent or permissions.can_conduct(by, meeting.council, now.date())
    allowed = permissions.check_can_conduct if conducts else permissions.check_can_move
    hat = allowed(by, meeting.council, now.date())
    _check_words(title, text, kind)
    question = question_checked(asks) if asks is not None else None
    chain_first()
    meeting = locked(meeting, related=("council",))
    meeting_policies.check_can_add(meeting, kind, now)
    title, text = title.strip(), tidy(text)
    if meeting.items.filter(title=title, text=text).exists():
        raise Refused(_("This stands on the agenda already."))
    rates = rates_on(now.date())
    words = " ".join(
        [title, text, *(option.label for option in question.options)] if question else [title, text]
    )
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=_last(meeting) + 1,
        kind=kind,
        title=title,
        text=text,
        asks=question.written if question else "",
        minutes_expected=rates.to_vote(words, 1) if consent else rates.to_treat(words),
        added_by=by,
        hat=hat,
        added_at=now,
    )
    asked = {"asks": question.as_dict()} if question else {}
    record(meeting, "meeting.item", by, hat, now, {"title": title, "text": text, "kind": kind, **asked})
    return item


@transaction.atomic
def item_move(*, item: AgendaItem, up: bool, by: Person, now: datetime) -> AgendaItem:
    """Move an item one place up or down; at the end of the agenda it stays where it is."""
    hat = permissions.check_can_conduct(by, item.meeting.council, now.date())
    chain_first()
    meeting = locked(item.meeting, related=("council",))
    meeting_policies.check_not_over(meeting)
    items = list(meeting.items.order_by("position"))
    at = next(place for place, one in enumerate(items) if one.pk == item.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(items):
        return item
    items[at].position, items[other].position = items[other].position, items[at].position
    AgendaItem.objects.bulk_update([items[at], items[other]], ["position"])
    body = {"title": item.title, "place": items[at].position}
    record(meeting, "meeting.ordered", by, hat, now, body)
    return items[at]


def record(meeting: Meeting, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]) -> None:
    """Enter what happened to a meeting on the record."""
    about = {
        "council": meeting.council.public_id,
        "council_name": meeting.council.name,
        "number": meeting.number,
        **body,
    }
    entry_append(kind=kind, by=by, hat=hat, subject=meeting.subject, body=about, now=now)


def _put(meeting: Meeting, due: Iterable[Due], by: Person, hat: str, now: datetime) -> list[AgendaItem]:
    return AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=position,
            kind=one.kind,
            title=one.title[:LONGEST],
            link=one.link,
            motion=one.motion,
            ballot=one.ballot,
            election=one.election,
            minutes_expected=one.minutes,
            added_by=by,
            hat=hat,
            added_at=now,
        )
        for position, one in enumerate(due, _last(meeting) + 1)
    )


def _last(meeting: Meeting) -> int:
    return meeting.items.aggregate(last=Max("position"))["last"] or 0


def _check_call(place: str, starts_at: datetime, now: datetime) -> None:
    faults = {}
    if not place.strip() or len(place.strip()) > LONGEST_PLACE:
        faults["place"] = _("Say in up to 200 characters where the meeting is.")
    days = charter_value("meetings.days", on=now.date())
    if starts_at < now + timedelta(days=days):
        faults["starts_at"] = _("The charter asks for a call at least %(days)s days before.") % {"days": days}
    elif starts_at > now + FAR:
        faults["starts_at"] = _("A meeting is called for a day within a year.")
    if faults:
        raise Invalid(_("The meeting cannot be called like this."), fields=faults)


def _kind(*, consent: bool, asks: Mapping[str, Any] | None) -> AgendaItem.Kind:
    if consent and asks is not None:
        sentence = _("Nothing passes without a vote where options are to be chosen among.")
        raise Invalid(sentence, fields={"asks": sentence})
    if asks is not None:
        return AgendaItem.Kind.QUESTION
    return AgendaItem.Kind.CONSENT if consent else AgendaItem.Kind.FREE


def _check_words(title: str, text: str, kind: str) -> None:
    faults = {}
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        faults["title"] = _("An item needs a title of up to 200 characters.")
    if len(text.strip()) > LONGEST_TEXT:
        faults["text"] = _("A text has at most 10,000 characters.")
    elif kind != AgendaItem.Kind.FREE and not text.strip():
        faults["text"] = _("Say what is to be decided.")
    if faults:
        raise Invalid(_("The item cannot be put on the agenda like this."), fields=faults)
