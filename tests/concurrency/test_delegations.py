"""Two halves of a circle given at once: one is refused; control: without the trigger both stand."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection

from councils.models import Charter, Council, Delegation
from councils.services import delegation_give, delegations
from tests.concurrency.conftest import Race
from tests.councils.secret import assembly
from tests.councils.world import DAY, NOW, World
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works(world: World) -> Council:
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    return assembly(world, 12)


def giver(world: World, works: Council, one: str, other: str) -> Any:
    return partial(
        delegation_give, council=works, to=world.person(other), by=world.person(one), until=NOW + DAY, now=NOW
    )


CIRCLE = [("noah", "olga"), ("olga", "member4"), ("member4", "mia"), ("mia", "noah")]


@pytest.mark.parametrize("is_chained", [True, False])
def test_a_circle_does_not_close(
    world: World,
    works: Council,
    race: Race,
    monkeypatch: pytest.MonkeyPatch,
    is_chained: bool,
) -> None:
    """With the record's lock, and by the database alone."""
    if not is_chained:
        monkeypatch.setattr(delegations, "chain_first", lambda: None)
    race.run([giver(world, works, *pair) for pair in CIRCLE])
    assert (Delegation.objects.count(), len(race.raised)) == (3, 1)
    assert "circle" in str(race.raised[0])


def test_control_without_the_trigger_it_does(
    world: World, works: Council, race: Race, without_trigger: None
) -> None:
    race.run([giver(world, works, *pair) for pair in CIRCLE])
    assert race.raised == []
    assert Delegation.objects.count() == 4


@pytest.fixture
def without_trigger(works: Council) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_delegation DISABLE TRIGGER delegation_is_proper")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE councils_delegation ENABLE TRIGGER delegation_is_proper")
