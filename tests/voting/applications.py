"""The web application with a pause where a race would happen, with its guards and without: for tests of the tests."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from config.wsgi import application
from tests.voting.careless import paused, unlocked

LAST, PAUSE = timedelta(seconds=0.7), 1.0
_patched = threading.Lock()
_done: set[str] = set()


def slow_at_the_end(environ: Any, start: Any) -> Any:
    """Serve; a named vote that is checked shortly before its close is written a second later."""
    _once("slow", _slow)
    return application(environ, start)


def unguarded(environ: Any, start: Any) -> Any:
    """Serve without the services' locks, with the pauses that lose the races."""
    _once("slow", _slow)
    _once("unguarded", _unlock)
    return application(environ, start)


def _once(name: str, patch: Callable[[], None]) -> None:
    with _patched:
        if name not in _done:
            _done.add(name)
            patch()


def _slow() -> None:
    from councils.services import first_votes, votes

    original = votes.receipt_code
    shortly = f"closes_at - clock_timestamp() BETWEEN interval '0' AND interval '{LAST.total_seconds()} s'"
    first_votes.STATEMENT = paused(first_votes.STATEMENT, f"CASE WHEN {shortly} THEN {PAUSE} ELSE 0.03 END")

    def after_a_pause(ballot: Any, *rest: Any) -> str:
        if timedelta() < ballot.closes_at - timezone.now() < LAST:
            time.sleep(PAUSE)
        return original(ballot, *rest)

    votes.receipt_code = after_a_pause


def _unlock() -> None:
    """Take the locks away, and let those who send two forms at once both look before either writes."""
    from councils import urns
    from councils.models import Ballot
    from councils.services import first_votes, papers, votes

    def without_lock(pk: int) -> Ballot:
        return Ballot.objects.select_related("motion", "council").get(pk=pk)

    votes.ballot_shared = papers.ballot_shared = without_lock
    first_votes.STATEMENT = unlocked(first_votes.STATEMENT)
    votes.roll_entry_held = papers.roll_entry_held = lambda _pk: time.sleep(0)
    receipt, put = votes.receipt_code, urns.cast

    def receipt_later(*arguments: Any) -> str:
        time.sleep(0.03)
        return receipt(*arguments)

    def put_later(*arguments: Any) -> None:
        time.sleep(0.03)
        put(*arguments)

    votes.receipt_code, urns.cast = receipt_later, put_later


def guards_lifted() -> None:
    """Drop what the database holds: one vote for a right, and the lock that a vote takes on its ballot."""
    found = """
        SELECT conrelid::regclass::text, conname FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE contype IN ('u', 'p') AND a.attname = 'roll_entry_id'
           AND conrelid::regclass::text IN ('councils_namedvote', 'councils_voteversion', 'councils_mark')
    """
    with connection.cursor() as cursor:
        cursor.execute(found)
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute("ALTER TABLE councils_namedvote DISABLE TRIGGER vote_is_proper")
    connection.close()
