"""Many sign at once: each counts once, and the last ones open exactly one vote. Each with its negative control."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection

from councils.models import Ballot, Motion, Petition, Signature
from councils.services import initiative_start, petition_sign, petitions
from tests.concurrency.conftest import Race
from tests.councils.secret import assembly
from tests.councils.world import NOW, World
from workplaces.errors import Refused, TooLate

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 30
NAMES = ["noah", "olga", *(f"member{n}" for n in range(4, 61))]


@pytest.fixture
def petition(world: World) -> Petition:
    """An initiative among sixty people that needs six signatures and has one."""
    works = assembly(world, 60)
    begun = initiative_start(council=works, title="Hours", text="Six.", by=world.person("mia"), now=NOW)
    assert begun.needed == 6
    return begun


def signer(world: World, petition: Petition, name: str) -> Callable[[], Any]:
    return partial(petition_sign, petition=petition, by=world.person(name), now=NOW)


def opened(petition: Petition) -> tuple[int, int]:
    """How many motions and ballots the petition brought about."""
    motions = Motion.objects.filter(council=petition.council, title="Hours")
    return motions.count(), Ballot.objects.filter(motion__in=motions).count()


def test_the_last_signers_open_one_vote(world: World, petition: Petition, race: Race) -> None:
    race.run([signer(world, petition, name) for name in NAMES[:RACERS]])
    petition.refresh_from_db()
    assert (opened(petition), petition.state) == ((1, 1), "reached")
    assert len(race.returned) == Signature.objects.count() - 1 == 5
    assert all(isinstance(error, TooLate) for error in race.raised), race.raised


def test_one_who_signs_many_times_counts_once(world: World, petition: Petition, race: Race) -> None:
    race.run([signer(world, petition, "noah")] * RACERS)
    assert (len(race.returned), Signature.objects.count(), opened(petition)) == (1, 2, (0, 0))
    assert all(isinstance(error, Refused) for error in race.raised), race.raised


def almost(world: World, petition: Petition) -> None:
    """Bring it to one signature less than needed."""
    for name in NAMES[:4]:
        petition_sign(petition=petition, by=world.person(name), now=NOW)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the locks away, and let each of two signers count before either goes on."""
    monkeypatch.setattr(petitions, "chain_first", lambda: None)
    monkeypatch.setattr(petitions, "locked", lambda row, related=(): type(row).objects.get(pk=row.pk))
    both_counted, count = threading.Barrier(2), petitions.signed

    def counted(row: Petition) -> int:
        number = count(row)
        both_counted.wait(20)
        return number

    monkeypatch.setattr(petitions, "signed", counted)


def test_without_locks_the_database_still_opens_one(
    world: World, petition: Petition, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    almost(world, petition)
    without_locks(monkeypatch)
    race.run([signer(world, petition, name) for name in NAMES[4:6]])
    assert (len(race.returned), len(race.raised), opened(petition)) == (1, 1, (1, 1))


def test_control_without_locks_and_constraints_two_votes_open(
    world: World, petition: Petition, race: Race, monkeypatch: pytest.MonkeyPatch, without_guards: None
) -> None:
    almost(world, petition)
    without_locks(monkeypatch)
    race.run([signer(world, petition, name) for name in NAMES[4:6]])
    assert race.raised == []
    assert opened(petition) == (2, 2)


def test_control_without_locks_the_last_two_open_nothing(
    world: World, petition: Petition, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the two who make six together sees five: what the locks are for."""
    for name in NAMES[:3]:
        petition_sign(petition=petition, by=world.person(name), now=NOW)
    without_locks(monkeypatch)
    race.run([signer(world, petition, name) for name in NAMES[3:5]])
    assert race.raised == []
    assert (Signature.objects.count(), opened(petition)) == (6, (0, 0))


def test_control_without_the_constraint_a_signature_is_doubled(
    world: World, petition: Petition, race: Race, monkeypatch: pytest.MonkeyPatch, without_guards: None
) -> None:
    without_locks(monkeypatch)
    race.run([signer(world, petition, "noah")] * 2)
    assert race.raised == []
    assert Signature.objects.filter(person=world.person("noah")).count() == 2


@pytest.fixture
def without_guards(petition: Petition) -> Iterator[None]:
    """Drop what holds one signature per person and one motion per subject, and the triggers of both tables."""
    names = ("signature_once", "motion_one_open_per_subject")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(names)])
        definitions = [row[0] for row in cursor.fetchall()]
        assert len(definitions) == 2
        cursor.execute("DROP INDEX signature_once, motion_one_open_per_subject")
        cursor.execute("ALTER TABLE councils_petition DISABLE TRIGGER petition_is_proper")
        cursor.execute("ALTER TABLE councils_signature DISABLE TRIGGER signature_is_proper")
    yield
    with connection.cursor() as cursor:
        tables = (
            "signature",
            "namedvote",
            "rollentry",
            "option",
            "ballot",
            "petition",
            "motionversion",
            "motion",
        )
        for table in tables:
            cursor.execute(f"ALTER TABLE councils_{table} DISABLE TRIGGER USER")
        for table in tables:
            cursor.execute(f"DELETE FROM councils_{table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE councils_{table} ENABLE TRIGGER USER")
        for definition in definitions:
            cursor.execute(definition)
