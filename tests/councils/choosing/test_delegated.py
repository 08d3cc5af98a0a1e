"""Delegated rights in votes among options: counted as the delegate chose, unless their holder votes."""

import json
from typing import Any

import pytest
from django.db import connection

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


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_the_way_of_a_right_ends_with_the_first_who_votes(world: World, kind: str) -> None:
    """Of a chain of three the second and the third vote: the first counts once, as the second chose."""
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    works = assembly(world)
    for giver, receiver in (("member4", "noah"), ("noah", "olga")):
        delegation_give(
            council=works, to=world.person(receiver), by=world.person(giver), until=NOW + 90 * DAY, now=NOW
        )
    motion = motion_on(world, kind, council=works, by=world.person("mia"))
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    first, second, *_rest = CHOICES[kind]
    for name, choice in (("noah", first), ("olga", second)):
        person = world.person(name)
        vote_cast(
            ballot=ballot, right=f"person:{person.public_id}", choice=choice, by=person, idempotency_key=name, now=NOW
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT choice FROM councils_choices_counted(%s)", [ballot.pk])
        told = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    said = {"first": told.count(chain.plain(first)), "second": told.count(chain.plain(second))}
    assert (len(told), said) == (3, {"first": 2, "second": 1})
    result = closed(ballot)
    assert (result["votes"], result["delegated"], result["cast"]) == (2, 1, 3)
