"""Somebody signed in, and rounds in the states that pages start from."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, Plan, Round, Run
from planning.runner.execute import run_execute
from planning.services.answers import consumption_set, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.plans import plan_propose
from planning.services.rounds import round_open, round_publish
from planning.services.runs import run_start
from tests.planning.federation import Federation, add_cake

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


@pytest.fixture
def sign_in(federation: Federation) -> SignIn:
    """Return a browser in which that person is signed in."""

    def enter(name: str) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(federation.people[name])
        return client

    return enter


@pytest.fixture
def proposing(federation: Federation) -> Cycle:
    """A cycle whose proposals are open now."""
    by, now = federation.people["coordinator"], timezone.now()
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=now)
    return cycle_begin_proposals(cycle=cycle, by=by, now=now)


@pytest.fixture
def opened(federation: Federation, proposing: Cycle) -> Round:
    """Round 1, open: the bakery makes a tenth less than the village wants, which wants a tenth more."""
    now = timezone.now()
    people = federation.people
    proposal_set(
        cycle=proposing, line=federation.lines["bread"], output=90.0, by=people["bread_delegate"], now=now
    )
    consumption_set(
        cycle=proposing,
        demand_line=federation.demand["bread"],
        quantity=110.0,
        by=people["villager"],
        now=now,
    )
    return round_open(cycle=proposing, by=people["coordinator"], now=now)


@pytest.fixture
def computed(federation: Federation, opened: Round) -> Run:
    """The finished iteration of round 1."""
    run = run_start(round=opened, by=federation.people["coordinator"], now=timezone.now())
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    run.refresh_from_db()
    return run


@pytest.fixture
def answering(federation: Federation, computed: Run) -> Round:
    """Round 1 with its suggestions out."""
    by = federation.people["coordinator"]
    return round_publish(round=computed.round, run=computed, by=by, now=timezone.now() - timedelta(hours=1))


@pytest.fixture
def plan(federation: Federation) -> Plan:
    """Bread 90 of last year's 100 made, 110 wanted; put to the councils because no second round is allowed."""
    people, now = federation.people, timezone.now()
    by, bread = people["coordinator"], federation.demand["bread"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=now, rules={"round_limit": 1})
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=now)
    proposal_set(
        cycle=cycle, line=federation.lines["bread"], output=90.0, by=people["bread_delegate"], now=now
    )
    consumption_set(cycle=cycle, demand_line=bread, quantity=110.0, by=people["villager"], now=now)
    opened = round_open(cycle=cycle, by=by, now=now)
    run = run_start(round=opened, by=by, now=now)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    return plan_propose(round=opened, by=by, now=now)


@pytest.fixture
def two_lines(federation: Federation, request: pytest.FixtureRequest) -> Round:
    """Round 1 with its suggestions out; the bakery makes cake too, and is asked for more of both."""
    line = add_cake(federation)
    cycle = request.getfixturevalue("proposing")
    by = federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=line, output=15.0, by=by, now=timezone.now())
    eaters = {"demand_line": federation.demand["cake"], "by": federation.people["villager"]}
    consumption_set(cycle=cycle, quantity=24.0, now=timezone.now(), **eaters)
    answering: Round = request.getfixturevalue("answering")
    return answering
