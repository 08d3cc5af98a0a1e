"""Iterations by a real worker on a real broker: done once, whatever happens to workers and messages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from planning.models import Cycle, Round, Run
from planning.services.answers import proposal_set
from planning.services.rounds import round_open
from planning.services.runs import run_cancel, run_start, runs_sweep
from tests.planning.federation import NOW, Federation
from tests.planning.worker import eventually, kill, worker

pytestmark = pytest.mark.django_db(transaction=True)
FAST = {"VISIBILITY_TIMEOUT": "4"}


@pytest.fixture
def round(federation: Federation, cycle: Cycle) -> Round:
    """An open round in which bread is short."""
    delegate = federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=federation.lines["bread"], output=80.0, by=delegate, now=NOW)
    return round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)


def state(run: Run) -> str:
    """The run's state as the database has it now."""
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


def hold_back(run: Run) -> None:
    """Make writing the result of this run wait, so that its worker can be killed in the middle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4711)")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hold_back BEFORE INSERT ON planning_runrow FOR EACH STATEMENT EXECUTE FUNCTION hold_back()"
        )


def waits_to_write() -> bool:
    """Say whether a worker has come to where ``hold_back`` stops it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 4711"
        )
        return cursor.fetchone()[0] > 0


def let_go() -> None:
    """Let held-back runs write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(4711)")


@pytest.fixture
def held() -> object:
    """Take the trigger of ``hold_back`` away again."""
    yield
    let_go()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS hold_back ON planning_runrow")


def test_a_worker_finishes_a_run(federation: Federation, round: Round, broker_url: str) -> None:
    run = run_start(round=round, by=federation.people["coordinator"], now=timezone.now())
    with worker(broker_url):
        eventually(lambda: state(run) == Run.State.FINISHED, seconds=60, what="the run has finished")
    run.refresh_from_db()
    assert run.rows.filter(kind=0).count() == 3
    assert run.attempts == 1


def test_a_run_survives_its_worker(federation: Federation, round: Round, broker_url: str, held: None) -> None:
    run = run_start(round=round, by=federation.people["coordinator"], now=timezone.now())
    hold_back(run)
    with worker(broker_url, **FAST) as first:
        eventually(waits_to_write, seconds=60, what="the worker is writing")
        kill(first)
    let_go()
    assert state(run) == Run.State.RUNNING
    with worker(broker_url, **FAST):
        eventually(
            lambda: state(run) == Run.State.FINISHED, seconds=90, what="another worker has finished the run"
        )
    run.refresh_from_db()
    assert run.attempts == 2
    assert run.rows.filter(kind=0).count() == 3


def test_a_lost_message_is_sent_again(federation: Federation, round: Round, broker_url: str) -> None:
    run = run_start(
        round=round, by=federation.people["coordinator"], now=timezone.now() - timedelta(minutes=1),
        hand_over=lambda _run: None,
    )  # fmt: skip
    assert runs_sweep(now=timezone.now()) == 1
    with worker(broker_url):
        eventually(lambda: state(run) == Run.State.FINISHED, seconds=60, what="the run has finished")


def test_a_cancelled_run_writes_nothing(
    federation: Federation, round: Round, broker_url: str, held: None
) -> None:
    by = federation.people["coordinator"]
    run = run_start(round=round, by=by, now=timezone.now())
    run_cancel(run=run, by=by, now=timezone.now())
    with worker(broker_url):
        again = run_start(round=round, by=by, now=timezone.now())
        eventually(lambda: state(again) == Run.State.FINISHED, seconds=60, what="the next run has finished")
    assert state(run) == Run.State.CANCELLED
    assert not run.rows.exists()
