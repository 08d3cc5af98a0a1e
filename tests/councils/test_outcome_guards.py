"""What PostgreSQL itself refuses in decisions: results that the votes do not make, and what begins as decided."""

import json
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from councils.models import Ballot, Election
from councils.services import ballot_open
from councils.tally import STATUS_QUO, Rule, tally
from tests.councils.test_guards import cast, refused
from tests.councils.world import LATER, NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open ballot of the metal council in which its first delegate has voted yes."""
    opened = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    cast(world, opened, 1, "yes")
    return opened


TRUE = {
    "votes": 1,
    "counts": {"yes": 1, "no": 0, "abstain": 0},
    "eligible": 5,
    "cast": 1,
    "outcome": "carried",
}


@pytest.mark.parametrize(
    "lie",
    [
        {"outcome": "lost"},
        {"counts": {"yes": 999, "no": 0, "abstain": 0}, "cast": 999},
        {"counts": {"yes": 0, "no": 1, "abstain": 0}},
        {"eligible": 1},
        {"cast": 5},
    ],
)
def test_a_result_that_the_votes_do_not_make(ballot: Ballot, lie: dict[str, Any]) -> None:
    closing = "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s"
    refused("ballot_tells_its_count", closing, LATER, json.dumps(TRUE | lie))
    with connection.cursor() as cursor:
        cursor.execute(closing, [LATER, json.dumps(TRUE)])


@given(
    rule=st.sampled_from(["majority_of_cast", "majority_of_eligible"]),
    threshold=st.fractions(0, 1, max_denominator=7),
    strict=st.booleans(),
    quorum=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
    votes=st.tuples(*[st.integers(0, 6)] * 4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_the_database_counts_as_the_tally_does(
    db: None, rule: str, threshold: Fraction, strict: bool, quorum: Fraction, votes: tuple[int, ...]
) -> None:
    yes, no, abstain, _away = votes
    counts, eligible = {"yes": yes, "no": no, "abstain": abstain}, sum(votes)
    told = tally(Rule(rule, threshold, strict), quorum, counts, eligible, tie_break=STATUS_QUO)
    params = json.dumps({"threshold": str(threshold), "strict": strict})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT councils_outcome(%s, %s::jsonb, %s, %s, %s, %s, %s)",
            [rule, params, str(quorum), yes, no, abstain, eligible],
        )
        assert cursor.fetchone() == (told.outcome,)


def test_nothing_begins_as_decided(world: World, ballot: Ballot) -> None:
    copied = "council_id, title, text, layer, mechanism, subject_kind, moved_by_id, hat, prescribed, moved_at"
    insert = (
        f"INSERT INTO councils_motion (public_id, number, state, decided_at, {copied}) "
        f"SELECT gen_random_uuid(), 77, %s, %s, {copied} FROM councils_motion LIMIT 1"
    )
    for state in ("carried", "lost", "voting", "withdrawn"):
        refused("motion_begins_as_moved", insert, state, NOW)
    with pytest.raises(IntegrityError, match="begins with its nominations"), transaction.atomic():
        Election.objects.create(
            council=world.metal, target=world.metal, title="x", role="delegate", places=1, rule="stv",
            nominations_until=NOW, term_from=NOW.date(), created_by=world.person("carla"), created_at=NOW, state="decided",
        )  # fmt: skip
