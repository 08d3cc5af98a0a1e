"""What the clock does for the site as a whole."""

from celery import shared_task

from config.sessions import SessionStore


@shared_task(name="config.sessions_expire")
def sessions_expire() -> None:
    """Delete the sessions whose time is over, as Django's ``clearsessions`` does."""
    SessionStore.clear_expired()
