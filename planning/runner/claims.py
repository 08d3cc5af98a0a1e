"""Who works on a run: claimed by conditional update, held by a heartbeat, lost when the heart stops."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from planning.models import Run

BEAT = 1.0  # seconds between heartbeats
LEASE = timedelta(seconds=8)  # a run whose heart has been silent for longer may be claimed again
ATTEMPTS = 3  # a run that killed that many workers would kill the next one too
Clock = Callable[[], datetime]


class Lost(Exception):  # noqa: N818
    """Another worker holds the run now, or it has been cancelled."""


def claim(run: uuid.UUID, *, clock: Clock) -> uuid.UUID | None:
    """Take the run if it waits or its worker's heart has stopped; return the token, None if it is not to be had."""
    now, token = clock(), uuid.uuid4()
    again = lost(now) & Q(attempts__lt=ATTEMPTS, cancel_requested=False)
    free = Q(state=Run.State.QUEUED) | again
    with transaction.atomic(durable=True):  # the heartbeat must see the claim at once
        taken = Run.objects.filter(free, public_id=run).update(
            state=Run.State.RUNNING,
            token=token,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", now),
            heartbeat_at=now,
            progress=0.0,
            stage="",
        )
    return token if taken else None


def lost(now: datetime) -> Q:
    """Select the runs whose worker's heart has stopped."""
    return Q(state=Run.State.RUNNING, heartbeat_at__lt=now - LEASE)


class Holder:
    """Holds a claimed run: beats in a thread of its own, takes progress, notices cancellation."""

    def __init__(self, run: uuid.UUID, token: uuid.UUID, clock: Clock) -> None:
        """Hold ``run`` under ``token``."""
        self.mine = Run.objects.filter(public_id=run, token=token, state=Run.State.RUNNING)
        self.clock = clock
        self.stopped = threading.Event()
        self.cancelled = threading.Event()
        self.progress, self.stage = 0.0, ""

    def report(self, stage: str, progress: float) -> None:
        """Note how far the work is; the next beat publishes it.  Raises Lost once the run was cancelled."""
        self.stage, self.progress = stage, min(max(progress, 0.0), 1.0)
        if self.cancelled.is_set():
            raise Lost

    def beat(self) -> None:
        """Write heartbeat and progress; note if the run was taken away or is to be cancelled."""
        held = self.mine.update(heartbeat_at=self.clock(), progress=self.progress, stage=self.stage)
        if not held or self.mine.filter(cancel_requested=True).exists():
            self.cancelled.set()

    def _live(self) -> None:
        try:
            while not self.stopped.wait(BEAT):
                self.beat()
        finally:
            connection.close()

    @contextmanager
    def alive(self) -> Iterator["Holder"]:
        """Beat until the block ends."""
        heart = threading.Thread(target=self._live, name="heartbeat", daemon=True)
        heart.start()
        try:
            yield self
        finally:
            self.stopped.set()
            heart.join()
