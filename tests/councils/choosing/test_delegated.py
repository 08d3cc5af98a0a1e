"""Delegated rights in votes among options: counted as the delegate chose, unless their holder votes."""

from typing import Any

import pytest

from councils.models import Charter
from councils.selectors.audit import audit
from councils.services import ballot_open, delegation_give, vote_cast
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, motion_on
from tests.councils.secret import assembly
from tests.councils.world import DAY, NOW, World
from tests.unguarded import unguarded
from workplaces.models import Entry
from workplaces.record import chain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_a_delegated_right_counts_as_the_delegate_chose(world: World, kind: str) -> None:
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    works = assembly(world)
    for giver, receiver in (("noah", "olga"), ("member4", "noah"), ("member5", "mia")):
        delegation_give(
            council=works, to=world.person(receiver), by=world.person(giver), until=NOW + 90 * DAY, now=NOW
        )
    motion = motion_on(world, kind, council=works, by=world.person("mia"))
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)

    def cast(name: str, choice: Any) -> None:
        person = world.person(name)
        right = f"person:{person.public_id}"
        vote_cast(ballot=ballot, right=right, choice=choice, by=person, idempotency_key=name, now=NOW)

    first, second, *_rest = CHOICES[kind]
    cast("olga", second)
    cast("mia", first)
    cast("member5", second)
    result = closed(ballot)
    assert (result["votes"], result["delegated"], result["cast"]) == (3, 2, 5)
    body = Entry.objects.get(kind="ballot.closed").body
    assert [(row["name"], row["choice"]) for row in body["delegated"]] == [
        (name, chain.plain(second)) for name in ("Noah", "Member4")
    ]
    assert [finding for finding in audit() if "charter" not in finding] == []
