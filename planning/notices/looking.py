"""Looking whether there is something to write to a person, from the duties that their page shows."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from planning.notices.addresses import address_of
from planning.views.duties import duties_of
from planning.wording.duties import Duty
from workplaces.models import Message, NoticeSettings, Told
from workplaces.notice_times import next_digest

Rhythm, Kind = NoticeSettings.Rhythm, Message.Kind
LOOK_AGAIN = timedelta(hours=6)  # a deadline that was set since the last look is noticed this late at most
Matter = tuple[str, datetime | None]


def matter_of(duty: Duty) -> Matter:
    """Return by what a duty is known again: a digest of what it is about, and its deadline."""
    return hashlib.sha256(duty.matter.encode()).hexdigest(), duty.due


def look_at_all(*, now: datetime) -> int:
    """Look at everybody whose time has come, each in a transaction of their own; return how many messages were made."""
    made = 0
    while (found := _look_at_next(now)) is not None:
        made += found
    return made


@transaction.atomic
def _look_at_next(now: datetime) -> int | None:
    due = Q(next_at__lte=now) | Q(remind_at__lte=now)
    rows = NoticeSettings.objects.select_for_update(skip_locked=True, of=("self",)).filter(due)
    wanted = rows.select_related("person").order_by("next_at", "remind_at").first()
    return None if wanted is None else look(wanted, now=now)


def look(wanted: NoticeSettings, *, now: datetime) -> int:
    """Write into the outbox what there is to tell a person, in the caller's transaction, which holds their settings.

    At most one message is made: a digest where one is due and has something new, else a reminder of the deadlines
    that are near and of which no reminder was made before.
    """
    with translation.override("en"):  # a step is known again by its words
        open_now = duties_of(wanted.person, now) if address_of(wanted.person) else []
    near = [duty for duty in open_now if duty.due and now < duty.due <= now + ahead(wanted)]
    made = _digest(wanted, open_now, near, now) if wanted.next_at and wanted.next_at <= now else False
    made = made or _reminder(wanted, near, now)
    if wanted.next_at and wanted.next_at <= now:
        wanted.next_at = next_digest(wanted, now)
    if wanted.remind_hours:
        wanted.remind_at = _remind_at(wanted, open_now, now)
    wanted.save(update_fields=["next_at", "remind_at"])
    return int(made)


def ahead(wanted: NoticeSettings) -> timedelta:
    """Return how long before a deadline the person is reminded."""
    return timedelta(hours=wanted.remind_hours)


def _digest(wanted: NoticeSettings, duties: Sequence[Duty], near: Sequence[Duty], now: datetime) -> bool:
    fresh = _untold(wanted, Kind.DIGEST, duties)
    if not duties or (not fresh and wanted.rhythm != Rhythm.WEEKLY):
        return False
    assert wanted.next_at is not None  # noqa: S101  (the caller found it due)
    _put(wanted, Kind.DIGEST, f"digest:{wanted.next_at.isoformat()}", [], now)
    _tell(wanted, Kind.DIGEST, fresh, now)
    _tell(wanted, Kind.REMINDER, _untold(wanted, Kind.REMINDER, near), now)
    return True


def _reminder(wanted: NoticeSettings, near: Sequence[Duty], now: datetime) -> bool:
    fresh = _untold(wanted, Kind.REMINDER, near)
    if not fresh:
        return False
    matters = sorted([duty, due.isoformat() if due else ""] for duty, due in fresh)
    key = hashlib.sha256(repr(matters).encode()).hexdigest()
    _put(wanted, Kind.REMINDER, f"reminder:{key}", matters, now)
    _tell(wanted, Kind.REMINDER, fresh, now)
    return True


def _untold(wanted: NoticeSettings, kind: str, duties: Sequence[Duty]) -> list[Matter]:
    """Return what the person has not been told of in this way."""
    matters = dict.fromkeys(matter_of(duty) for duty in duties)
    told = Told.objects.filter(person=wanted.person, kind=kind, duty__in=[duty for duty, _due in matters])
    known = set(told.values_list("duty", "due"))
    return [matter for matter in matters if matter not in known]


def _tell(wanted: NoticeSettings, kind: str, matters: Collection[Matter], now: datetime) -> None:
    Told.objects.bulk_create(
        [Told(person=wanted.person, kind=kind, duty=duty, due=due, at=now) for duty, due in matters]
    )


def _put(wanted: NoticeSettings, kind: str, key: str, matters: list[list[str]], now: datetime) -> None:
    Message.objects.create(
        person=wanted.person, kind=kind, key=key, matter={"duties": matters}, language=wanted.language,
        time_zone=wanted.time_zone, created_at=now, next_at=now,
    )  # fmt: skip


def _remind_at(wanted: NoticeSettings, duties: Sequence[Duty], now: datetime) -> datetime:
    """Return when to look again: when the next deadline comes near, in some hours at the latest."""
    moments = [duty.due - ahead(wanted) for duty in duties if duty.due]
    return min([now + LOOK_AGAIN, *(moment for moment in moments if moment > now)])
