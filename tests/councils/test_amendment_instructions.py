"""Votes on amendments take instructions like votes on motions."""

from typing import Any

import pytest

from councils.models import Amendment, Ballot, Council, Instruction, NamedVote
from councils.selectors.audit import audit
from councils.selectors.instructions import instructions_on
from councils.services import ballot_close, ballot_open, instruction_propose, vote_cast
from councils.services.amendments import amendment_open, amendment_propose, amendment_withdraw
from tests.api.test_elections import API, session
from tests.councils.test_guards import refused
from tests.councils.test_instructions import bind, decide, deciding
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, World
from workplaces.errors import Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    """The assembly that sent delegate1 to the metal council."""
    return world.council("workplace", "Works 1")


@pytest.fixture
def amendment(world: World) -> Amendment:
    return amendment_propose(
        motion=world.motion(),
        version=1,
        title="Buy two",
        text="Together.",
        by=world.person("delegate2"),
        now=NOW,
    )


def propose(world: World, works: Council, amendment: Amendment | None, **changes: Any) -> Instruction:
    given = {"sender": works, "council": world.metal, "answer": "no", "reason": "One is enough.", "now": NOW}
    return instruction_propose(**{**given, "amendment": amendment, "by": world.person("mia"), **changes})


def instruct(world: World, works: Council, amendment: Amendment) -> Instruction:
    made = propose(world, works, amendment)
    decide(world, deciding(made), "mia", "noah", "olga")
    made.refresh_from_db()
    return made


def cast(world: World, ballot: Ballot, option: str, key: str = "k") -> None:
    vote_cast(
        ballot=ballot, right=world.seat(1).right, option=option, by=world.person("delegate1"), idempotency_key=key,
        now=NOW + DAY,
    )  # fmt: skip


def test_it_holds_in_the_vote_on_the_amendment_and_nowhere_else(
    world: World, works: Council, amendment: Amendment
) -> None:
    made = instruct(world, works, amendment)
    assert (made.state, made.motion, made.amendment) == ("in_force", amendment.motion, amendment)
    ballot = amendment_open(amendment=amendment, by=world.person("carla"), now=NOW)
    ballot = Ballot.objects.get(amendment=amendment)
    assert instructions_on(ballot) == {works.pk: made}
    cast(world, ballot, "yes")  # taken, and shown
    ballot_close(ballot=ballot, by=None, now=NOW + 8 * DAY)
    body = Entry.objects.get(kind="ballot.closed", subject=ballot.subject).body
    assert [(row["answer"], row["followed"]) for row in body["instructions"]] == [("no", False)]
    motion = amendment.motion
    motion.refresh_from_db()
    whole = ballot_open(motion=motion, by=world.person("carla"), now=NOW + 8 * DAY)
    assert instructions_on(whole) == {}
    assert audit() == []


def test_one_on_the_motion_does_not_bind_in_the_vote_on_its_amendment(
    world: World, works: Council, amendment: Amendment
) -> None:
    bind(world)
    made = propose(world, works, None, motion=amendment.motion)
    decide(world, deciding(made), "mia", "noah", "olga")
    amendment_open(amendment=amendment, by=world.person("carla"), now=NOW)
    cast(world, Ballot.objects.get(amendment=amendment), "yes")


def test_where_the_charter_binds_neither_service_nor_database_takes_another_vote(
    world: World, works: Council, amendment: Amendment
) -> None:
    bind(world)
    instruct(world, works, amendment)
    amendment_open(amendment=amendment, by=world.person("carla"), now=NOW)
    ballot = Ballot.objects.get(amendment=amendment)
    with pytest.raises(Refused, match="instructed you to vote"):
        cast(world, ballot, "yes")
    cast(world, ballot, "no")
    refused(
        "vote_follows_instruction",
        "UPDATE councils_namedvote SET revision = 2, receipt = repeat('R', 32), idempotency_key = 'x', option_id = %s"
        " WHERE roll_entry_id = %s",
        ballot.options.get(code="yes").pk,
        ballot.roll.get(person=world.person("delegate1")).pk,
    )
    assert NamedVote.objects.get(roll_entry__ballot=ballot).option == ballot.options.get(code="no")


def test_what_is_decided_too_late_comes_to_nothing(
    world: World, works: Council, amendment: Amendment
) -> None:
    made = propose(world, works, amendment)
    amendment_withdraw(amendment=amendment, by=world.person("delegate2"), now=NOW)
    decide(world, deciding(made), "mia", "noah", "olga")
    made.refresh_from_db()
    assert made.state == "dropped"
    assert Entry.objects.get(kind="instruction.dropped").body["why"] == "overtaken"
    amendment.refresh_from_db()
    with pytest.raises(TooLate, match="Amendment 1 is already withdrawn"):
        propose(world, works, amendment)


def test_the_database_puts_none_in_force_on_a_decided_amendment(
    world: World, works: Council, amendment: Amendment
) -> None:
    made = propose(world, works, amendment)
    amendment_withdraw(amendment=amendment, by=world.person("delegate2"), now=NOW)
    decide(
        world,
        motion := world.motion(council=works, by=world.person("mia"), title="So"),
        "mia",
        "noah",
        "olga",
    )
    force = "UPDATE councils_instruction SET state = 'in_force', in_force_at = now(), decided_by_id = %s WHERE id = %s"
    refused("instruction_in_time", force, motion.pk, made.pk)
    refused("instruction_stays", "UPDATE councils_instruction SET amendment_id = NULL")


def test_by_page_and_by_program(world: World, works: Council, amendment: Amendment) -> None:
    mia = signed_in(world, "mia")
    question = f"amendment:{amendment.public_id}"
    assert question in text(mia.get(url("instruction_new", works)))
    sent = {"question": question, "answer": "no", "reason": "One is enough.", "decided_by": ""}
    page = mia.post(url("instruction_new", works), sent, follow=True)
    assert "amendment 1 to Buy a lathe" in text(page)
    body = {"sender": str(works.public_id), "council": str(world.metal.public_id),
            "amendment": str(amendment.public_id), "answer": "no", "reason": "One is enough."}  # fmt: skip
    told = session(world, "mia").post(f"{API}instructions/", body, format="json")
    assert told.status_code == 201, told.content
    assert told.json()["amendment"] == str(amendment.public_id)
    assert Instruction.objects.filter(amendment=amendment).count() == 2
