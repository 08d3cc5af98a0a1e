"""What somebody who can switch triggers off takes away, adds or moves on is found by the course of the record."""

from typing import Any

import pytest
from django.db import connection

from councils.models import Ballot, Motion
from councils.selectors.audit import audit
from councils.services import (
    ballot_open,
    ballot_void,
    election_open,
    initiative_start,
    motion_withdraw,
    petition_unsign,
)
from tests.councils.secret import assembly
from tests.councils.test_elections import OPENS, call, stand
from tests.councils.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(world: World) -> World:
    """A vote under way, one declared void, a motion withdrawn, an election being voted on, a petition signed."""
    works = assembly(world, 40)
    for title in ("Lathe", "Press"):
        ballot_open(motion=world.motion(title=title), by=world.person("carla"), now=NOW)
    press = Ballot.objects.get(question="Press")
    ballot_void(ballot=press, reason="Too early.", by=world.person("carla"), now=NOW)
    motion_withdraw(motion=world.motion(title="Crane"), by=world.person("delegate1"), now=NOW)
    petition = initiative_start(council=works, title="Hours", text="Six.", by=world.person("mia"), now=NOW)
    petition_unsign(petition=petition, by=world.person("mia"), now=NOW)
    initiative_start(council=works, title="Holidays", text="Six.", by=world.person("noah"), now=NOW)
    election = call(world, council=works)
    stand(world, election, "mia", "noah")
    election_open(election=election, by=None, now=OPENS)
    return world


def as_superuser(*statements: str) -> int:
    """Run statements without triggers and foreign keys; return how many rows they touched."""
    touched = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^councils_'")
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            touched += cursor.rowcount
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return touched


def test_an_honest_course_is_borne_out(busy: World) -> None:
    assert busy.motion(title="One more").state == "moved"
    assert audit() == []


LATHE = "(SELECT id FROM councils_motion WHERE title = 'Lathe')"
OPEN = f"(SELECT id FROM councils_ballot WHERE motion_id = {LATHE})"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE councils_motion SET state = 'carried', decided_at = moved_at WHERE title = 'Crane'"],
         "The motion “Crane” is carried, which the record does not say"),
        (["UPDATE councils_motion SET state = 'moved' WHERE title = 'Lathe'"], "The motion “Lathe” is moved"),
        (["UPDATE councils_ballot SET state = 'void', voided_at = opened_at, void_reason = 'x' WHERE question = 'Lathe'"],
         "The vote on “Lathe” is void, which the record does not say"),
        (["UPDATE councils_ballot SET state = 'open', voided_at = NULL, void_reason = '' WHERE question = 'Press'"],
         "The vote on “Press” is open"),
        ([f"DELETE FROM councils_rollentry WHERE ballot_id = {OPEN}", f"DELETE FROM councils_option WHERE ballot_id = {OPEN}",
          "DELETE FROM councils_ballot WHERE question = 'Lathe'"], "ballot:"),
        (["DELETE FROM councils_motionversion WHERE title = 'Crane'", "DELETE FROM councils_motion WHERE title = 'Crane'"],
         "motion:"),
        (["DELETE FROM councils_mandate WHERE role = 'registrar'"], "mandate:"),
        (["DELETE FROM councils_charter"], "charter:1 stands on the record and is gone"),
        (["DELETE FROM councils_signature WHERE withdrawn_at IS NULL"], "The signatures under petition:"),
        (["UPDATE councils_signature SET withdrawn_at = NULL"], "The signatures under petition:"),
        (["UPDATE councils_nomination SET statement = 'x' WHERE id = (SELECT min(id) FROM councils_nomination)"],
         "The candidates of “Our delegate”"),
        ([("UPDATE councils_nomination SET person_id = (SELECT max(id) FROM workplaces_person)"
          " WHERE id = (SELECT min(id) FROM councils_nomination)")], "The candidates of “Our delegate”"),
        ([("INSERT INTO councils_petition (public_id, council_id, kind, title, text, secrecy, roll_size, needed, closes_at,"
          " created_by_id, created_at, state) SELECT gen_random_uuid(), council_id, kind, 'y', text, secrecy, roll_size,"
          " needed, closes_at, created_by_id, created_at, 'collecting' FROM councils_petition LIMIT 1")],
         "was never entered on the record"),
    ],
)  # fmt: skip
def test_what_the_record_does_not_say_is_found(busy: World, statements: list[str], found: str) -> None:
    assert busy
    assert as_superuser(*statements)
    findings: list[Any] = audit()
    assert any(found in finding for finding in findings), findings


def test_nothing_is_found_where_nothing_was_touched(busy: World) -> None:
    assert busy
    assert as_superuser("UPDATE councils_motion SET state = state") == Motion.objects.count()
    assert audit() == []
