"""Requests that compete while others do the same at the same moment: one motion, one grant, nothing made or lost."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError

from councils.models import Motion
from councils.services import consequences
from planning.models import Account, Envelope, Grant, SharingOut
from planning.selectors.ledger import unbalanced
from planning.services import projects, sharing
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet
from tests.concurrency.test_ledger import follow, held, kinds, unlock
from tests.planning.federation import Federation, make_federation
from tests.planning.investment.projects_world import competing, decided, propose
from tests.planning.investment.sharing_world import propose as propose_dial
from workplaces.errors import TooLate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def federation(own_connections: None) -> Federation:
    """The small federation, committed."""
    return make_federation()


@pytest.fixture
def valley(federation: Federation) -> Envelope:
    return competing(federation)[1]


@pytest.fixture(autouse=True)
def nothing_is_made_or_lost(own_connections: None) -> Iterator[None]:
    yield
    assert unbalanced() == []
    assert sum(Account.objects.values_list("balance", flat=True)) == 0
    assert held("region") + held("investment") == 480


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    unlock(monkeypatch)
    monkeypatch.setattr(projects, "lock_chain", lambda: None)


class TestTwoMove:
    """One delegate moves the dial and one that requests compete: one motion."""

    def run(self, race: Race, federation: Federation, valley: Envelope) -> None:
        race.run([lambda: propose(federation, valley), lambda: propose_dial(federation, valley)])

    def test_one_motion(
        self, race: Race, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, sharing.policies, "check_share")
        self.run(race, federation, valley)
        assert kinds(race) == [TooLate]
        assert SharingOut.objects.count() == 1

    def test_without_the_lock_both_think_they_are_first(
        self, race: Race, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlocked(monkeypatch)
        meet(monkeypatch, sharing.policies, "check_share")
        self.run(race, federation, valley)
        assert kinds(race) == [IntegrityError] or len(race.returned) == 2


class TestTwoAreCarried:
    """Two votes chose the same requests, and both are followed at once: each is granted once."""

    def motions(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> list[Motion]:
        with monkeypatch.context() as patched:
            patched.setattr(sharing.policies, "check_share", lambda *_arguments: None)
            patched.setitem(consequences._consequences, "sharing", lambda *_arguments: None)
            return [decided(federation, propose(federation, valley)) for _each in range(2)]

    def test_each_is_granted_once(
        self, race: Race, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        motions = self.motions(federation, valley, monkeypatch)
        meet(monkeypatch, projects, "_hindrance")
        follow(race, motions)
        assert race.raised == []
        assert sorted(Grant.objects.values_list("amount", flat=True)) == [150, 200]
        assert SharingOut.objects.filter(settled_at__isnull=False).count() == 1

    def test_without_the_lock_only_the_database_stands_in_between(
        self, race: Race, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        motions = self.motions(federation, valley, monkeypatch)
        unlocked(monkeypatch)
        meet(monkeypatch, projects, "_hindrance")
        follow(race, motions)
        assert len(race.raised) == 1
        assert not isinstance(race.raised[0], TooLate)
        assert sorted(Grant.objects.values_list("amount", flat=True)) == [150, 200]
