"""Have a worker compute what pages show of frozen figures; if the broker is away, the first request does."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.core.cache import cache
from django.db import transaction

AGAIN = 60  # seconds after which what still waits is asked for again
logger = logging.getLogger(__name__)


def keep_later(task: str, public_id: UUID) -> None:
    """Hand it to a worker once the transaction is through."""
    transaction.on_commit(partial(_hand_over, task, str(public_id)))


def keep_asked(task: str, public_id: UUID) -> bool:
    """Hand it to a worker for a page that waits for it, once a minute; say whether the broker could be reached."""
    asked = f"asked:{task}:{public_id}"
    if not cache.add(asked, 1, AGAIN):
        return True
    handed = _hand_over(task, str(public_id))
    if not handed:
        cache.delete(asked)
    return handed


def _hand_over(task: str, public_id: str) -> bool:
    try:
        current_app.send_task(task, args=[public_id])
    except Exception:
        logger.warning("%s is left to the first request: the broker cannot be reached", task, exc_info=True)
        return False
    return True
