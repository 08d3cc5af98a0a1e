"""How long what was told is kept, and what an operator is told of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from workplaces.models import CalendarEntry, Message, Told

KEPT = timedelta(days=30)  # a message that is sent, moot or given up
KNOWN = timedelta(days=400)  # that somebody was told of a duty, and how an event of their calendar stood
LATE = timedelta(minutes=15)
State = Message.State


def notices_expire(*, now: datetime) -> int:
    """Delete finished messages after KEPT, and what only prevents doubles after KNOWN; return how many messages."""
    Told.objects.filter(at__lt=now - KNOWN).delete()
    CalendarEntry.objects.filter(changed_at__lt=now - KNOWN).delete()
    count, _by_model = Message.objects.exclude(state=State.WAITING).filter(created_at__lt=now - KEPT).delete()
    return count


@dataclass(frozen=True)
class Outbox:
    """How the outbox stands: what waits, since when, what was given up."""

    waiting: int
    since: datetime | None
    given_up: int

    def is_late(self, now: datetime) -> bool:
        """Say whether something has waited for longer than sending takes when all is well."""
        return self.since is not None and now - self.since > LATE


def outbox_state() -> Outbox:
    """Return how the outbox stands."""
    waits = Q(state=State.WAITING)
    found = Message.objects.aggregate(
        waiting=Count("pk", filter=waits),
        since=Min("created_at", filter=waits),
        given_up=Count("pk", filter=Q(state=State.GIVEN_UP)),
    )
    return Outbox(**found)


def messages_again(*, now: datetime) -> int:
    """Let what was given up be tried again from the first attempt; return how many messages."""
    given_up = Message.objects.filter(state=State.GIVEN_UP)
    return given_up.update(state=State.WAITING, attempts=0, next_at=now, problem="")
