"""What the clock does: votes whose time is over are closed and counted."""

from celery import shared_task
from django.utils import timezone

from councils.services import ballots_close_due


@shared_task(name="councils.ballots_close_due")
def close_due() -> int:
    """Close every ballot whose time is over; return how many."""
    return len(ballots_close_due(now=timezone.now()))
