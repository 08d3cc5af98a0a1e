"""Two members divide one surplus at the same moment: one division is moved, one is paid, and no cent twice."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from councils.models import Motion
from councils.services import consequences
from planning.models import Account, Plan, SurplusDivision
from planning.selectors.divisions import Asked, Good
from planning.selectors.ledger import unbalanced
from planning.services import divisions
from planning.services.divisions import division_follow
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet, unlock_rows
from tests.planning.conftest import *  # noqa: F403 - the small federation's fixtures
from tests.planning.division.world import KEPT, balances, carried, move, with_surplus
from tests.planning.federation import NOW, Federation
from workplaces.errors import Refused, TooLate

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = Asked([Good("Hall", "culture", KEPT)])


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(own_connections: None, federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """The bakery after a settled year, committed."""
    return with_surplus(federation, request)


@pytest.fixture(autouse=True)
def nothing_is_made_or_lost(own_connections: None) -> Iterator[None]:
    yield
    assert unbalanced() == []
    assert sum(Account.objects.values_list("balance", flat=True)) == 0
    assert not Account.objects.exclude(kind__in=["output", "world"]).filter(balance__lt=0).exists()


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the row locks and the record's lock away."""
    unlock_rows(monkeypatch)
    monkeypatch.setattr(divisions, "lock_chain", lambda: None)


def both_move(race: Race, federation: Federation) -> None:
    race.run([lambda: move(federation), lambda: move(federation, by="ben")])


def test_one_division_is_moved(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, divisions.policies, "check_divide")
    both_move(race, federation)
    assert [type(problem) for problem in race.raised] == [TooLate]
    assert SurplusDivision.objects.count() == Motion.objects.filter(subject_kind="division").count() == 1


def test_without_the_lock_both_think_they_are_first(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(monkeypatch)
    meet(monkeypatch, divisions.policies, "check_divide")
    both_move(race, federation)
    assert [type(problem) for problem in race.raised] == [IntegrityError], "the second number 1 is refused"


def two_carried(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> list[Motion]:
    """Two carried motions, each for all of the account, of which nothing has followed yet."""
    held = Account.objects.get(kind="surplus", workplace__code="bread-works")
    with monkeypatch.context() as patched:
        patched.setattr(divisions.policies, "check_divide", lambda _assembly: held)
        patched.setitem(consequences._consequences, "division", lambda *_given: None)
        return [carried(federation, move(federation, WHOLE)) for _time in range(2)]


def follow(race: Race, motions: list[Motion]) -> None:
    def one(motion: Motion) -> Callable[[], None]:
        def run() -> None:
            with transaction.atomic():
                division_follow(motion, NOW)

        return run

    race.run([one(motion) for motion in motions])


def test_of_two_that_were_carried_one_is_paid(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(race, two_carried(federation, monkeypatch))
    assert race.raised == []
    assert SurplusDivision.objects.filter(settled_at__isnull=False).count() == 1
    assert balances() == {"surplus": 0, "collective": KEPT}


def test_without_the_lock_only_the_database_stands_in_between(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    motions = two_carried(federation, monkeypatch)
    unlock(monkeypatch)
    meet(monkeypatch, SurplusDivision, "save")
    follow(race, motions)
    assert [isinstance(problem, Refused) for problem in race.raised] == [True], (
        "the account would be overdrawn"
    )
    assert balances() == {"surplus": 0, "collective": KEPT}
