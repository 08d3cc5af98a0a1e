"""A named vote from motion to result: what is counted, what is refused, what stands on the record."""

import io
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from councils.models import Ballot, Motion, NamedVote, VoteVersion
from councils.outcomes import outcome, outcomes_for
from councils.selectors.rolls import roll_is_unchanged
from councils.services import (
    Receipt,
    ballot_close,
    ballot_open,
    ballot_void,
    ballots_close_due,
    motion_move,
    motion_withdraw,
    vote_cast,
)
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry, Person
from workplaces.record import merkle, selectors, verify

pytestmark = pytest.mark.django_db


def opened(world: World, **options: Any) -> Ballot:
    return ballot_open(motion=world.motion(**options), by=world.person("carla"), now=NOW)


def cast(world: World, ballot: Ballot, number: int, option: str, **options: Any) -> Receipt:
    given = {
        "by": world.person(f"delegate{number}"),
        "idempotency_key": f"{number}-{option}",
        "now": NOW + DAY,
    }
    right = world.seat(number).right
    return vote_cast(ballot=ballot, right=right, option=option, **{**given, **options})


def test_from_motion_to_result(world: World) -> None:
    ballot = opened(world)
    receipts = [
        cast(world, ballot, number, option)
        for number, option in ((1, "yes"), (2, "yes"), (3, "no"), (4, "abstain"))
    ]
    closed = ballot_close(ballot=ballot, by=world.person("carla"), now=LATER)
    assert closed.state == "closed"
    assert closed.result["counts"] == {"yes": 2, "no": 1, "abstain": 1}
    assert (closed.result["outcome"], closed.result["eligible"]) == ("carried", 5)
    motion = Motion.objects.get()
    assert (motion.state, motion.decided_at, outcome(motion)) == ("carried", LATER, "carried")
    assert closed.result["receipts_root"] == merkle.root(r.code.encode() for r in receipts).hex()


def test_every_step_is_on_an_unbroken_record(world: World) -> None:
    ballot = opened(world)
    receipt = cast(world, ballot, 1, "yes")
    ballot_close(ballot=ballot, by=None, now=LATER)
    kinds = list(Entry.objects.order_by("-number").values_list("kind", flat=True)[:3])
    assert kinds == ["ballot.closed", "ballot.opened", "motion.moved"]
    entry = selectors.entry_with_receipt(receipt.code)
    assert entry is not None
    assert (entry.kind, entry.body["votes"][0]["option"]) == ("ballot.closed", "yes")
    stream = io.StringIO()
    selectors.export(stream)
    assert verify.verify(io.StringIO(stream.getvalue()))[0] == Entry.objects.count()


def test_a_vote_can_be_changed_until_the_close_and_counts_once(world: World) -> None:
    ballot = opened(world)
    first = cast(world, ballot, 1, "yes")
    second = cast(world, ballot, 1, "no")
    assert (first.revision, second.revision) == (1, 2)
    assert first.code != second.code
    assert NamedVote.objects.get().receipt == second.code
    assert list(VoteVersion.objects.order_by("revision").values_list("receipt", flat=True)) == [
        first.code,
        second.code,
    ]
    assert ballot_close(ballot=ballot, by=None, now=LATER).result["counts"] == {
        "yes": 0,
        "no": 1,
        "abstain": 0,
    }


def test_the_same_request_again_returns_the_same_receipt(world: World) -> None:
    ballot = opened(world)
    first = cast(world, ballot, 1, "yes")
    changed = cast(world, ballot, 1, "no")
    late = cast(world, ballot, 1, "yes", now=NOW + 2 * DAY)
    assert (late.code, late.is_repeated) == (first.code, True)
    assert NamedVote.objects.get().receipt == changed.code
    ballot_close(ballot=ballot, by=None, now=LATER)
    after = cast(world, ballot, 1, "no", now=LATER)
    assert (after.code, after.is_repeated) == (changed.code, True)


def test_the_same_key_with_another_answer_is_refused(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "yes", idempotency_key="k")
    with pytest.raises(Refused, match="already used"):
        cast(world, ballot, 1, "no", idempotency_key="k")
    assert NamedVote.objects.get().option.code == "yes"


@pytest.mark.parametrize("key", ["", "k" * 65, "a\nb", "é"])
def test_a_key_that_cannot_be_one(world: World, key: str) -> None:
    with pytest.raises(Invalid, match="key of its own"):
        cast(world, opened(world), 1, "yes", idempotency_key=key)


def test_two_seats_may_use_the_same_key(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "yes", idempotency_key="k")
    cast(world, ballot, 2, "no", idempotency_key="k")
    assert NamedVote.objects.count() == 2


