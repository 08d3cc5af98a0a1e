"""What somebody writes who can switch triggers off is found by holding the tables against the record."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from councils.models import Ballot
from councils.selectors.audit import audit
from councils.services import ballot_close, ballot_open, mandate_resign, vote_cast
from tests.councils.world import LATER, NOW, World

pytestmark = pytest.mark.django_db


@contextmanager
def triggers_off() -> Iterator[None]:
    tables = ["ballot", "charter", "mandate", "motion", "namedvote", "option", "rollentry", "voteversion"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE councils_{table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE councils_{table} ENABLE TRIGGER USER")


@pytest.fixture
def closed(world: World) -> Ballot:
    """A closed ballot with three votes, beside an open one with one vote; somebody has resigned."""
    for title in ("Lathe", "Press"):
        ballot = ballot_open(motion=world.motion(title=title), by=world.person("carla"), now=NOW)
        for number in range(1, 4 if title == "Lathe" else 2):
            vote_cast(
                ballot=ballot, right=world.seat(number).right, option="yes", by=world.person(f"delegate{number}"),
                idempotency_key="k", now=NOW,
            )  # fmt: skip
    lathe = Ballot.objects.get(question="Lathe")
    ballot_close(ballot=lathe, by=None, now=LATER)
    mandate_resign(mandate=world.person("delegate5").mandates.get(), by=world.person("delegate5"), now=LATER)
    return lathe


def test_when_all_agrees(closed: Ballot, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit() == []
    call_command("audit_councils")
    assert "as the public record says" in capsys.readouterr().out


CLOSED = "(SELECT id FROM councils_ballot WHERE question = 'Lathe')"
OPEN = "(SELECT id FROM councils_ballot WHERE question = 'Press')"
NO = "(SELECT id FROM councils_option o WHERE o.code = 'no' AND o.ballot_id = {})"
ROLL = "(SELECT id FROM councils_rollentry WHERE ballot_id = {})"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (f"UPDATE councils_namedvote SET option_id = {NO.format(CLOSED)} WHERE roll_entry_id IN {ROLL.format(CLOSED)}",
         "not the ones that were counted"),
        (f"UPDATE councils_namedvote SET option_id = {NO.format(OPEN)} WHERE roll_entry_id IN {ROLL.format(OPEN)}",
         "not the one its receipt stands for"),
        (f"DELETE FROM councils_namedvote WHERE roll_entry_id IN {ROLL.format(OPEN)}", "the journal holds is gone"),
        ("UPDATE councils_ballot SET result = jsonb_set(result, '{outcome}', '\"lost\"') WHERE state = 'closed'",
         "is not the one on the record"),
        (("UPDATE councils_ballot SET state = 'void', voided_at = now(), void_reason = 'x', closed_at = NULL, "
         "result = NULL WHERE state = 'closed'"), "was not closed as the record says"),
        ("UPDATE councils_ballot SET quorum = '1' WHERE state = 'open'", "changed after it opened"),
        (f"UPDATE councils_rollentry SET weight = 9 WHERE number = 1 AND ballot_id = {CLOSED}", "changed after it"),
        (f"UPDATE councils_option SET effect = 'yes' WHERE code = 'no' AND ballot_id = {CLOSED}", "changed after it"),
        ("UPDATE councils_motion SET text = 'x' WHERE title = 'Lathe'", "does not read as it was moved"),
        ("UPDATE councils_charter SET values = '{\"councils.quorum\": \"1\"}'", "is not the one that was adopted"),
        ("UPDATE councils_mandate SET role = 'member' WHERE role = 'delegate' AND resigned_at IS NULL",
         "not what the record says was given"),
        ("UPDATE councils_mandate SET resigned_at = NULL", "did not end as the record says"),
        (("INSERT INTO councils_mandate (public_id, council_id, person_id, role, term, held, obtained, created_at) "
         "SELECT gen_random_uuid(), council_id, person_id, 'auditor', term, held, obtained, created_at "
         "FROM councils_mandate WHERE role = 'registrar'"), "was never entered on the record"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(closed: Ballot, statement: str, found: str) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount
    findings = audit()
    assert any(found in finding for finding in findings), findings
    with pytest.raises(CommandError, match="findings"):
        call_command("audit_councils")
