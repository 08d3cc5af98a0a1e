"""Have a worker compute what pages show of frozen figures; if the broker is away, the first request does."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def keep_later(task: str, public_id: UUID) -> None:
    """Hand it to a worker once the transaction is through."""
    transaction.on_commit(partial(_hand_over, task, str(public_id)))


def _hand_over(task: str, public_id: str) -> None:
    try:
        current_app.send_task(task, args=[public_id])
    except Exception:
        logger.warning("%s is left to the first request: the broker cannot be reached", task, exc_info=True)
