"""How racers are brought to the same place at the same time, and how the row locks are taken away to see what they hold."""

import contextlib
import threading
from typing import Any

import pytest
from django.db.models import QuerySet


def meet(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, racers: int = 2) -> None:
    """Let racers wait for one another once they have done a step: with a lock only one gets there at a time."""
    barrier, original = threading.Barrier(racers), getattr(place, name)

    def slowly(*arguments: Any, **named: Any) -> Any:
        found = original(*arguments, **named)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(2)
        return found

    monkeypatch.setattr(place, name, slowly)


def unlock_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the row locks away."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
