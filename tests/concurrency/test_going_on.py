"""The buttons that do several steps at one press, and ratification by itself: at the same moment, from several sides."""

import threading
from functools import partial

import pytest

from councils.models import Ballot, Motion
from planning import policies
from planning.models import Cycle, Plan, Round, Run
from planning.services import rounds
from planning.services.going_on import round_close_and_next, round_open_and_start
from planning.services.ratifying import plans_go_on
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet, unlock_rows
from tests.concurrency.test_rounds import answering, federation, opened
from tests.planning.federation import NOW, Federation
from tests.planning.test_ratification import LATER, advance, begun, proposed
from tests.planning.test_ratifying import decide_all, state
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["answering", "federation", "opened"]


def open_twice(race: Race, cycle: Cycle, by: Person, monkeypatch: pytest.MonkeyPatch) -> int:
    """Press at the same moment; return how many passed the check whether a round can open."""
    meet(monkeypatch, rounds.policies, "check_open_round")
    passed, slowly = [], policies.check_open_round

    def counted(cycle: Cycle) -> None:
        slowly(cycle)
        passed.append(threading.get_ident())

    monkeypatch.setattr(rounds.policies, "check_open_round", counted)
    press = partial(round_open_and_start, cycle=cycle, number=1, by=by, now=NOW, hand_over=lambda _run: None)
    race.run([press] * 2)
    return len(passed)


def test_one_round_is_opened_and_computed_once(
    race: Race, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = begun(federation)
    assert open_twice(race, cycle, federation.people["coordinator"], monkeypatch) == 1
    assert race.raised == []
    assert sorted(result.is_new for result in race.returned) == [False, True]
    assert (Round.objects.count(), Run.objects.count()) == (1, 1)


def test_without_its_lock_both_would_go_ahead(
    race: Race, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = begun(federation)
    unlock_rows(monkeypatch)
    assert open_twice(race, cycle, federation.people["coordinator"], monkeypatch) == 2


def test_a_round_closed_by_two_is_followed_by_one(
    race: Race, answering: Round, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, rounds.policies, "check_close_round")
    by, when = federation.people["coordinator"], answering.answers_close_at
    press = partial(round_close_and_next, round=answering, by=by, now=when, hand_over=lambda _run: None)
    race.run([press] * 2)
    assert [type(problem) for problem in race.raised] in ([], [TooLate])
    assert [result.is_new for result in race.returned].count(True) == 1
    assert list(Round.objects.values_list("number", "state")) == [(1, "closed"), (2, "open")]
    assert Run.objects.filter(round__number=2).count() == 1


@pytest.fixture
def plan(federation: Federation) -> Plan:
    """A plan before the sector councils."""
    return proposed(begun(federation), federation)


def test_the_next_councils_are_asked_once(race: Race, federation: Federation, plan: Plan) -> None:
    """Two workers and a coordinator look at the same moment."""
    decide_all(federation)
    race.run([partial(plans_go_on, now=LATER)] * 2 + [lambda: advance(plan, federation)])
    assert race.raised == []
    assert Motion.objects.filter(council__kind="regional").count() == 1
    assert Ballot.objects.filter(council__kind="regional").count() == 1


def test_a_plan_is_put_in_force_once(race: Race, federation: Federation, plan: Plan) -> None:
    for _stage in ("sector", "regional"):
        decide_all(federation)
        advance(plan, federation)
    decide_all(federation)
    race.run([partial(plans_go_on, now=LATER)] * 3)
    assert race.raised == []
    assert state(plan) == Plan.State.IN_FORCE
    assert Entry.objects.filter(kind="plan.in_force").count() == 1
