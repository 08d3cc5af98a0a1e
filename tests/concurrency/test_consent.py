"""Objecting against closing: an objection that was committed stops the motion. With its negative control."""

import threading
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection

from councils.models import Ballot, NamedVote
from councils.services import ballot_close, ballot_open, votes
from tests.concurrency.conftest import Race
from tests.councils.consent.test_votes import HARM, cast
from tests.councils.world import LATER, NOW, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ballot(world: World) -> Ballot:
    """A motion by consent that one delegate agrees to."""
    opened = ballot_open(motion=world.motion(by_consent=True), by=world.person("carla"), now=NOW)
    cast(world, opened, 1, "yes")
    return opened


def raced(world: World, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Object, pause before writing until somebody has tried to close for a second, then write; return the result."""
    looked, original = threading.Event(), votes.receipt_code

    def after_a_close_was_tried(*arguments: Any) -> str:
        looked.set()
        time.sleep(1.0)
        return original(*arguments)

    def close() -> None:
        assert looked.wait(20)
        ballot_close(ballot=ballot, by=None, now=LATER)

    monkeypatch.setattr(votes, "receipt_code", after_a_close_was_tried)
    race.run([close, partial(cast, world, ballot, 2, "no", HARM)])
    assert race.raised == []
    ballot.refresh_from_db()
    assert ballot.result is not None
    return ballot.result


def test_an_objection_under_way_is_waited_for(
    world: World, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = raced(world, ballot, race, monkeypatch)
    assert result["outcome"] == "lost"
    assert [one["reason"] for one in result["objections"]] == [HARM]


def test_control_without_locks_it_is_carried_over_an_objection(
    world: World, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(votes, "ballot_shared", lambda pk: Ballot.objects.get(pk=pk))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_namedvote DISABLE TRIGGER vote_is_proper")
    try:
        result = raced(world, ballot, race, monkeypatch)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE councils_namedvote ENABLE TRIGGER vote_is_proper")
    assert (result["outcome"], result["objections"]) == ("carried", [])
    assert NamedVote.objects.filter(reason=HARM).count() == 1
