"""When the next digest is due: an hour of the person's own day or week, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from workplaces.models import NoticeSettings

SOON = timedelta(minutes=10)  # how often it is looked for those who want to know at once
Rhythm = NoticeSettings.Rhythm


def next_digest(settings: NoticeSettings, after: datetime) -> datetime | None:
    """Return the first moment after ``after`` at which the person's digest is due, in UTC; None for never.

    An hour that the clocks skip is the moment at which they jump forward by as much; of one that comes twice it is the first.
    """
    if settings.rhythm == Rhythm.NEVER:
        return None
    if settings.rhythm == Rhythm.AT_ONCE:
        return after + SOON
    zone = ZoneInfo(settings.time_zone)
    day = after.astimezone(zone).date()
    for _ in range(9):
        moment = datetime.combine(day, time(settings.hour), tzinfo=zone).astimezone(UTC)
        if moment > after and (settings.rhythm == Rhythm.DAILY or day.weekday() == settings.weekday):
            return moment
        day += timedelta(days=1)
    raise AssertionError("A week has seven days.")


@cache
def zones() -> tuple[str, ...]:
    """Return the names of the time zones that people choose from."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*sorted(places), "UTC")
