"""A round that was computed, and a sandbox on its figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from planning.models import Cycle, Round, Run, Sandbox
from planning.runner.execute import run_execute
from planning.services.rounds import round_open, round_publish
from planning.services.sandboxes import sandbox_compute, sandbox_open
from tests.planning.federation import NOW, Federation
from tests.planning.test_ratification import iterated


def clock() -> Any:
    """Return the tests' present."""
    return NOW


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


@contextmanager
def refused(by: str = "") -> Iterator[None]:
    """Expect that the database refuses, by the named trigger or constraint where one is named."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        yield
    diagnosis = getattr(error.value.__cause__, "diag", None)
    assert diagnosis is not None
    assert not by or diagnosis.constraint_name == by, error.value


@pytest.fixture
def round(federation: Federation, cycle: Cycle) -> Round:
    """The first round, computed and published."""
    by = federation.people["coordinator"]
    opened = round_open(cycle=cycle, by=by, now=NOW)
    return round_publish(round=opened, run=iterated(opened, federation), by=by, now=NOW)


@pytest.fixture
def sandbox(federation: Federation, round: Round) -> Sandbox:
    """The stranger's sandbox on the round."""
    return sandbox_open(parent=round.scenario, name="More bread", by=federation.people["stranger"], now=NOW)


def computed(sandbox: Sandbox) -> Run:
    """Let a worker compute the sandbox, in this process."""
    handed: list[Run] = []
    run = sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=NOW, hand_over=handed.append)
    for waiting in Run.objects.filter(round__isnull=True, state=Run.State.QUEUED):
        assert run_execute(waiting.public_id, clock=clock) == Run.State.FINISHED
    run.refresh_from_db()
    return run
