"""A person's calendar (RFC 5545): deadlines of their duties, meetings of their councils, the dates of the plan year."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from councils.models import Meeting
from councils.selectors.meetings import coming_for
from planning.models import Cycle
from planning.notices.addresses import absolute, sender_domain
from planning.selectors.cycles import latest_cycle
from planning.views.duties import duties_of
from planning.wording.duties import Duty
from workplaces.models import CalendarEntry, NoticeSettings, Person

MEETING = timedelta(hours=2)  # a meeting's end is not announced


@dataclass(frozen=True)
class Entry:
    """An event: by what it is known again, what it says, and from when to when (days, or moments)."""

    key: str
    summary: str
    description: str
    url: str
    begins: date
    ends: date
    place: str = ""

    @property
    def uid(self) -> str:
        """The digest of what the event is about."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]

    @property
    def digest(self) -> str:
        """The digest of what the event says."""
        said = (
            self.summary,
            self.description,
            self.url,
            self.begins.isoformat(),
            self.ends.isoformat(),
            self.place,
        )
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


def calendar_of(wanted: NoticeSettings, now: datetime) -> bytes:
    """Return the calendar of a person as it stands now, in their language; moments in UTC."""
    with translation.override(wanted.language), timezone.override(ZoneInfo(wanted.time_zone)):
        entries = entries_of(wanted.person, now)
        calendar = Calendar()
        calendar.add("prodid", "-//Commonplan//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Commonplan: what needs me, and when"))
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        for entry, (sequence, changed) in zip(entries, _versions(wanted.person, entries, now), strict=True):
            calendar.add_component(_event(entry, sequence, changed))
    return bytes(calendar.to_ical())


def entries_of(person: Person, now: datetime) -> list[Entry]:
    """Return deadlines that are not over, meetings, and the plan year's dates."""
    meetings = coming_for(person, now)
    pages = {_meeting_path(meeting) for meeting in meetings}
    duties = [
        duty for duty in duties_of(person, now) if duty.due and duty.due > now and duty.url not in pages
    ]
    cycle = latest_cycle()
    found = [_deadline(duty) for duty in duties] + [_meeting(meeting) for meeting in meetings]
    return found + (_dates(cycle) if cycle else [])


def _deadline(duty: Duty) -> Entry:
    assert duty.due is not None  # noqa: S101  (asked for by the caller)
    about = "\n".join((f"{duty.hat}. {duty.detail}", f"{duty.about} {duty.silence}"))
    words = _("Deadline: %(question)s") % {"question": duty.question}
    return Entry(f"duty:{duty.matter}", words, about, absolute(duty.url), duty.due, duty.due)


def _meeting_path(meeting: Meeting) -> str:
    return reverse("councils:meeting", args=[meeting.public_id])


def _meeting(meeting: Meeting) -> Entry:
    words = _("%(council)s meets") % {"council": meeting.council.label}
    begins = meeting.starts_at
    return Entry(
        f"meeting:{meeting.public_id}", words, _("The agenda stands on the meeting's page."),
        absolute(_meeting_path(meeting)), begins, begins + MEETING, meeting.place,
    )  # fmt: skip


def _dates(cycle: Cycle) -> list[Entry]:
    url = absolute(reverse("planning:cycle", args=[cycle.year]))
    return [
        Entry(
            f"cycle:{cycle.public_id}:{dates.phase}",
            _("Plan %(year)s: %(phase)s") % {"year": cycle.year, "phase": dates.get_phase_display()},
            _("As announced; the page of the plan year says where it is."), url,
            dates.begins, (dates.ends or dates.begins) + timedelta(days=1),
        )
        for dates in cycle.dates.order_by("begins", "phase")
    ]  # fmt: skip


VERSION = """
    INSERT INTO workplaces_calendarentry AS c (person_id, uid, digest, sequence, changed_at)
    SELECT %s, e.uid, e.digest, 0, %s FROM unnest(%s::varchar[], %s::varchar[]) AS e (uid, digest) ORDER BY e.uid
    ON CONFLICT (person_id, uid) DO UPDATE SET digest = excluded.digest, sequence = c.sequence + 1,
      changed_at = excluded.changed_at WHERE c.digest <> excluded.digest
"""


def calendars_remember(*, now: datetime) -> int:
    """Note how the events of all calendars stand, so that the next change counts up; return how many calendars.

    Fetching writes nothing: until the next order of the clock a change is counted as one more than was noted.
    """
    noted = 0
    for wanted in NoticeSettings.objects.exclude(calendar="").select_related("person").iterator():
        with translation.override(wanted.language), timezone.override(ZoneInfo(wanted.time_zone)):
            said = {entry.uid: entry.digest for entry in entries_of(wanted.person, now)}
        with connection.cursor() as cursor:
            cursor.execute(VERSION, [wanted.person.pk, now, list(said), list(said.values())])
        noted += 1
    return noted


def _versions(person: Person, entries: Sequence[Entry], now: datetime) -> list[tuple[int, datetime]]:
    """Return for each event how often it has changed since it was first noted, and when it did last."""
    rows = CalendarEntry.objects.filter(person=person, uid__in=[entry.uid for entry in entries])
    noted = {row.uid: row for row in rows}
    return [_version(noted.get(entry.uid), entry.digest, now) for entry in entries]


def _version(noted: CalendarEntry | None, digest: str, now: datetime) -> tuple[int, datetime]:
    if noted is None:
        return 0, now
    return (noted.sequence, noted.changed_at) if noted.digest == digest else (noted.sequence + 1, now)


def _event(entry: Entry, sequence: int, changed: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{sender_domain()}")
    event.add("sequence", sequence)
    event.add("dtstamp", _utc(changed))
    event.add("last-modified", _utc(changed))
    event.add("dtstart", _utc(entry.begins))
    if entry.ends != entry.begins:
        event.add("dtend", _utc(entry.ends))
    event.add("summary", entry.summary)
    event.add("description", f"{entry.description}\n{entry.url}")
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT" if not entry.place else "OPAQUE")
    if entry.place:
        event.add("location", entry.place)
    return event


def _utc(moment: Any) -> Any:
    """Return a moment in UTC; a day stays a day."""
    return moment.astimezone(ZoneInfo("UTC")) if isinstance(moment, datetime) else moment
