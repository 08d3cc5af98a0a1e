"""The same question in many councils at once: what two services would have done in each, in a few statements."""

import uuid
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from councils.models import Ballot, Council, Mandate, Motion
from councils.selectors.rolls import roll_is_unchanged
from councils.services import ballot_open, motion_move, vote_cast
from councils.services.asking import councils_ask
from tests.councils.world import NOW, SINCE, UNTIL, World
from workplaces.errors import Forbidden, Refused, TooLate
from workplaces.record import selectors as record
from workplaces.record.models import Entry

WORDS = {
    "title": "Ratify the plan",
    "text": "As it stands.",
    "subject_kind": "plan",
    "prescribed": "The charter puts it.",
}


@pytest.fixture
def asked(world: World) -> list[Council]:
    """The metal council with its seats, the board with a member, and an assembly of three."""
    board = world.council("board")
    Mandate.objects.create(
        council=board, person=world.person("mona"), role="member", term=(SINCE, UNTIL), held=(SINCE, UNTIL),
        obtained="founding", created_at=NOW,
    )  # fmt: skip
    assembly = Council.objects.get(kind="workplace", workplace=world.workplaces[0])
    return [assembly, world.metal, board]


def traces(subject: uuid.UUID) -> list[dict[str, object]]:
    """What the votes on the subject left behind, without the ids that differ each time."""
    kept = []
    for ballot in Ballot.objects.filter(motion__subject_id=subject).select_related("motion").order_by("pk"):
        motion = ballot.motion
        assert motion is not None
        assert roll_is_unchanged(ballot)
        entries = Entry.objects.filter(motion=motion.public_id).order_by("number")
        kept.append(
            {
                "motion": (motion.council_id, motion.title, motion.text, motion.layer, motion.mechanism, motion.state),
                "hat": (motion.hat, motion.moved_by_id, motion.moved_at, motion.prescribed),
                "ballot": (ballot.rule, ballot.params, ballot.quorum, ballot.tie_break, ballot.state, ballot.secrecy),
                "times": (ballot.opened_at, ballot.closes_at, ballot.created_at, ballot.roll_size),
                "options": list(ballot.options.order_by("number").values_list("number", "code", "label", "effect")),
                "roll": list(ballot.roll.order_by("number").values_list("number", "right", "person", "represents", "weight")),
                "entries": [(e.kind, e.hat, e.actor_id, e.at, sorted(e.body)) for e in entries],
            }
        )  # fmt: skip
    return kept


def test_it_leaves_what_moving_and_opening_leave_in_each(world: World, asked: list[Council]) -> None:
    by, one, many = world.person("bruno"), uuid.uuid4(), uuid.uuid4()
    with transaction.atomic():
        for council in asked:
            motion = motion_move(council=council, by=by, now=NOW, subject=one, **WORDS)
            ballot_open(motion=motion, by=by, now=NOW)
        expected = traces(one)
        transaction.set_rollback(True)
    motions = councils_ask(councils=asked, by=by, now=NOW, subject=many, **WORDS)
    assert traces(many) == expected
    assert [motion.council for motion in motions] == asked
    assert len(expected) == 3
    assert [entry.kind for entry in Entry.objects.order_by("-number")[:2]] == [
        "ballot.opened",
        "motion.moved",
    ]


def test_numbers_go_on_where_the_council_is(world: World, asked: list[Council]) -> None:
    before = world.motion()
    motions = councils_ask(councils=asked, by=world.person("bruno"), now=NOW, subject=uuid.uuid4(), **WORDS)
    assert [motion.number for motion in motions] == [1, before.number + 1, 1]


def test_votes_can_be_cast_and_the_record_stays_whole(world: World, asked: list[Council]) -> None:
    councils_ask(councils=asked, by=world.person("bruno"), now=NOW, subject=uuid.uuid4(), **WORDS)
    ballot = Ballot.objects.get(council=world.metal)
    entry = ballot.roll.order_by("number").first()
    assert entry is not None
    vote_cast(
        ballot=ballot, right=entry.right, option="yes", by=entry.person, idempotency_key="k" * 16, now=NOW
    )
    numbers = list(Entry.objects.order_by("number").values_list("number", "digest", "previous"))
    assert all(row[2] == before[1] for before, row in pairwise(numbers))
    assert record.head()[0] == numbers[-1][0]


def test_it_takes_as_many_statements_for_three_as_for_one(world: World, asked: list[Council]) -> None:
    by = world.person("bruno")
    seated = asked[1:]
    with CaptureQueriesContext(connection) as one:
        councils_ask(councils=seated[:1], by=by, now=NOW, subject=uuid.uuid4(), **WORDS)
    with CaptureQueriesContext(connection) as two:
        councils_ask(councils=seated, by=by, now=NOW, subject=uuid.uuid4(), **WORDS)
    assert len(two) == len(one)


def test_it_refuses_as_a_whole(world: World, asked: list[Council]) -> None:
    bruno, subject = world.person("bruno"), uuid.uuid4()
    empty = world.council("sector", "Food")
    with pytest.raises(Refused, match="Nobody holds a seat in Food"):
        councils_ask(councils=[*asked, empty], by=bruno, now=NOW, subject=subject, **WORDS)
    assert not Motion.objects.exists()
    with pytest.raises(Forbidden, match="Only a coordinator of"):
        councils_ask(councils=asked, by=world.person("carla"), now=NOW, subject=subject, **WORDS)
    councils_ask(councils=asked[1:2], by=bruno, now=NOW, subject=subject, **WORDS)
    with pytest.raises(Refused, match="Metal is already dealing with this"):
        councils_ask(councils=asked, by=bruno, now=NOW, subject=subject, **WORDS)
    Council.objects.filter(pk=empty.pk).update(dissolved_on=NOW.date())
    with pytest.raises(TooLate, match="Food has been dissolved"):
        councils_ask(councils=[empty], by=bruno, now=NOW, subject=subject, **WORDS)
    assert Motion.objects.count() == 1
