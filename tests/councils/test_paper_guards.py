"""What PostgreSQL refuses in secret votes, whoever writes and by whatever means: each test goes behind Python's back."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from councils.models import Ballot, Mark, Paper
from councils.services import ballot_close
from tests.councils.secret import entries, put, secret_ballot
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.models import Person

pytestmark = pytest.mark.django_db
CAST = "INSERT INTO councils_casting (roll_entry_id, tracker, choice, cast_by_id, cast_at) VALUES (%s, %s, %s, %s, %s)"


@pytest.fixture
def ballot(world: World) -> Ballot:
    """A secret vote in which one paper was cast."""
    opened = secret_ballot(world)
    put(entries(opened)[0], "yes")
    return opened


def casting(ballot: Ballot, **changes: Any) -> list[Any]:
    entry = entries(ballot)[1]
    given = {"entry": entry.pk, "tracker": "B" * 20, "choice": ["no"], "by": entry.person_id, "at": NOW + DAY}
    found = {**given, **changes}
    return [found["entry"], found["tracker"], json.dumps(found["choice"]), found["by"], found["at"]]


def urn(ballot: Ballot) -> str:
    return f"urns.b{ballot.public_id.hex}"


def test_a_proper_paper_is_taken_so_the_refusals_below_mean_something(ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CAST, casting(ballot))
    assert Mark.objects.count() == 2


@pytest.mark.parametrize(
    ("by", "change"),
    [
        ("paper_while_open_only", {"at": LATER}),
        ("paper_while_open_only", {"at": NOW - DAY}),
        ("paper_while_open_only", {"at": None}),
        ("paper_by_its_holder_only", {"by": None}),
        ("paper_has_a_tracker", {"tracker": "short"}),
        ("paper_has_a_tracker", {"tracker": "b" * 20}),
        ("paper_has_a_tracker", {"tracker": None}),
        ("paper_names_its_options", {"choice": ["maybe"]}),
        ("paper_names_its_options", {"choice": ["yes", "no"]}),
        ("paper_names_its_options", {"choice": ["yes", "yes"]}),
        ("paper_names_its_options", {"choice": []}),
        ("paper_names_its_options", {"choice": "yes"}),
        ("paper_names_its_options", {"choice": {"yes": 1}}),
    ],
)
def test_what_no_paper_may_be(ballot: Ballot, by: str, change: dict[str, Any]) -> None:
    refused(by, CAST, *casting(ballot, **change))


def test_others_and_the_superuser_cast_nothing(ballot: Ballot) -> None:
    first, second, *_ = entries(ballot)
    refused("paper_by_its_holder_only", CAST, *casting(ballot, by=first.person_id))
    Person.objects.filter(pk=second.person_id).update(is_superuser=True)
    refused("paper_by_its_holder_only", CAST, *casting(ballot))


def test_a_second_paper_for_one_right(ballot: Ballot) -> None:
    first = entries(ballot)[0]
    with (
        pytest.raises(IntegrityError, match="councils_mark_pkey"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(CAST, casting(ballot, entry=first.pk, by=first.person_id))


def test_marks_and_papers_come_from_casting_only(ballot: Ballot) -> None:
    second = entries(ballot)[1]
    refused("papers_are_cast", "INSERT INTO councils_mark (roll_entry_id) VALUES (%s)", second.pk)
    refused("papers_are_cast", f"INSERT INTO {urn(ballot)} (tracker, choice) VALUES ('x', '[]')")
    refused(
        "papers_are_cast",
        "INSERT INTO councils_paper (ballot_id, tracker, choice) VALUES (%s, 'x', '[]')",
        ballot.pk,
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE councils_mark SET roll_entry_id = roll_entry_id",
        "DELETE FROM councils_mark",
        "TRUNCATE councils_mark",
        "UPDATE councils_paper SET choice = '[]'",
        "DELETE FROM councils_paper",
        "TRUNCATE councils_paper",
        "UPDATE {urn} SET choice = '[\"no\"]'",
        "DELETE FROM {urn}",
        "TRUNCATE {urn}",
    ],
)
def test_nothing_is_changed_or_taken_back(ballot: Ballot, change: str) -> None:
    refused("councils_history_stays", change.format(urn=urn(ballot)))


def test_papers_after_the_close_or_in_a_named_vote(world: World, ballot: Ballot) -> None:
    late = casting(ballot)
    ballot_close(ballot=ballot, by=None, now=LATER)
    refused("paper_while_open_only", CAST, *late)
    from councils.services import ballot_open

    named = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    refused("paper_while_open_only", CAST, *casting(named))


def test_a_close_that_is_early_or_leaves_out_a_paper(ballot: Ballot) -> None:
    closing = "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s"
    refused("ballot_not_closed_early", closing, NOW + DAY, '{"votes": 1, "outcome": "carried"}')
    refused("ballot_counts_every_paper", closing, LATER, '{"votes": 0, "outcome": "lost"}')


def test_a_paper_slipped_into_the_urn_stops_the_close(ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {urn(ballot)} DISABLE TRIGGER USER")
        cursor.execute(f"INSERT INTO {urn(ballot)} (tracker, choice) VALUES ('X', '[\"no\"]')")
        cursor.execute(f"ALTER TABLE {urn(ballot)} ENABLE TRIGGER USER")
    with pytest.raises(DatabaseError, match="2 papers and 1 marks"), transaction.atomic():
        ballot_close(ballot=ballot, by=None, now=LATER)
    assert not Paper.objects.exists()


def test_heavy_papers_do_not_open(world: World, ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO councils_ballot (public_id, council_id, question, rule, params, secrecy, quorum, tie_break,"
            " weighted, state, closes_at, void_reason, roll_size, roll_digest, opened_at, created_at)"
            " SELECT gen_random_uuid(), council_id, question, rule, params, secrecy, quorum, tie_break, true, 'draft',"
            " closes_at, '', 1, roll_digest, opened_at, created_at FROM councils_ballot"
        )
    refused(
        "ballot_secret_papers_weigh_one", "UPDATE councils_ballot SET state = 'open' WHERE state = 'draft'"
    )
