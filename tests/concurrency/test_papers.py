"""Secret papers, many at once: one right one paper, committed means counted. Each with its negative control."""

import json
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from councils import urns
from councils.models import Ballot, Mark, Paper, RollEntry
from councils.services import Counted, ballot_close, papers
from councils.votes_written import tracker_new
from tests.concurrency.conftest import Race
from tests.councils.secret import assembly, entries, put, secret_ballot
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 200
CAST = "INSERT INTO councils_casting (roll_entry_id, tracker, choice, cast_by_id, cast_at) VALUES (%s, %s, %s, %s, %s)"


@pytest.fixture
def ballot(world: World) -> Ballot:
    """A secret vote of forty people."""
    return secret_ballot(world, council=assembly(world, 40))


def closed_papers(ballot: Ballot) -> dict[str, list[str]]:
    """Close, and return what was counted as the record lists it; result, table and record agree."""
    closed = ballot_close(ballot=ballot, by=None, now=LATER)
    listed = dict(Entry.objects.get(kind="ballot.closed", subject=ballot.subject).body["papers"])
    assert listed == dict(Paper.objects.filter(ballot=ballot).values_list("tracker", "choice"))
    assert closed.result["votes"] == sum(closed.result["counts"].values()) == len(listed)
    return listed


class TestOneRightOnePaper:
    def test_two_hundred_racers_with_papers_of_their_own(self, ballot: Ballot, race: Race) -> None:
        entry = entries(ballot)[0]
        race.in_lanes([partial(put, entry, ("yes", "no")[n % 2]) for n in range(RACERS)])
        assert len(race.returned) == 1
        assert len(race.raised) == RACERS - 1
        assert {type(error) for error in race.raised} == {Refused}
        winner = race.returned[0]
        assert closed_papers(ballot) == {winner.tracker: list(winner.choice)}

    def test_two_hundred_retries_of_one_paper(self, ballot: Ballot, race: Race) -> None:
        tracker = tracker_new()
        race.in_lanes([partial(put, entries(ballot)[0], "yes", tracker=tracker)] * RACERS)
        assert race.raised == []
        assert [counted.is_repeated for counted in race.returned].count(False) == 1
        assert closed_papers(ballot) == {tracker: ["yes"]}

    def test_retries_against_other_content(self, ballot: Ballot, race: Race) -> None:
        tracker, entry = tracker_new(), entries(ballot)[0]
        race.in_lanes([partial(put, entry, ("yes", "no")[n % 2], tracker=tracker) for n in range(80)])
        assert {type(error) for error in race.raised} == {Refused}
        assert len(race.raised) == 40, "those who asked for the other answer"
        assert len(closed_papers(ballot)) == 1

    def test_writers_behind_pythons_back(self, ballot: Ballot, race: Race) -> None:
        race.run([partial(naive, entries(ballot)[0], threading.Barrier(1))] * 40)
        assert len(race.returned) == 1
        assert all(isinstance(error, IntegrityError) for error in race.raised)
        assert len(closed_papers(ballot)) == 1

    def test_control_without_the_key_the_race_is_lost(
        self, ballot: Ballot, race: Race, without_key: None
    ) -> None:
        race.run([partial(naive, entries(ballot)[0], threading.Barrier(8))] * 8)
        assert race.raised == []
        assert Mark.objects.count() == 8
        assert len(closed_papers(ballot)) == 8

    def test_control_without_the_lock_retries_collide(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together, original = threading.Barrier(2), urns.cast

        def after_both_looked(*arguments: Any) -> None:
            together.wait(20)
            original(*arguments)

        monkeypatch.setattr(papers, "roll_entry_held", lambda _entry: None)
        monkeypatch.setattr(urns, "cast", after_both_looked)
        race.run([partial(put, entries(ballot)[0], "yes", tracker=tracker_new())] * 2)
        assert [type(error) for error in race.raised] == [IntegrityError]
        assert len(closed_papers(ballot)) == 1


def naive(entry: RollEntry, together: threading.Barrier) -> str:
    """Look, then write: what a careless programmer would do."""
    with transaction.atomic():
        if Mark.objects.filter(roll_entry=entry).exists():
            raise IntegrityError
        together.wait(20)
        with connection.cursor() as cursor:
            cursor.execute(CAST, [entry.pk, tracker_new(), json.dumps(["yes"]), entry.person_id, NOW + DAY])
    return "cast"


@pytest.fixture
def without_key(ballot: Ballot) -> Iterator[None]:
    """Drop what holds one mark per right, and put it back on an emptied table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_mark DROP CONSTRAINT councils_mark_pkey")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_mark DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM councils_mark")
        cursor.execute("ALTER TABLE councils_mark ENABLE TRIGGER USER")
        cursor.execute(
            "ALTER TABLE councils_mark ADD CONSTRAINT councils_mark_pkey PRIMARY KEY (roll_entry_id)"
        )


class TestCommittedMeansCounted:
    @pytest.mark.parametrize("after", [1, 15, 35])
    def test_casting_against_closing(self, ballot: Ballot, race: Race, after: int) -> None:
        some_are_in = threading.Semaphore(0)

        def cast_and_tell(entry: RollEntry) -> Counted:
            counted = put(entry, "yes")
            some_are_in.release()
            return counted

        def close() -> None:
            for _ in range(after):
                assert some_are_in.acquire(timeout=30)
            ballot_close(ballot=ballot, by=None, now=LATER)

        roll = entries(ballot)
        race.run([close, *[partial(cast_and_tell, entry) for entry in roll]])
        assert all(isinstance(error, TooLate) for error in race.raised)
        told = {counted.tracker for counted in race.returned if counted}
        assert len(told) + len(race.raised) == len(roll)
        assert len(told) >= after
        assert set(Paper.objects.values_list("tracker", flat=True)) == told
        assert Mark.objects.count() == len(told)

    def test_a_cast_under_way_is_waited_for(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paused_cast_against_close(ballot, race, monkeypatch)
        assert race.raised == []
        told = {counted.tracker for counted in race.returned if counted}
        assert len(told) == 1
        assert set(Paper.objects.values_list("tracker", flat=True)) == told

    def test_the_database_alone_holds_it(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(papers, "ballot_shared", lambda pk: Ballot.objects.get(pk=pk))
        paused_cast_against_close(ballot, race, monkeypatch)
        assert len(race.raised) == 1, "one of the two has to give way"
        told = {counted.tracker for counted in race.returned if counted}
        if told:
            assert set(closed_papers(ballot)) == told
        else:
            assert not Paper.objects.exists()
            assert not Mark.objects.exists()

    def test_control_without_the_databases_check_a_paper_is_lost(
        self, ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch, urn_that_stays: None
    ) -> None:
        """No lock in Python, none in the trigger, and an urn that outlives the close: told "counted", and not."""
        monkeypatch.setattr(papers, "ballot_shared", lambda pk: Ballot.objects.get(pk=pk))
        paused_cast_against_close(ballot, race, monkeypatch)
        assert race.raised == []
        assert len([counted for counted in race.returned if counted]) == 1
        assert not Paper.objects.exists()


@pytest.fixture
def urn_that_stays(ballot: Ballot) -> Iterator[None]:
    """Take the share-lock and the look at the state out of casting, and the dropping of the urn out of closing."""
    changes = {
        "paper_is_proper": (("FOR SHARE", ""), ("IF ballot.state IS DISTINCT FROM 'open'", "IF false")),
        "ballot_keeps_its_secrets": (("EXECUTE format('DROP TABLE %s', urn);", ""),),
    }
    before = {}
    for name, pairs in changes.items():
        before[name] = definition(name)
        careless = before[name]
        for good, bad in pairs:
            assert good in careless
            careless = careless.replace(good, bad)
        run(careless)
    yield
    for text in before.values():
        run(text)


def definition(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [name])
        return str(cursor.fetchone()[0])


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def paused_cast_against_close(ballot: Ballot, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cast, pause before writing until somebody has tried to close for a second, then write."""
    looked, original = threading.Event(), urns.cast

    def after_a_close_was_tried(*arguments: Any) -> None:
        looked.set()
        time.sleep(1.0)
        original(*arguments)

    def close() -> None:
        assert looked.wait(20)
        ballot_close(ballot=ballot, by=None, now=LATER)

    monkeypatch.setattr(urns, "cast", after_a_close_was_tried)
    race.run([close, partial(put, entries(ballot)[0], "yes")])
