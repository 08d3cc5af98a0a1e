"""What the clock does about notices: it looks whether there is something to write, and sends what waits."""

from celery import shared_task
from django.utils import timezone

from planning.notices.addresses import settings_ensure
from planning.notices.feed import calendars_remember
from planning.notices.keeping import notices_expire
from planning.notices.looking import look_at_all
from planning.notices.outbox import messages_send


@shared_task(name="planning.notices_make")
def make() -> int:
    """Put into the outbox what there is to tell; return how many messages were made."""
    settings_ensure(now=timezone.now())
    return look_at_all(now=timezone.now())


@shared_task(name="planning.notices_send")
def send() -> int:
    """Send what the outbox holds; return how many messages were sent."""
    return messages_send(clock=timezone.now)


@shared_task(name="planning.notices_expire")
def expire() -> int:
    """Delete what is kept no longer; return how many messages that were."""
    return notices_expire(now=timezone.now())


@shared_task(name="planning.calendars_remember")
def remember() -> int:
    """Note how the events of all calendars stand; return how many calendars there are."""
    return calendars_remember(now=timezone.now())
