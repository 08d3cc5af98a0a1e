"""Behind Python's back: what is no whole choice, a question that changed, and a result that is not the votes'."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from councils.counting import counted
from councils.models import Ballot, Charter, Motion
from councils.votes_written import tracker_new
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, motion_on, named, put, say, secret
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))
NOT_A_LIST = [
    ({"o1": 1}, "list"),
    (["o9"], "twice, or one"),
    (["o1", "o1"], "twice"),
    ("o1", "list"),
    ([1], "twice"),
]
WRONG: dict[str, list[tuple[Any, str]]] = {
    **dict.fromkeys(
        ("approval", "instant_runoff", "schulze", "ranked_pairs", "equal_shares", "greedy"), NOT_A_LIST
    ),
    "dhondt": [*NOT_A_LIST, (["o1", "o2"], "one list")],
    "sainte_lague": [*NOT_A_LIST, (["o1", "o2"], "one list")],
    "score": [
        (["o1"], "whole number"),
        ({"o9": 1}, "not on this ballot"),
        ({"o1": 0}, "above 0"),
        ({"o1": 1.5}, "above 0"),
        ({"o1": "3"}, "above 0"),
        ({"o1": 6}, "more than 5"),
        ({"o1": 5, "o2": 4}, "8 in all"),
    ],
    "median": [
        ({"number": 30}, "one number"),
        ({"number": "30.0"}, "one number"),
        ({"number": "30", "more": 1}, "one number"),
        ({"number": "19"}, "between"),
        ({"number": "48.1"}, "between"),
        (["30"], "one number"),
    ],
    "independent_markets": [
        ({"o1": 10, "o2": 80}, "90 of 100"),
        ({"o1": 10, "o2": 91}, "101 of 100"),
        ({"o1": 9, "o2": 91}, "least"),
        ({"o2": 100}, "least"),
        ({"o1": 10, "o2": 90, "o3": 0}, "above 0"),
        ([], "whole number"),
    ],
}
CASES = [(kind, choice, sentence) for kind, rows in sorted(WRONG.items()) for choice, sentence in rows]


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(("kind", "choice", "sentence"), CASES)
def test_a_named_vote_that_is_not_whole(world: World, kind: str, choice: Any, sentence: str) -> None:
    ballot = named(world, kind)
    say(world, ballot, 1, CHOICES[kind][0])
    with pytest.raises(IntegrityError, match=sentence):
        sql(
            "UPDATE councils_namedvote SET choice = %s, revision = 2, idempotency_key = 'k', receipt = 'r'",
            json.dumps(choice),
        )


@pytest.mark.parametrize(("kind", "choice", "sentence"), CASES)
def test_a_paper_that_is_not_whole(world: World, kind: str, choice: Any, sentence: str) -> None:
    entry = secret(world, kind).roll.get(number=1)
    with pytest.raises(IntegrityError, match=sentence):
        sql(
            "INSERT INTO councils_casting (roll_entry_id, tracker, choice, cast_by_id, cast_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            entry.pk, tracker_new(), json.dumps(choice), entry.person_id, NOW + DAY,
        )  # fmt: skip


@KINDS
def test_what_the_services_take_the_database_takes(world: World, kind: str) -> None:
    ballot = secret(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        put(ballot, number, choice)
    assert closed(ballot)["votes"] == len(CHOICES[kind])


def test_a_vote_among_options_names_no_single_answer(world: World) -> None:
    ballot = named(world, "approval")
    say(world, ballot, 1, ["o1"])
    option = ballot.options.get(code="o1").pk
    with pytest.raises(IntegrityError, match="one answer"):
        sql(
            "UPDATE councils_namedvote SET option_id = %s, revision = 2, idempotency_key = 'k', receipt = 'r'",
            option,
        )


def test_what_a_motion_asks_stays(world: World) -> None:
    motion = motion_on(world, "approval")
    with pytest.raises(IntegrityError, match="keeps its words"):
        sql("UPDATE councils_motion SET asks = '' WHERE id = %s", motion.pk)
    named(world, "median", title="Hours")
    with pytest.raises(IntegrityError, match="keeps its words"):
        sql("UPDATE councils_motion SET asks = '' WHERE title = 'Hours'")


@pytest.mark.parametrize(
    "change",
    [
        "rule = 'schulze'",
        "params = jsonb_set(params, '{places}', '1')",
        "wording = encode(sha256('What first?\n\nTogether.'), 'hex')",
    ],
)
def test_a_vote_asks_what_its_motion_asks(world: World, change: str) -> None:
    ballot = named(world, "approval")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_stays_as_opened")
    sql("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_keeps_its_wording")
    sql("UPDATE councils_ballot SET state = 'draft' WHERE id = %s", ballot.pk)
    sql(f"UPDATE councils_ballot SET {change} WHERE id = %s", ballot.pk)
    sql("ALTER TABLE councils_ballot ENABLE TRIGGER ballot_keeps_its_wording")
    with pytest.raises(IntegrityError, match=r"does not ask what|opens on other words"):
        sql("UPDATE councils_ballot SET state = 'open' WHERE id = %s", ballot.pk)


def test_a_motion_for_yes_or_no_is_not_counted_among_options(world: World) -> None:
    motion = world.motion()
    row = Ballot(
        council=motion.council, motion=motion, wording=motion.wording, question=motion.title, rule="median",
        tie_break="lot", closes_at=LATER, created_at=NOW, params={"least": "0", "most": "1"},
    )  # fmt: skip
    row.save()
    row.state, row.opened_at, row.roll_digest, row.roll_size = "open", NOW, "x", 1
    with pytest.raises(Error, match=r"does not have|does not ask"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("name", "value"),
    [("cast", 4), ("blank", 0), ("outcome", "lost"), ("votes", 4), ("eligible", 4), ("winners", ["o9"])],
)
@pytest.mark.parametrize("kind", ["approval", "equal_shares", "median"])
def test_a_result_that_is_not_the_votes(world: World, kind: str, name: str, value: Any) -> None:
    ballot = named(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice)
    told = {**counted(ballot).result, name: value}
    with pytest.raises(
        IntegrityError, match=f"Ballot {ballot.public_id}|The votes of ballot {ballot.public_id}"
    ):
        sql(
            "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s WHERE id = %s",
            LATER, json.dumps(told), ballot.pk,
        )  # fmt: skip
    assert Motion.objects.get().state == "voting"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("approval", {"winners": ["o1", "o2"]}),
        ("median", {"number": "30"}),
        ("greedy", {"winners": ["o1"], "cost": 60}),
    ],
)
@pytest.mark.parametrize("quorum", ["1/2", "0"])
def test_too_few_or_only_blank_ones_choose_nothing(
    world: World, kind: str, told: dict[str, Any], quorum: str
) -> None:
    """One of five where half of the roll is the quorum; one blank vote where none is asked for."""
    with unguarded(Charter):
        Charter.objects.update(values={"councils.quorum": quorum})
    ballot = named(world, kind)
    say(world, ballot, 1, CHOICES[kind][0 if quorum == "1/2" else -1])
    assert counted(ballot).result["outcome"] == "lost"
    closing = "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s WHERE id = %s"
    forged = {**counted(ballot).result, "outcome": "carried", **told}
    with pytest.raises(IntegrityError, match=f"The votes of ballot {ballot.public_id}"):
        sql(closing, LATER, json.dumps(forged), ballot.pk)
    sql(closing, LATER, json.dumps(counted(ballot).result), ballot.pk)


def test_the_database_finds_the_same_middle(world: World) -> None:
    ballot, draw, tied = named(world, "median"), random.Random(4), 0
    for turn in range(40):
        numbers = [draw.choice([20, 24, 36, 40.5, 44, 48]) for _ in range(draw.randint(1, 5))]
        for seat, number in enumerate(numbers, 1):
            say(world, ballot, seat, {"number": f"{number:g}"}, idempotency_key=f"{turn}-{seat}")
        for seat in range(len(numbers) + 1, 6):
            say(world, ballot, seat, {}, idempotency_key=f"{turn}-{seat}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT councils_middle(%s, 40)", [ballot.pk])
            assert Decimal(counted(ballot).result["number"]) == cursor.fetchone()[0], numbers
        half = len(numbers) // 2
        tied += len(numbers) % 2 == 0 and sorted(numbers)[half - 1] != sorted(numbers)[half]
    assert tied > 3, "the status quo has decided between two in the middle"


FORGED: list[tuple[str, dict[str, Any], str]] = [
    ("approval", {"winners": ["o2", "o3"]}, "more points"),
    ("approval", {"winners": ["o2"]}, "more points"),
    ("approval", {"winners": ["o2", "o2"]}, "twice"),
    ("score", {"winners": ["o1"]}, "more points"),
    ("schulze", {"winners": ["o2", "o1"]}, "one winner"),
    ("greedy", {"winners": ["o2"]}, "cost something else"),
    ("greedy", {"winners": ["o1", "o2", "o3"], "cost": 140}, "more than the budget"),
    ("median", {"number": "40"}, "in the middle"),
    ("independent_markets", {"parts": {"o1": 40, "o2": 30, "o3": 31}}, "miss the whole"),
    ("dhondt", {"seats": {"o1": 2, "o2": 2, "o4": 1}}, "more votes for its next seat"),
    ("dhondt", {"seats": {"o1": 1, "o2": 3}, "winners": ["o2", "o1"]}, "5 seats to divide"),
    ("dhondt", {"seats": {"o1": 1, "o2": 2, "o3": 1, "o4": 1}}, "lists with votes"),
    ("dhondt", {"seats": {"o1": 1, "o2": 3, "o4": 1.5}}, "whole numbers"),
    ("dhondt", {"winners": ["o2"]}, "lists with seats"),
    ("sainte_lague", {"seats": {"o2": 4}, "winners": ["o2"]}, "more votes for its next seat"),
    ("independent_markets", {"parts": {"o1": 5, "o2": 60, "o3": 35}}, "least share"),
]


@pytest.mark.parametrize("is_secret", [False, True])
@pytest.mark.parametrize(("kind", "forged", "sentence"), FORGED)
def test_another_winner_than_the_votes_make(
    world: World, kind: str, forged: dict[str, Any], sentence: str, *, is_secret: bool
) -> None:
    ballot = secret(world, kind) if is_secret else named(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        if is_secret:
            put(ballot, number, choice)
        else:
            say(world, ballot, number, choice)
    told = {**counted(ballot).result, **forged}
    with pytest.raises(IntegrityError, match=sentence):
        sql(
            "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s WHERE id = %s",
            LATER, json.dumps(told), ballot.pk,
        )  # fmt: skip
