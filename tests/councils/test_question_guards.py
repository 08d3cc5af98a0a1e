"""What is being voted on waits for its vote, whoever writes: a motion, an amendment, an election; and no state is made up."""

from typing import Any

import pytest
from django.db import connection

from councils.models import Ballot, Election, Motion, Nomination
from councils.services import (
    ballot_close,
    ballot_open,
    ballot_void,
    election_open,
    nomination_withdraw,
)
from councils.services.amendments import amendment_open, amendment_propose
from tests.councils.secret import entries, put, secret_ballot
from tests.councils.test_elections import CLOSES, OPENS, call, stand
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World

pytestmark = pytest.mark.django_db
WAITS = "question_waits_for_its_vote"


def run(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def drafted_like(ballot: Ballot) -> Ballot:
    """Return a draft of the same vote, which only its opening is missing to; written behind Python's back."""
    copied = "council_id, motion_id, question, wording, rule, params, secrecy, quorum, tie_break, weighted, "
    copied += "closes_at, created_at"
    run(
        "INSERT INTO councils_ballot (public_id, state, void_reason, roll_size, roll_digest, opened_at, "
        f"{copied}) SELECT gen_random_uuid(), 'draft', '', 5, repeat('a', 64), opened_at, {copied} FROM councils_ballot"
    )
    draft = Ballot.objects.get(state="draft")
    run(
        "INSERT INTO councils_option (ballot_id, number, code, label, effect) SELECT %s, number, code, label, effect "
        "FROM councils_option WHERE ballot_id = %s",
        draft.pk,
        ballot.pk,
    )
    run(
        'INSERT INTO councils_rollentry (ballot_id, number, "right", person_id, name, represents, weight) '
        "SELECT %s, number, \"right\", person_id, name, '', 1 FROM councils_rollentry WHERE ballot_id = %s",
        draft.pk,
        ballot.pk,
    )
    return draft


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open vote on a motion of the metal council."""
    return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)


@pytest.mark.usefixtures("ballot")
def test_a_motion_goes_back_to_no_other_words_while_it_is_voted_on() -> None:
    refused(WAITS, "UPDATE councils_motion SET state = 'moved'")


def test_a_vote_that_was_opened_past_its_motion_holds_it_all_the_same(world: World, ballot: Ballot) -> None:
    """Somebody voids the vote, drafts one like it and opens that without taking the motion along."""
    ballot_void(ballot=ballot, reason="x", by=world.person("carla"), now=NOW)
    refused(WAITS, "UPDATE councils_motion SET state = 'voting'")
    draft = drafted_like(ballot)
    run("UPDATE councils_ballot SET state = 'open' WHERE id = %s", draft.pk)
    refused(WAITS, "UPDATE councils_motion SET state = 'withdrawn', decided_at = moved_at")
    run("UPDATE councils_motion SET state = 'voting'")


def test_an_amendment_waits_for_its_vote(world: World) -> None:
    motion = world.motion()
    amendment = amendment_propose(
        motion=motion,
        title="Buy two lathes",
        text="Together.",
        version=1,
        by=world.person("delegate2"),
        now=NOW,
    )
    ballot = amendment_open(amendment=amendment, by=world.person("carla"), now=NOW)
    refused(WAITS, "UPDATE councils_amendment SET state = 'proposed'")
    ballot_close(ballot=ballot, by=None, now=LATER)
    assert Motion.objects.get().version == 1


@pytest.fixture
def elections(world: World) -> list[Election]:
    """Two elections, the first being voted on."""
    first = call(world)
    second = call(world, title="Another", council=first.council)
    stand(world, first, "mia", "noah")
    stand(world, second, "olga")
    election_open(election=first, by=None, now=OPENS)
    return [Election.objects.get(pk=election.pk) for election in (first, second)]


def test_an_election_waits_for_its_own_vote(world: World, elections: list[Election]) -> None:
    first, second = elections
    waits = "election_waits_for_its_vote"
    update = f"UPDATE councils_election SET state = %s, ballot_id = %s WHERE id = {first.pk}"
    refused(waits, update, "nominating", None)
    named = ballot_open(motion=world.motion(), by=world.person("carla"), now=OPENS)
    refused(
        waits,
        f"UPDATE councils_election SET state = 'voting', ballot_id = %s WHERE id = {second.pk}",
        named.pk,
    )
    other = secret_ballot(world, council=first.council, now=OPENS)
    refused(
        waits,
        f"UPDATE councils_election SET state = 'voting', ballot_id = %s WHERE id = {second.pk}",
        other.pk,
    )
    put(entries(other)[0], "yes", now=OPENS + DAY)
    ballot_close(ballot=other, by=None, now=CLOSES)
    refused(waits, update, "decided", other.pk)
    nomination_withdraw(election=second, by=world.person("olga"), now=NOW + 2 * DAY)
    refused(
        waits,
        f"UPDATE councils_election SET state = 'cancelled', ballot_id = %s WHERE id = {second.pk}",
        other.pk,
    )
    assert first.ballot is not None
    ballot_close(ballot=first.ballot, by=None, now=CLOSES)
    first.refresh_from_db()
    assert (first.state, Nomination.objects.filter(option__isnull=False).count()) == ("decided", 2)