def test_nobody_votes_for_somebody_else(world: World) -> None:
    with pytest.raises(Forbidden, match="Delegate1's to cast"):
        cast(world, opened(world), 1, "yes", by=world.person("delegate2"))


def test_the_superuser_cannot_vote_move_or_conduct(world: World) -> None:
    ballot = opened(world)
    Person.objects.filter(username__in=["delegate1", "carla"]).update(is_superuser=True)
    operator, conductor = Person.objects.get(username="delegate1"), Person.objects.get(username="carla")
    with pytest.raises(Forbidden, match="runs the site"):
        cast(world, ballot, 1, "yes", by=operator)
    with pytest.raises(Forbidden, match="runs the site"):
        motion_move(council=world.metal, title="x", text="x", by=operator, now=NOW)
    with pytest.raises(Forbidden, match="runs the site"):
        ballot_close(ballot=ballot, by=conductor, now=LATER)
    with pytest.raises(Forbidden, match="runs the site"):
        ballot_void(ballot=ballot, reason="x", by=conductor, now=NOW)
    assert not NamedVote.objects.exists()


def test_no_such_right_or_answer(world: World) -> None:
    ballot = opened(world)
    with pytest.raises(Invalid, match="no such voting right"):
        vote_cast(
            ballot=ballot,
            right="seat:nothing",
            option="yes",
            by=world.person("delegate1"),
            idempotency_key="k",
            now=NOW,
        )
    for answer in ("perhaps", "", "yes\0"):
        with pytest.raises(Invalid, match="Choose one of the answers"):
            vote_cast(
                ballot=ballot,
                right=world.seat(1).right,
                option=answer,
                by=world.person("delegate1"),
                idempotency_key="k",
                now=NOW,
            )
    assert not NamedVote.objects.exists()


def test_before_and_after_the_time_of_voting(world: World) -> None:
    ballot = opened(world)
    with pytest.raises(TooLate, match="not opened yet"):
        cast(world, ballot, 1, "yes", now=NOW - DAY)
    with pytest.raises(TooLate, match="closed"):
        cast(world, ballot, 1, "yes", now=ballot.closes_at)
    ballot_close(ballot=ballot, by=None, now=LATER)
    with pytest.raises(TooLate, match="closed"):
        cast(world, ballot, 1, "yes", now=NOW + DAY)
    assert not NamedVote.objects.exists()


def test_it_closes_early_only_when_everybody_has_voted(world: World) -> None:
    ballot = opened(world)
    for number in range(1, 5):
        cast(world, ballot, number, "yes")
    with pytest.raises(TooLate, match="1 of 5 have not voted"):
        ballot_close(ballot=ballot, by=world.person("carla"), now=NOW + DAY)
    cast(world, ballot, 5, "no")
    assert ballot_close(ballot=ballot, by=world.person("carla"), now=NOW + DAY).state == "closed"


def test_only_a_coordinator_conducts(world: World) -> None:
    motion = world.motion()
    with pytest.raises(Forbidden, match="Only a coordinator of Metal"):
        ballot_open(motion=motion, by=world.person("delegate1"), now=NOW)
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    with pytest.raises(Forbidden, match="Only a coordinator of Metal"):
        ballot_close(ballot=ballot, by=world.person("rosa"), now=LATER)


def test_the_clock_closes_what_is_due(world: World) -> None:
    ballot = opened(world)
    assert ballots_close_due(now=NOW + DAY) == []
    assert [closed.pk for closed in ballots_close_due(now=LATER)] == [ballot.pk]
    assert ballots_close_due(now=LATER) == []
    assert Entry.objects.order_by("-number")[0].actor is None


def test_closing_twice(world: World) -> None:
    ballot = opened(world)
    ballot_close(ballot=ballot, by=None, now=LATER)
    with pytest.raises(TooLate, match="closed"):
        ballot_close(ballot=ballot, by=None, now=LATER)


def test_void_and_open_another(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "yes")
    with pytest.raises(Invalid, match="Say why"):
        ballot_void(ballot=ballot, reason=" ", by=world.person("carla"), now=NOW)
    ballot_void(ballot=ballot, reason="The text was wrong.", by=world.person("carla"), now=NOW)
    motion = Motion.objects.get()
    assert motion.state == "moved"
    with pytest.raises(TooLate):
        cast(world, ballot, 2, "yes")
    with pytest.raises(TooLate, match="stays on the record"):
        ballot_void(ballot=ballot, reason="Again.", by=world.person("carla"), now=NOW)
    again = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    assert (again.pk != ballot.pk, again.roll_size) == (True, 5)


