"""What the clock does: votes whose time is over are closed and counted, elections opened when all have stood."""

from celery import shared_task
from django.utils import timezone

from councils.services import ballots_close_due, elections_open_due


@shared_task(name="councils.ballots_close_due")
def close_due() -> int:
    """Open every election whose nominations have closed, close every ballot whose time is over; return how many."""
    elections_open_due(now=timezone.now())
    return len(ballots_close_due(now=timezone.now()))
