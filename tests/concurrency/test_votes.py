"""Many at once: one right counts once, and what was committed is counted. Each with its negative control."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from councils.models import Ballot, Motion, NamedVote, RollEntry, VoteVersion
from councils.services import Receipt, ballot_close, ballot_open, motions, vote_cast, votes
from tests.concurrency.conftest import Race
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import TooLate
from workplaces.models import Entry, Membership, Person

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 200


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open ballot of the metal council."""
    return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)


@pytest.fixture
def general(world: World) -> Ballot:
    """An open general vote with forty people on its roll."""
    pia = Membership.objects.get(person=world.person("pia"))
    people = Person.objects.bulk_create(Person(username=f"p{n}", name=f"P{n}") for n in range(39))
    Membership.objects.bulk_create(
        Membership(person=person, community=pia.community, validity=pia.validity) for person in people
    )
    motion = world.motion(council=world.council("general"), by=world.person("pia"))
    return ballot_open(motion=motion, by=world.person("bruno"), now=NOW)


def caster(entry: RollEntry, option: str, key: str) -> Callable[[], Receipt]:
    return partial(
        vote_cast,
        ballot=entry.ballot,
        right=entry.right,
        option=option,
        by=entry.person,
        idempotency_key=key,
        now=NOW + DAY,
    )


def first_entry(ballot: Ballot) -> RollEntry:
    return ballot.roll.select_related("person", "ballot").get(number=1)


def counted(ballot: Ballot) -> int:
    """What the whole test is about: how often the right is counted."""
    return NamedVote.objects.filter(roll_entry__ballot=ballot).count()


