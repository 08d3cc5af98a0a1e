"""Buttons pressed twice at the same moment: one round is closed, one run is started, and nobody sees an error."""

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from planning.models import Round, Run
from planning.runner.execute import run_execute
from planning.services import rounds, runs
from planning.services.answers import proposal_set
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet, unlock_rows
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.test_ratification import begun
from workplaces.errors import TooLate
from workplaces.models import Scenario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def federation(own_connections: None) -> Federation:
    """The small federation, committed."""
    return make_federation()


@pytest.fixture
def opened(federation: Federation) -> Round:
    """A round that is open."""
    cycle, delegate = begun(federation), federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=federation.lines["bread"], output=80.0, by=delegate, now=NOW)
    return round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)


@pytest.fixture
def answering(federation: Federation, opened: Round) -> Round:
    """A round whose time for answers is over."""
    by = federation.people["coordinator"]
    run = run_start(round=opened, by=by, now=NOW, hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    return round_publish(round=opened, run=Run.objects.get(pk=run.pk), by=by, now=NOW)


def close_twice(race: Race, round: Round, federation: Federation) -> None:
    by = federation.people["coordinator"]
    race.run([lambda: round_close(round=round, by=by, now=round.answers_close_at)] * 2)


def test_a_round_closed_twice_is_closed_once(
    race: Race, answering: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, rounds.policies, "check_close_round")
    close_twice(race, answering, federation)
    assert len(race.returned) == 1
    assert [type(problem) for problem in race.raised] == [TooLate]
    assert Scenario.objects.filter(kind="round", state="open").count() == 1


def test_without_its_lock_it_would_be_closed_twice(
    race: Race, answering: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, rounds.policies, "check_close_round")
    unlock_rows(monkeypatch)
    close_twice(race, answering, federation)
    assert len(race.returned) == 2 or not isinstance(race.raised[0], TooLate)


def start_twice(race: Race, round: Round, federation: Federation) -> None:
    by = federation.people["coordinator"]
    race.run([lambda: run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)] * 2)


def test_a_run_started_twice_is_one_run(
    race: Race, opened: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, runs.policies, "check_start_run")
    start_twice(race, opened, federation)
    assert race.raised == []
    assert len({run.pk for run in race.returned}) == 1
    assert Run.objects.count() == 1


def test_without_its_lock_the_second_start_would_break(
    race: Race, opened: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, runs.policies, "check_start_run")
    unlock_rows(monkeypatch)
    start_twice(race, opened, federation)
    assert [type(problem) for problem in race.raised] == [IntegrityError]
    connection.close()
