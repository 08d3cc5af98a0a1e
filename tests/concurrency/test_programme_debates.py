"""Somebody speaks on a programme while the last vote on the guidelines closes: one of them comes first.

The race is forced: who speaks has seen the debate open before the vote closes. Control: without the service's locks and the
database's trigger a comment stands that came after the close.
"""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from councils.models import Ballot
from councils.services import ballot_close
from planning.models import Programme, ProgrammeComment
from planning.services import programme_debates
from planning.services.guidelines import ballot_of
from tests.concurrency.conftest import Race
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.priorities.world import asked, opened, peopled, published
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 3.0  # seconds for which who speaks waits for the close: with locks it cannot come


@pytest.fixture
def federation(own_connections: None) -> Federation:
    """Return a federation with a general vote, committed."""
    return peopled(make_federation())


@pytest.fixture
def vote(federation: Federation) -> Ballot:
    """Return the one vote on the guidelines that is open."""
    cycle = opened(federation)
    published(federation, cycle, figures=[("hours", "", 30.0)])
    ballot = ballot_of(asked(federation, cycle)["hours"])
    assert ballot is not None
    return ballot


def raced(federation: Federation, vote: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one speak who has seen the debate open, and another close the vote after that."""
    looked, closed, look = threading.Event(), threading.Event(), programme_debates.policies.check_debate

    def slowly(*args: Any) -> None:
        look(*args)
        looked.set()
        closed.wait(PATIENCE)

    def close() -> None:
        looked.wait(20)
        ballot_close(ballot=vote, by=None, now=vote.closes_at)
        closed.set()

    monkeypatch.setattr(programme_debates.policies, "check_debate", slowly)
    programme, by = Programme.objects.get(), federation.people["citizen2"]
    speak = partial(programme_debates.programme_comment_add, programme=programme, text="Aye.", by=by, now=NOW)
    race.run([speak, close])
    vote.refresh_from_db()
    assert vote.state == Ballot.State.CLOSED


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the service's locks away."""
    monkeypatch.setattr(programme_debates, "chain_first", lambda: None)
    rows = Programme.objects.select_related("cycle", "association")
    monkeypatch.setattr(programme_debates, "locked", lambda row, related=(): rows.get(pk=row.pk))


def test_who_spoke_before_the_close_is_heard(
    federation: Federation, vote: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    raced(federation, vote, race, monkeypatch)
    assert (race.raised, ProgrammeComment.objects.count()) == ([], 1)


def test_without_locks_the_database_still_refuses_who_is_late(
    federation: Federation, vote: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    raced(federation, vote, race, monkeypatch)
    (problem,) = race.raised
    assert isinstance(problem, IntegrityError)
    assert "closed with the vote" in str(problem)
    assert ProgrammeComment.objects.count() == 0


def test_without_locks_and_trigger_a_late_comment_stands(
    federation: Federation, vote: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    with unguarded(ProgrammeComment):
        raced(federation, vote, race, monkeypatch)
    assert (race.raised, ProgrammeComment.objects.count()) == ([], 1)
