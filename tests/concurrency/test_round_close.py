"""An answer and the close of its round at the same moment: either it counts, or it is refused; it is never lost."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from planning.models import Cycle, Proposal, Response, Round
from planning.runner.execute import run_execute
from planning.services import answers
from planning.services.answers import Answer, line_answer, proposal_set
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from tests.planning.conftest import *  # noqa: F403 - the small federation's fixtures
from tests.planning.federation import NOW, Federation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round(federation: Federation, cycle: Cycle) -> Round:
    """A round whose suggestions are out."""
    by, delegate = federation.people["coordinator"], federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=federation.lines["bread"], output=80.0, by=delegate, now=NOW)
    opened = round_open(cycle=cycle, by=by, now=NOW)
    run = run_start(round=opened, by=by, now=NOW, hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    return round_publish(round=opened, run=run, by=by, now=NOW)


def thread(work: Callable[[], object], failures: list[BaseException]) -> threading.Thread:
    """Start ``work`` on a connection of its own."""

    def run() -> None:
        try:
            work()
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            failures.append(problem)
        finally:
            connection.close()

    started = threading.Thread(target=run)
    started.start()
    return started


def answer_while_closing(
    round: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> list[BaseException]:
    """Stop an answer after it found the round open, close the round, let the answer go on; return what failed."""
    checked, go_on, failures = threading.Event(), threading.Event(), []
    find = answers._suggestion

    def slowly(*arguments: object) -> object:
        checked.set()
        assert go_on.wait(20)
        return find(*arguments)

    monkeypatch.setattr(answers, "_suggestion", slowly)
    given = Answer("counter", 83.0, "one more oven")
    line, delegate = federation.lines["bread"], federation.people["bread_delegate"]
    one = thread(lambda: line_answer(round=round, line=line, answer=given, by=delegate, now=NOW), failures)
    assert checked.wait(20)
    two = thread(
        lambda: round_close(round=round, by=federation.people["coordinator"], now=NOW + timedelta(days=4)),
        failures,
    )
    two.join(1.0)
    go_on.set()
    one.join(20)
    two.join(20)
    return failures


def lost(federation: Federation) -> bool:
    """Say whether an answer was taken that the next proposals do not show."""
    taken = Response.objects.filter(line_id=federation.lines["bread"].pk, figure=83.0).exists()
    shown = Proposal.objects.filter(line_id=federation.lines["bread"].pk, output=83.0).exists()
    return taken and not shown


def test_an_answer_under_way_is_waited_for(
    round: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer_while_closing(round, federation, monkeypatch) == []
    assert not lost(federation)
    assert Proposal.objects.filter(line_id=federation.lines["bread"].pk, output=83.0).exists()


def test_without_lock_and_trigger_the_answer_is_lost(
    round: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_lock", lambda round, _now: Round.objects.get(pk=round.pk))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE planning_response DISABLE TRIGGER USER")
    try:
        answer_while_closing(round, federation, monkeypatch)
        assert lost(federation)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE planning_response ENABLE TRIGGER USER")


def test_the_database_alone_refuses_a_late_answer(
    round: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_lock", lambda round, _now: Round.objects.get(pk=round.pk))
    failures = answer_while_closing(round, federation, monkeypatch)
    assert [type(failure).__name__ for failure in failures] == ["IntegrityError"]
    assert not lost(federation)