def test_the_roll_is_digested_and_found_unchanged(world: World) -> None:
    ballot = opened(world)
    assert roll_is_unchanged(ballot)
    opening = Entry.objects.get(kind="ballot.opened")
    assert (opening.body["roll_digest"], opening.body["roll_size"]) == (ballot.roll_digest, 5)


def test_the_charter_sets_the_time(world: World) -> None:
    motion = world.motion()
    with pytest.raises(Invalid, match="open until 2026-05-11"):
        ballot_open(motion=motion, by=world.person("carla"), now=NOW, closes_at=NOW + DAY)
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW, closes_at=NOW + 30 * DAY)
    assert ballot.closes_at == NOW + 30 * DAY


def test_one_ballot_at_a_time(world: World) -> None:
    ballot = opened(world)
    with pytest.raises(TooLate, match="already being voted on"):
        ballot_open(motion=ballot.motion, by=world.person("carla"), now=NOW)


def test_a_council_without_holders_cannot_vote(world: World) -> None:
    food = world.council("sector", "Food")
    motion = world.motion(council=food, by=world.person("bruno"), prescribed="A plan is put to every sector.")
    with pytest.raises(Refused, match="Nobody holds a seat in Food"):
        ballot_open(motion=motion, by=world.person("bruno"), now=NOW)


def test_an_assembly_votes_with_its_members(world: World) -> None:
    assembly = world.council("workplace", "Works 1")
    motion = world.motion(council=assembly, by=world.person("mia"))
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    assert list(ballot.roll.order_by("number").values_list("name", flat=True)) == ["Mia", "Noah", "Olga"]
    right = f"person:{world.person('mia').public_id}"
    vote_cast(ballot=ballot, right=right, option="yes", by=world.person("mia"), idempotency_key="k", now=NOW)
    assert ballot_close(ballot=ballot, by=None, now=LATER).result["outcome"] == "carried"


def test_everyone_votes_in_a_general_vote(world: World) -> None:
    motion = world.motion(council=world.council("general"), by=world.person("pia"))
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    assert list(ballot.roll.values_list("name", flat=True)) == ["Pia"]


def test_outcomes_by_subject(world: World) -> None:
    plan = world.scenario.public_id
    motion = world.motion(subject_kind="plan", subject=plan)
    assert outcomes_for("plan", plan) == [(world.metal, "open")]
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    ballot_close(ballot=ballot, by=None, now=LATER)
    assert outcomes_for("plan", plan) == [(world.metal, "lost")]
    world.motion(subject_kind="plan", subject=plan, now=LATER)
    assert outcomes_for("plan", plan) == [(world.metal, "open")]
    assert outcome(None) == "none"


def test_one_open_motion_per_subject(world: World) -> None:
    plan = world.scenario.public_id
    motion = world.motion(subject_kind="plan", subject=plan)
    with pytest.raises(Refused, match="already dealing with this"):
        world.motion(subject_kind="plan", subject=plan)
    motion_withdraw(motion=motion, by=world.person("delegate1"), now=NOW)
    assert outcomes_for("plan", plan) == [(world.metal, "none")]
    assert world.motion(subject_kind="plan", subject=plan).number == 2


def test_who_may_move(world: World) -> None:
    with pytest.raises(Forbidden, match="Only those who sit or serve"):
        world.motion(by=world.person("mia"))
    with pytest.raises(Forbidden, match="Only a coordinator"):
        world.motion(by=world.person("mia"), prescribed="By the charter.")
    with pytest.raises(Invalid) as refused:
        world.motion(title=" ", text="")
    assert set(refused.value.fields) == {"title", "text"}
    with pytest.raises(Invalid, match="not complete"):
        world.motion(title="x" * 201)


def test_who_may_withdraw(world: World) -> None:
    motion = world.motion()
    with pytest.raises(Forbidden, match="Only who moved"):
        motion_withdraw(motion=motion, by=world.person("delegate2"), now=NOW)
    ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    with pytest.raises(TooLate, match="already being voted on"):
        motion_withdraw(motion=motion, by=world.person("delegate1"), now=NOW)


def test_an_assembly_that_is_dissolved_decides_nothing(world: World) -> None:
    council = world.metal
    council.dissolved_on = NOW.date()
    council.save()
    with pytest.raises(TooLate, match="has been dissolved"):
        world.motion()


def test_nothing_is_left_of_a_refused_vote(world: World) -> None:
    ballot = opened(world)
    before = Entry.objects.count()
    with pytest.raises(Forbidden):
        cast(world, ballot, 1, "yes", by=world.person("delegate2"))
    assert (Entry.objects.count(), NamedVote.objects.count()) == (before, 0)
    with pytest.raises(ObjectDoesNotExist):
        _ = ballot.roll.get(number=1).vote
