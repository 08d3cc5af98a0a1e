"""Words that change while their vote opens: one of the two waits for the other, even past the services' locks."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from councils.models import Ballot
from councils.services import ballot_open, ballot_void
from tests.concurrency.conftest import Race
from tests.councils.test_question_guards import drafted_like
from tests.councils.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(world: World) -> Ballot:
    """A draft of a vote on a motion whose first vote was declared void."""
    ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    ballot_void(ballot=ballot, reason="x", by=world.person("carla"), now=NOW)
    return drafted_like(ballot)


@pytest.fixture
def without_hold(draft: Ballot) -> Iterator[Ballot]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_holds_its_question")
    yield draft
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_ballot ENABLE TRIGGER ballot_holds_its_question")


def change_meanwhile(draft: Ballot, race: Race) -> Race:
    """Change the motion from another connection while the vote has been opened and not committed."""

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL lock_timeout = '200ms'; UPDATE councils_motion SET state = 'withdrawn', decided_at = moved_at"
            )

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE councils_ballot SET state = 'open' WHERE id = %s", [draft.pk])
        return race.run([change])


def test_the_motion_waits_until_its_vote_is_open(draft: Ballot, race: Race) -> None:
    change_meanwhile(draft, race)
    (error,) = race.raised
    assert isinstance(error, OperationalError)
    assert "lock timeout" in str(error)


def test_control_without_the_hold_a_vote_is_open_on_what_is_withdrawn(
    without_hold: Ballot, race: Race
) -> None:
    assert change_meanwhile(without_hold, race).raised == []
