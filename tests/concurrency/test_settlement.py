"""Two coordinators settle a year at the same moment: one baseline is drawn, the other one is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from planning.models import Cycle, Plan
from planning.services import settlement
from planning.services.settlement import cycle_settle
from tests.concurrency.conftest import Race
from tests.planning.conftest import *  # noqa: F403 - the small federation's fixtures
from tests.planning.federation import NOW, Federation
from tests.planning.test_settlement import put_in_force
from tests.unguarded import unguarded
from workplaces.models import Scenario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(own_connections: None, federation: Federation, cycle: Cycle) -> Plan:
    """A plan in force, committed."""
    return put_in_force(cycle, federation)


def settlers(plan: Plan, federation: Federation) -> list[Callable[[], Any]]:
    """Return two who settle the plan's year."""
    by = federation.people["coordinator"]
    return [lambda: cycle_settle(cycle=plan.cycle, by=by, now=NOW)] * 2


def baselines() -> int:
    """Return how many baselines there are."""
    return Scenario.objects.filter(kind=Scenario.Kind.BASELINE).count()


def test_settled_twice_at_once_one_baseline(plan: Plan, federation: Federation, race: Race) -> None:
    race.run(settlers(plan, federation))
    assert [type(failure).__name__ for failure in race.raised] == ["TooLate"]
    assert (len(race.returned), baselines()) == (1, 2)
    plan.cycle.refresh_from_db()
    assert plan.cycle.next_baseline == race.returned[0]


def test_without_the_lock_there_are_two(
    plan: Plan, federation: Federation, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the cycle before either moves it; the record's lock, the second lock, inside the move, the database's
    guard of the cycle's course, and that of surpluses, which are posted once, are put aside too."""
    both = threading.Barrier(2)

    def read(cycle: Cycle) -> Cycle:
        found = Cycle.objects.select_related("baseline").get(pk=cycle.pk)
        both.wait(20)
        return found

    monkeypatch.setattr(settlement, "_held", read)
    monkeypatch.setattr(settlement, "lock_chain", lambda: None)
    monkeypatch.setattr(settlement, "cycle_move", lambda **_arguments: None)
    monkeypatch.setattr(settlement, "surplus_post", lambda **_arguments: (0, 0))
    with unguarded(Cycle):
        race.run(settlers(plan, federation))
    assert (len(race.returned), race.raised, baselines()) == (2, [], 3)
