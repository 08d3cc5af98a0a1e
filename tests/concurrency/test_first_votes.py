"""First votes at once: one right counts once, and what was committed is counted. Each with its negative control."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from councils.models import Ballot, NamedVote, RollEntry, VoteVersion
from councils.services import Receipt, ballot_close, ballot_open, first_votes, named_vote_cast
from tests.concurrency.conftest import Race
from tests.concurrency.test_votes import (
    counted,
    first_entry,
    tallied,
    without_unique,
    without_vote_trigger,
)
from tests.councils.world import DAY, LATER, NOW, World
from tests.voting.careless import paused, unlocked
from workplaces.errors import TooLate

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["without_unique", "without_vote_trigger"]
RACERS = 40


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open ballot of the metal council."""
    return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)


def caster(entry: RollEntry, option: str, key: str) -> Callable[[], Receipt]:
    return partial(
        named_vote_cast,
        ballot=entry.ballot.public_id,
        right=entry.right,
        option=option,
        by=entry.person,
        idempotency_key=key,
        now=NOW + DAY,
    )


def test_many_racers_with_different_answers(
    ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_votes, "STATEMENT", paused(first_votes.STATEMENT, "0.05"))
    entry = first_entry(ballot)
    race.run([caster(entry, ("yes", "no", "abstain")[n % 3], f"key{n}") for n in range(RACERS)])
    assert race.raised == []
    assert counted(ballot) == 1
    receipts = {receipt.code for receipt in race.returned}
    assert len(receipts) == RACERS
    assert set(VoteVersion.objects.values_list("receipt", flat=True)) == receipts
    assert sorted(receipt.revision for receipt in race.returned) == list(range(1, RACERS + 1))


def test_many_retries_of_one_request(ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_votes, "STATEMENT", paused(first_votes.STATEMENT, "0.05"))
    race.run([caster(first_entry(ballot), "yes", "same")] * RACERS)
    assert race.raised == []
    assert len({receipt.code for receipt in race.returned}) == 1
    assert [receipt.is_repeated for receipt in race.returned].count(False) == 1
    assert (counted(ballot), VoteVersion.objects.count()) == (1, 1)


@pytest.mark.usefixtures("without_unique")
def test_control_without_lock_and_constraint_one_right_counts_often(
    ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_votes, "STATEMENT", unlocked(paused(first_votes.STATEMENT, "0.5")))
    race.run([caster(first_entry(ballot), "yes", f"key{n}") for n in range(8)])
    assert race.raised == []
    assert counted(ballot) > 1


def test_a_cast_under_way_is_waited_for(ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_votes, "STATEMENT", paused(first_votes.STATEMENT, "1.5"))
    cast_against_close(ballot, race)
    assert race.raised == []
    assert (
        tallied(ballot)
        == {receipt.code for receipt in race.returned if isinstance(receipt, Receipt)}
        != set()
    )


@pytest.mark.usefixtures("without_vote_trigger")
def test_control_without_locks_a_receipt_is_lost(
    ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_votes, "STATEMENT", unlocked(paused(first_votes.STATEMENT, "1.5")))
    cast_against_close(ballot, race)
    assert race.raised == []
    assert [isinstance(receipt, Receipt) for receipt in race.returned].count(True) == 1
    assert tallied(ballot) == set()


def test_a_close_under_way_makes_it_too_late(ballot: Ballot, race: Race) -> None:
    """The statement waits for the ballot's lock, finds it closed, and the long way says so."""
    locked, entry = threading.Event(), first_entry(ballot)

    def close_slowly() -> None:
        from django.db import transaction

        with transaction.atomic():
            ballot_close(ballot=ballot, by=None, now=LATER)
            locked.set()
            time.sleep(1.0)

    def cast() -> Receipt:
        assert locked.wait(20)
        return caster(entry, "yes", "k")()

    race.run([close_slowly, cast])
    assert [type(error) for error in race.raised] == [TooLate]
    assert (counted(ballot), NamedVote.objects.count()) == (0, 0)


def cast_against_close(ballot: Ballot, race: Race) -> None:
    """Cast with a statement that pauses; try to close the vote while it does."""

    def close() -> None:
        asleep = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()"
        )
        deadline = time.monotonic() + 20
        with connection.cursor() as cursor:
            cursor.execute(asleep)
            while not cursor.fetchone()[0]:
                assert time.monotonic() < deadline
                time.sleep(0.01)
                cursor.execute(asleep)
        ballot_close(ballot=ballot, by=None, now=LATER)

    race.run([close, caster(first_entry(ballot), "yes", "k")])
