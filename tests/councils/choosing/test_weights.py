"""A right of weight three counts as three voters who say the same: by every rule, by name, through the database."""

import io
from dataclasses import replace
from typing import Any

import pytest

from councils.selectors.audit import audit
from councils.services import ballot_open, ballots, vote_cast
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, motion_on, named, say
from tests.councils.choosing.test_verifier import exported
from tests.councils.secret import assembly
from tests.councils.world import DAY, NOW, World
from workplaces.record import verify

pytestmark = pytest.mark.django_db
WEIGHTS = (4, 3, 1, 2, 2)
SAME = ("outcome", "winners", "number", "parts", "shares", "cost", "cast", "blank", "eligible")


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_weights_count_as_copies_of_the_voter(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    works, original = assembly(world, sum(WEIGHTS)), ballots.roll_of
    heavy = {world.person(f"delegate{number}").pk: weight for number, weight in enumerate(WEIGHTS, 1)}
    monkeypatch.setattr(
        ballots,
        "roll_of",
        lambda *a: [replace(right, weight=heavy.get(right.person.pk, 1)) for right in original(*a)],
    )
    weighed = named(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, weighed, number, choice)
    copied = ballot_open(
        motion=motion_on(world, kind, council=works, by=world.person("mia")),
        by=world.person("bruno"),
        now=NOW,
    )
    copies = [choice for choice, weight in zip(CHOICES[kind], WEIGHTS, strict=True) for _ in range(weight)]
    for entry, choice in zip(copied.roll.select_related("person").order_by("number"), copies, strict=True):
        vote_cast(
            ballot=copied,
            right=entry.right,
            choice=choice,
            by=entry.person,
            idempotency_key="k",
            now=NOW + DAY,
        )
    one, other = closed(weighed), closed(copied)
    assert (one["votes"], other["votes"]) == (5, 12)
    assert {name: one.get(name) for name in SAME} == {name: other.get(name) for name in SAME}
    assert one["outcome"] == "carried"
    alone = without_weights(kind)
    assert alone != {name: one.get(name) for name in ("cast", "blank")}
    assert audit() == []
    assert verify.verify(io.StringIO(exported()))[0] > 0


def without_weights(kind: str) -> dict[str, Any]:
    """Return what the same five votes would come to if weights were forgotten."""
    return {"cast": len(CHOICES[kind]), "blank": sum(not choice for choice in CHOICES[kind])}