class TestOneRightCountsOnce:
    def test_many_racers_with_different_answers(self, ballot: Ballot, race: Race) -> None:
        entry = first_entry(ballot)
        race.in_lanes([caster(entry, ("yes", "no", "abstain")[n % 3], f"key{n}") for n in range(RACERS)])
        assert race.raised == []
        assert counted(ballot) == 1
        receipts = {receipt.code for receipt in race.returned}
        assert len(receipts) == RACERS
        assert set(VoteVersion.objects.values_list("receipt", flat=True)) == receipts
        assert sorted(receipt.revision for receipt in race.returned) == list(range(1, RACERS + 1))
        result = ballot_close(ballot=ballot, by=None, now=LATER).result
        assert (result["votes"], result["cast"], sum(result["counts"].values())) == (1, 1, 1)

    def test_many_retries_of_one_request(self, ballot: Ballot, race: Race) -> None:
        race.in_lanes([caster(first_entry(ballot), "yes", "same")] * RACERS)
        assert race.raised == []
        assert len({receipt.code for receipt in race.returned}) == 1
        assert [receipt.is_repeated for receipt in race.returned].count(False) == 1
        assert (counted(ballot), VoteVersion.objects.count()) == (1, 1)

    def test_writers_behind_pythons_back(self, ballot: Ballot, race: Race) -> None:
        race.run([partial(naive_cast, ballot, n, threading.Barrier(1)) for n in range(40)])
        assert counted(ballot) == 1
        assert len(race.returned) == 1
        assert all(isinstance(error, IntegrityError) for error in race.raised)

    def test_control_without_the_constraint_the_race_is_lost(
        self, ballot: Ballot, race: Race, without_unique: None
    ) -> None:
        together = threading.Barrier(8)
        race.run([partial(naive_cast, ballot, n, together) for n in range(8)])
        assert race.raised == []
        assert counted(ballot) == 8

    def test_control_without_the_lock_retries_collide(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together = threading.Barrier(2)
        monkeypatch.setattr(votes, "roll_entry_held", lambda _entry: None)
        original = votes.receipt_code

        def after_both_looked(*arguments: Any) -> str:
            together.wait(20)
            return original(*arguments)

        monkeypatch.setattr(votes, "receipt_code", after_both_looked)
        race.run([caster(first_entry(ballot), "yes", "same")] * 2)
        assert len(race.raised) == 1
        assert isinstance(race.raised[0], IntegrityError)
        assert counted(ballot) == 1


def naive_cast(ballot: Ballot, number: int, together: threading.Barrier) -> None:
    """Look, then write: what a careless programmer would do."""
    entry = first_entry(ballot)
    with transaction.atomic():
        if NamedVote.objects.filter(roll_entry=entry).exists():
            raise IntegrityError
        together.wait(20)
        NamedVote.objects.create(
            roll_entry=entry,
            option=ballot.options.get(code="yes"),
            cast_by=entry.person,
            cast_at=NOW + DAY,
            idempotency_key=f"naive{number}",
            content_digest="0" * 64,
            receipt=f"NAIVE{number}",
        )


@pytest.fixture
def without_unique(ballot: Ballot) -> Iterator[None]:
    """Drop what holds one vote per right, and put it back on an emptied table."""
    found = """
    SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.conrelid IN ('councils_namedvote'::regclass, 'councils_voteversion'::regclass)
       AND c.contype = 'u' AND a.attname = 'roll_entry_id'
    """
    with connection.cursor() as cursor:
        cursor.execute(found)
        dropped = cursor.fetchall()
        assert len(dropped) == 3
        definitions = []
        for table, name in dropped:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
            definitions.append(cursor.fetchone()[0])
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        for table in ("councils_namedvote", "councils_voteversion"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for (table, name), definition in zip(dropped, definitions, strict=True):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


class TestCommittedMeansCounted:
    @pytest.mark.parametrize("after", [1, 10, 20, 35])
    def test_casting_against_closing(self, general: Ballot, race: Race, after: int) -> None:
        entries = list(general.roll.select_related("person", "ballot"))
        some_are_in = threading.Semaphore(0)

        def cast_and_tell(entry: RollEntry) -> Receipt:
            receipt = caster(entry, "yes", "k")()
            some_are_in.release()
            return receipt

        def close() -> None:
            for _ in range(after):
                assert some_are_in.acquire(timeout=30)
            ballot_close(ballot=general, by=None, now=LATER)

        race.run([close, *[partial(cast_and_tell, entry) for entry in entries]])
        assert all(isinstance(error, TooLate) for error in race.raised)
        receipts = {result.code for result in race.returned if result}
        assert len(receipts) + len(race.raised) == len(entries)
        assert len(receipts) >= after
        assert tallied(general) == receipts

    def test_a_cast_under_way_is_waited_for(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paused_cast_against_close(ballot, race, monkeypatch)
        assert race.raised == []
        assert tallied(ballot) == {receipt.code for receipt in race.returned if receipt} != set()

    def test_the_database_alone_holds_it(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(votes, "ballot_shared", lambda pk: Ballot.objects.get(pk=pk))
        paused_cast_against_close(ballot, race, monkeypatch)
        assert [type(error) for error in race.raised] == [IntegrityError]
        assert "takes no votes" in str(race.raised[0])
        assert tallied(ballot) == set()
        assert counted(ballot) == 0

    def test_control_without_locks_a_receipt_is_lost(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch, without_vote_trigger: None
    ) -> None:
        monkeypatch.setattr(votes, "ballot_shared", lambda pk: Ballot.objects.get(pk=pk))
        paused_cast_against_close(ballot, race, monkeypatch)
        assert race.raised == []
        receipts = {receipt.code for receipt in race.returned if receipt}
        assert len(receipts) == 1
        assert tallied(ballot) == set()


def tallied(ballot: Ballot) -> set[str]:
    """Return the receipts that the record says were counted, which the result's number must agree with."""
    ballot.refresh_from_db()
    closing = Entry.objects.get(kind="ballot.closed", subject=ballot.subject)
    receipts = {vote["receipt"] for vote in closing.body["votes"]}
    assert ballot.result["votes"] == len(closing.body["votes"]) == len(receipts)
    return receipts


def paused_cast_against_close(ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cast, pause before writing until somebody has tried to close for a second, then write."""
    looked = threading.Event()
    original = votes.receipt_code

    def after_a_close_was_tried(*arguments: Any) -> str:
        looked.set()
        time.sleep(1.0)
        return original(*arguments)

    def close() -> None:
        assert looked.wait(20)
        ballot_close(ballot=ballot, by=None, now=LATER)

    monkeypatch.setattr(votes, "receipt_code", after_a_close_was_tried)
    race.run([close, caster(first_entry(ballot), "yes", "k")])


@pytest.fixture
def without_vote_trigger(ballot: Ballot) -> Iterator[None]:
    """Switch off the trigger that share-locks the ballot on every vote."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_namedvote DISABLE TRIGGER vote_is_proper")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_namedvote ENABLE TRIGGER vote_is_proper")


class TestConductors:
    def test_one_of_many_closes(self, ballot: Ballot, race: Race) -> None:
        race.run([partial(ballot_close, ballot=ballot, by=None, now=LATER)] * 12)
        assert len(race.returned) == 1
        assert all(isinstance(error, TooLate) for error in race.raised)
        assert Entry.objects.filter(kind="ballot.closed").count() == 1

    def test_one_of_many_opens(self, world: World, race: Race) -> None:
        motion, carla = world.motion(), world.person("carla")
        race.run([partial(ballot_open, motion=motion, by=carla, now=NOW)] * 12)
        assert len(race.returned) == 1
        assert all(isinstance(error, TooLate) for error in race.raised)
        assert Ballot.objects.count() == 1

    def test_motions_get_numbers_of_their_own(self, world: World, race: Race) -> None:
        delegate = world.person("delegate1")
        council = world.metal
        race.run([partial(world.motion, council=council, by=delegate, title=f"No {n}") for n in range(12)])
        assert race.raised == []
        assert sorted(motion.number for motion in race.returned) == list(range(1, 13))


class TestServicesCombined:
    """Several services in one transaction, in opposite orders, never wait for each other in a circle."""

    def test_they_do_not_deadlock(self, world: World, race: Race) -> None:
        both_orders(world, race)
        assert race.raised == []
        assert Motion.objects.count() == 4

    def test_control_without_the_order_of_locks_they_do(
        self, world: World, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(motions, "chain_first", lambda: None)
        both_orders(world, race)
        assert [type(error) for error in race.raised] == [OperationalError]
        assert "deadlock detected" in str(race.raised[0])


def both_orders(world: World, race: Race) -> None:
    one, other = world.metal, world.council("board")
    delegate, bruno, started = world.person("delegate1"), world.person("bruno"), threading.Event()

    @transaction.atomic
    def forwards() -> None:
        world.motion(council=one, by=delegate)
        started.set()
        time.sleep(0.7)
        world.motion(council=other, by=bruno)

    @transaction.atomic
    def backwards() -> None:
        assert started.wait(20)
        world.motion(council=other, by=bruno)
        world.motion(council=one, by=delegate)

    race.run([forwards, backwards])
