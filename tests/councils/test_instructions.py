"""Bound mandates: a body instructs those whom it sent, they see it, and the roll-call shows who followed."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from councils.models import Ballot, Charter, Council, Instruction, Motion, NamedVote
from councils.selectors.audit import audit
from councils.selectors.instructions import instructions_on
from councils.services import (
    ballot_close,
    ballot_open,
    instruction_enter,
    instruction_propose,
    motion_withdraw,
    vote_cast,
)
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    """The assembly that sent delegate1 to the metal council."""
    return world.council("workplace", "Works 1")


def propose(world: World, works: Council, **options: Any) -> Instruction:
    given = {
        "sender": works,
        "council": world.metal,
        "answer": "yes",
        "reason": "We need it.",
        "by": world.person("mia"),
    }
    return instruction_propose(**{**given, "now": NOW, **options})


def decide(world: World, motion: Motion, *yes: str, now: Any = NOW) -> None:
    """Let the assembly vote on a motion at once, by name: those named say yes, the others no."""
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=now)
    for name in ("mia", "noah", "olga"):
        person = world.person(name)
        vote_cast(
            ballot=ballot, right=f"person:{person.public_id}", option="yes" if name in yes else "no", by=person,
            idempotency_key="k", now=now,
        )  # fmt: skip
    ballot_close(ballot=ballot, by=None, now=now)


def deciding(instruction: Instruction) -> Motion:
    return Motion.objects.get(subject_kind="instruction", subject_id=instruction.public_id)


def instruct(world: World, works: Council, **options: Any) -> Instruction:
    """Propose and carry an instruction."""
    instruction = propose(world, works, **options)
    decide(world, deciding(instruction), "mia", "noah", now=options.get("now", NOW))
    instruction.refresh_from_db()
    return instruction


def cast(world: World, ballot: Ballot, number: int, option: str, key: str = "k") -> None:
    vote_cast(
        ballot=ballot, right=world.seat(number).right, option=option, by=world.person(f"delegate{number}"),
        idempotency_key=f"{key}{option}", now=NOW,
    )  # fmt: skip


def bind(world: World) -> None:
    """Let the charter refuse votes against an instruction."""
    with unguarded(Charter):
        Charter.objects.update(values={"councils.instructions": "refused"})


def test_the_body_decides_and_it_is_in_force(world: World, works: Council) -> None:
    motion = world.motion()
    instruction = propose(world, works, motion=motion)
    assert instruction.state == "proposed"
    assert deciding(instruction).title == "Instruct our delegates in Metal: vote yes on “Buy a lathe”"
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    assert instructions_on(ballot) == {}
    decide(world, deciding(instruction), "mia", "noah")
    instruction.refresh_from_db()
    assert (instruction.state, instruction.decided_by, instruction.in_force_at) == (
        "in_force",
        deciding(instruction),
        NOW,
    )
    assert instructions_on(ballot) == {works.pk: instruction}
    entry = Entry.objects.get(kind="instruction.given")
    assert (entry.subject, entry.body["answer"]) == (instruction.subject, "yes")
    assert audit() == []


def test_one_that_is_lost_or_withdrawn_comes_to_nothing(world: World, works: Council) -> None:
    lost, withdrawn = propose(world, works, motion=world.motion()), propose(world, works)
    decide(world, deciding(lost), "mia")
    motion_withdraw(motion=deciding(withdrawn), by=world.person("mia"), now=NOW)
    assert set(Instruction.objects.values_list("state", flat=True)) == {"dropped"}
    ballot = ballot_open(motion=world.motion(title="Other"), by=world.person("carla"), now=NOW)
    assert instructions_on(ballot) == {}


def test_one_motion_goes_before_the_kind_and_the_later_replaces(world: World, works: Council) -> None:
    motion = world.motion()
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    standing = instruct(world, works, answer="no")
    assert instructions_on(ballot) == {works.pk: standing}
    single = instruct(world, works, motion=motion, answer="yes")
    assert instructions_on(ballot) == {works.pk: single}
    again = instruct(world, works, motion=motion, answer="free", now=NOW + DAY)
    single.refresh_from_db()
    assert (single.state, single.ended_at) == ("replaced", NOW + DAY)
    assert instructions_on(ballot) == {works.pk: again}
    other = ballot_open(motion=world.motion(title="Press"), by=world.person("carla"), now=NOW)
    assert instructions_on(other) == {works.pk: standing}
    plan = world.motion(title="Plan", subject_kind="plan", subject=motion.public_id)
    assert instructions_on(ballot_open(motion=plan, by=world.person("carla"), now=NOW)) == {}


def test_what_is_decided_after_the_close_changes_nothing_about_it(world: World, works: Council) -> None:
    ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    standing = instruct(world, works, answer="no")
    for number in range(1, 6):
        cast(world, ballot, number, "yes")
    ballot = ballot_close(ballot=ballot, by=None, now=NOW + DAY)
    body = Entry.objects.get(kind="ballot.closed", subject=ballot.subject).body
    assert [(row["name"], row["answer"], row["followed"]) for row in body["instructions"]] == [
        ("Delegate1", "no", False)
    ]
    instruct(world, works, answer="yes", now=LATER)
    assert instructions_on(ballot) == {works.pk: standing}
    assert audit() == []


def test_an_instruction_on_a_closed_vote_is_refused(world: World, works: Council) -> None:
    motion = world.motion()
    late = propose(world, works, motion=motion)
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    ballot_close(ballot=ballot, by=None, now=LATER)
    with pytest.raises(TooLate, match="“Buy a lathe” is already lost; an instruction comes too late"):
        propose(world, works, motion=motion, now=LATER)
    decide(world, deciding(late), "mia", "noah", now=LATER)
    late.refresh_from_db()
    assert late.state == "dropped"
    assert Entry.objects.get(kind="instruction.dropped").body["why"] == "overtaken"


def test_who_can_instruct_whom(world: World, works: Council) -> None:
    with pytest.raises(Forbidden, match="Only those who sit or serve in Works 1"):
        propose(world, works, by=world.person("delegate2"))
    with pytest.raises(Refused, match="Works 1 sends nobody to Food"):
        propose(world, works, council=world.council("sector", "Food"))
    with pytest.raises(Invalid) as problem:
        propose(world, works, answer="perhaps", reason=" ")
    assert set(problem.value.fields) == {"answer", "reason"}
    with pytest.raises(Invalid, match="one motion of the council"):
        propose(world, works, motion=world.motion(council=works, by=world.person("mia")))
    assert not Instruction.objects.exists()


def test_a_coordinator_enters_what_the_body_decided_elsewhere(world: World, works: Council) -> None:
    assembly = world.motion(council=works, by=world.person("mia"), title="What we think of lathes")
    given = {
        "sender": works, "council": world.metal, "answer": "no", "reason": "Too dear.", "decided_by": assembly,
        "motion": world.motion(), "now": NOW,
    }  # fmt: skip
    with pytest.raises(Refused, match="has to be carried there"):
        instruction_enter(**given, by=world.person("bruno"))
    decide(world, assembly, "mia", "noah")
    assembly.refresh_from_db()
    with pytest.raises(Forbidden, match="Only a coordinator of Works 1"):
        instruction_enter(**given, by=world.person("mia"))
    entered = instruction_enter(**given, by=world.person("bruno"))
    assert (entered.state, entered.decided_by) == ("in_force", assembly)
    other = propose(world, works)
    decide(world, deciding(other), "mia", "noah")
    with pytest.raises(Refused, match="has to be carried there"):
        instruction_enter(**{**given, "decided_by": deciding(other)}, by=world.person("bruno"))


def test_a_vote_against_it_is_taken_and_shown_unless_the_charter_refuses(
    world: World, works: Council
) -> None:
    first = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    instruct(world, works, answer="no")
    cast(world, first, 1, "yes")
    bind(world)
    second = ballot_open(motion=world.motion(title="Press"), by=world.person("carla"), now=NOW)
    assert second.params["instructions"] == "refused"
    with pytest.raises(
        Refused, match="Works 1 instructed you to vote “no”, and the charter takes no vote against"
    ):
        cast(world, second, 1, "yes")
    cast(world, second, 1, "no")
    cast(world, second, 2, "yes")
    cast(world, first, 1, "abstain")  # opened under the charter of its day
    assert NamedVote.objects.filter(roll_entry__ballot=second).count() == 2


def test_a_free_hand_frees_from_the_standing_one(world: World, works: Council) -> None:
    bind(world)
    motion = world.motion()
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    instruct(world, works, answer="no")
    instruct(world, works, answer="free", motion=motion)
    cast(world, ballot, 1, "yes")


def test_the_database_refuses_a_vote_against_it_too(world: World, works: Council) -> None:
    bind(world)
    ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    instruct(world, works, answer="no")
    cast(world, ballot, 1, "no")
    vote = NamedVote.objects.get(roll_entry__ballot=ballot)
    vote.option, vote.revision, vote.idempotency_key, vote.receipt = (
        ballot.options.get(code="yes"),
        2,
        "b",
        "R" * 32,
    )
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        vote.save()
    assert getattr(error.value.__cause__, "diag").constraint_name == "vote_follows_instruction"  # noqa: B009


def test_the_database_lets_nothing_bind_that_was_not_carried(world: World, works: Council) -> None:
    motion = world.motion()
    instruction = propose(world, works, motion=motion)
    force = "UPDATE councils_instruction SET state = 'in_force', in_force_at = now(), decided_by_id = %s WHERE id = %s"
    refused("instruction_is_decided", force, deciding(instruction).pk, instruction.pk)
    carried = propose(world, works)
    decide(world, deciding(carried), "mia", "noah")
    refused("instruction_is_decided", force, deciding(carried).pk, instruction.pk)
    other = world.motion(council=works, by=world.person("mia"))
    decide(world, other, "mia", "noah")
    ballot_close(ballot=ballot_open(motion=motion, by=world.person("carla"), now=NOW), by=None, now=LATER)
    refused("instruction_in_time", force, other.pk, instruction.pk)
    refused("instruction_stays", "UPDATE councils_instruction SET answer = 'no' WHERE id = %s", carried.pk)
    refused(
        "instruction_stays", "UPDATE councils_instruction SET state = 'proposed' WHERE id = %s", carried.pk
    )
    refused("councils_history_stays", "DELETE FROM councils_instruction")


def test_the_database_keeps_one_in_force(world: World, works: Council) -> None:
    instruct(world, works)
    second = propose(world, works)
    with (
        unguarded(Instruction),
        pytest.raises(DatabaseError, match="instruction_one_per_kind"),
        transaction.atomic(),
    ):
        Instruction.objects.filter(pk=second.pk).update(
            state="in_force", in_force_at=NOW, decided_by=deciding(second)
        )
