"""Runs whose workers die: tried a few times, then ended with a sentence; cancelled ones end without a worker."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from planning.models import Cycle, Round, Run, RunRow
from planning.runner import claims, execute
from planning.runner.claims import ATTEMPTS, LEASE, claim
from planning.runner.execute import run_execute
from planning.services.rounds import round_open
from planning.services.runs import run_cancel, run_start, runs_sweep
from tests.planning.federation import NOW, Federation
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


@pytest.fixture
def round(federation: Federation, cycle: Cycle) -> Round:
    """An open round."""
    return round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)


@pytest.fixture
def run(federation: Federation, round: Round) -> Run:
    """A run that waits for a worker."""
    return run_start(round=round, by=federation.people["coordinator"], now=NOW, hand_over=lambda _run: None)


def kill_workers(run: Run, times: int) -> datetime:
    """Let that many workers take the run and die; return a moment at which the last one's lease is over."""
    at = timezone.now()
    for _ in range(times):
        assert claim(run.public_id, clock=lambda: at) is not None  # noqa: B023
        at += LEASE + timedelta(seconds=1)
    run.refresh_from_db()
    return at


def test_a_run_that_kills_its_workers_ends_with_a_sentence(run: Run) -> None:
    at = kill_workers(run, ATTEMPTS)
    assert run.state == Run.State.RUNNING
    assert claim(run.public_id, clock=lambda: at) is None
    assert run_execute(run.public_id, clock=lambda: at) == Run.State.FAILED
    run.refresh_from_db()
    assert run.error.startswith(f"{ATTEMPTS} workers stopped in the middle of it")
    assert Entry.objects.filter(kind="run.failed", subject=f"run:{run.public_id}").count() == 1


def test_the_sweep_ends_it_too_and_sends_nothing(run: Run) -> None:
    assert runs_sweep(now=kill_workers(run, ATTEMPTS)) == 0
    run.refresh_from_db()
    assert run.state == Run.State.FAILED


def test_one_attempt_less_is_finished(run: Run) -> None:
    at = kill_workers(run, ATTEMPTS - 1)
    assert run_execute(run.public_id, clock=lambda: at) == Run.State.FINISHED


def test_the_round_goes_on_with_another_run(federation: Federation, round: Round, run: Run) -> None:
    runs_sweep(now=kill_workers(run, ATTEMPTS))
    by = federation.people["coordinator"]
    again = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    assert again.pk != run.pk
    assert run_execute(again.public_id, clock=timezone.now) == Run.State.FINISHED


def test_cancelling_a_run_whose_worker_died_ends_it(federation: Federation, run: Run) -> None:
    at = kill_workers(run, 1)
    cancelled = run_cancel(run=run, by=federation.people["coordinator"], now=at)
    assert (cancelled.state, cancelled.finished_at) == (Run.State.CANCELLED, at)


def test_cancelling_a_run_that_is_worked_on_asks_its_worker(federation: Federation, run: Run) -> None:
    at = kill_workers(run, 1) - LEASE
    asked = run_cancel(run=run, by=federation.people["coordinator"], now=at)
    assert (asked.state, asked.cancel_requested) == (Run.State.RUNNING, True)


def test_a_worker_that_dies_after_the_request_to_stop_is_not_replaced(
    federation: Federation, run: Run
) -> None:
    at = kill_workers(run, 1)
    run_cancel(run=run, by=federation.people["coordinator"], now=at - LEASE)
    assert run_execute(run.public_id, clock=lambda: at) == Run.State.CANCELLED
    assert not run.rows.exists()


def test_a_worker_that_lost_its_run_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between solving and writing another worker takes the run: the first one's result is thrown away."""
    solve = execute.solve

    def solve_and_lose(*arguments: object, **options: object) -> object:
        result = solve(*arguments, **options)
        later = timezone.now() + LEASE + timedelta(minutes=1)
        assert claims.claim(run.public_id, clock=lambda: later) is not None
        return result

    monkeypatch.setattr(execute, "solve", solve_and_lose)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.CANCELLED  # for this worker
    run.refresh_from_db()
    assert (run.state, run.attempts) == (Run.State.RUNNING, 2)  # the other one goes on
    assert not RunRow.objects.filter(run=run).exists()
