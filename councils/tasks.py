"""What the clock does: votes whose time is over are closed and counted, elections opened when all have stood."""

from celery import shared_task
from django.utils import timezone

from councils.services import ballots_close_due, elections_open_due, petitions_end_due


@shared_task(name="councils.ballots_close_due")
def close_due() -> int:
    """Open elections, end petitions and close ballots whose time has come; return how many ballots were closed."""
    while elections_open_due(
        now=timezone.now(), most=1
    ):  # each at its own moment: a large roll takes a while
        pass
    petitions_end_due(now=timezone.now())
    closed = 0
    while ballots_close_due(now=timezone.now(), most=1):
        closed += 1
    return closed
