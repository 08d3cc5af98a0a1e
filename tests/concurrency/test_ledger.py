"""Money that several people move at the same moment: none is made, none lost, and whoever comes second is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from councils.models import Motion
from councils.services import consequences
from planning.models import Account, Cycle, Envelope, Grant, GrantReport, JournalEntry, SharingOut
from planning.selectors.grants import standing_grants
from planning.selectors.ledger import unbalanced
from planning.services import grants, sharing
from planning.services.grants import grant_report, grants_reverse
from planning.services.requests import investment_withdraw
from planning.services.sharing import sharing_follow
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet, unlock_rows
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.sharing_world import asking, carried, granted, propose
from tests.planning.investment.test_grants import grant_of, in_force
from tests.planning.investment.world import ask, motion_on
from tests.unguarded import unguarded
from workplaces.errors import TooLate
from workplaces.record.services import lock_chain

pytestmark = pytest.mark.django_db(transaction=True)
FUND, VALLEY = 1600, 480


@pytest.fixture
def federation(own_connections: None) -> Federation:
    """The small federation, committed."""
    return make_federation()


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    """The valley's envelope, 4.80, of which three workplaces ask 4.00 each."""
    return asking(federation)[1]


@pytest.fixture(autouse=True)
def nothing_is_made_or_lost(own_connections: None) -> Iterator[None]:
    """After each race everything adds up: to the entry, to the account, and to what was set aside."""
    yield
    assert unbalanced() == []
    assert sum(Account.objects.values_list("balance", flat=True)) == 0
    assert not Account.objects.exclude(kind__in=["output", "world"]).filter(balance__lt=0).exists()
    assert -sum(Account.objects.filter(kind="output").values_list("balance", flat=True)) == FUND


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the row locks and the record's lock away."""
    unlock_rows(monkeypatch)
    monkeypatch.setattr(grants, "lock_chain", lambda: None)
    monkeypatch.setattr(sharing, "lock_chain", lambda: None)


def held(kind: str) -> int:
    return sum(Account.objects.filter(kind=kind).values_list("balance", flat=True))


def kinds(race: Race) -> list[type[Exception]]:
    return [type(problem) for problem in race.raised]


def follow(race: Race, motions: list[Motion]) -> None:
    """Let what was carried be followed, all at once."""

    def one(motion: Motion) -> Callable[[], None]:
        def run() -> None:
            with transaction.atomic():
                sharing_follow(motion, NOW)

        return run

    race.run([one(motion) for motion in motions])


class TestTwoMoveToShareOut:
    """Two delegates put the dial to their council at once: one motion."""

    def run(self, race: Race, federation: Federation, envelope: Envelope) -> None:
        race.run([lambda: propose(federation, envelope, 2.0), lambda: propose(federation, envelope, 1.0)])

    def test_one_motion(
        self, race: Race, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, sharing.policies, "check_share")
        self.run(race, federation, envelope)
        assert kinds(race) == [TooLate]
        assert SharingOut.objects.count() == 1

    def test_without_the_lock_both_think_they_are_first(
        self, race: Race, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlock(monkeypatch)
        meet(monkeypatch, sharing.policies, "check_share")
        self.run(race, federation, envelope)
        assert kinds(race) == [IntegrityError] or len(race.returned) == 2


class TestTwoAreCarried:
    """Two sharings-out of the same money are carried at once: one grants."""

    def motions(
        self, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> list[Motion]:
        """Two carried motions of which nothing has followed yet."""
        with monkeypatch.context() as patched:
            patched.setattr(sharing.policies, "check_share", lambda *_arguments: None)
            patched.setitem(consequences._consequences, "sharing", lambda *_arguments: None)
            return [carried(federation, propose(federation, envelope, alpha)) for alpha in (2.0, 1.0)]

    def test_one_grants(
        self, race: Race, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        motions = self.motions(federation, envelope, monkeypatch)
        meet(monkeypatch, sharing, "_hindrance")
        follow(race, motions)
        assert race.raised == []
        assert SharingOut.objects.filter(settled_at__isnull=False).count() == 1
        assert (held("region"), held("investment")) == (0, VALLEY)

    def test_without_the_lock_only_the_database_stands_in_between(
        self, race: Race, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        motions = self.motions(federation, envelope, monkeypatch)
        unlock(monkeypatch)
        meet(monkeypatch, sharing, "_hindrance")
        follow(race, motions)
        assert len(race.raised) == 1
        assert not isinstance(race.raised[0], TooLate)
        assert (held("region"), held("investment")) == (0, VALLEY)


class TestDoneTwice:
    """Two delegates of a workplace report its equipment done at once: it is paid for once."""

    @pytest.fixture
    def grant(self, federation: Federation, envelope: Envelope) -> Grant:
        """The bakery's grant, its plan in force."""
        granted(federation, envelope)
        in_force(federation, Cycle.objects.get(pk=envelope.draft.cycle_id))
        return grant_of("bread")

    def run(self, race: Race, federation: Federation, grant: Grant) -> None:
        by = federation.people["bread_delegate"]
        race.run([lambda: grant_report(grant=grant, state="done", text="It bakes.", by=by, now=NOW)] * 2)

    def test_paid_once(
        self, race: Race, federation: Federation, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, grants.policies, "check_report")
        self.run(race, federation, grant)
        assert kinds(race) == [TooLate]
        assert (GrantReport.objects.count(), held("world")) == (1, grant.amount)

    def test_without_the_lock_only_the_database_stands_in_between(
        self, race: Race, federation: Federation, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlock(monkeypatch)
        meet(monkeypatch, grants.policies, "check_report")
        self.run(race, federation, grant)
        assert len(race.raised) == 1
        assert not isinstance(race.raised[0], TooLate)
        assert (GrantReport.objects.count(), held("world")) == (1, grant.amount)


class TestDiverted:
    """What a workplace did not use for its equipment goes back while others move the same money."""

    def divert(self, federation: Federation, name: str) -> Callable[[], Any]:
        grant, by = grant_of(name), federation.people[f"{name}_delegate"]
        return lambda: grant_report(grant=grant, state="diverted", text="A roof.", by=by, now=NOW)

    @pytest.fixture
    def overruled(self, federation: Federation, envelope: Envelope) -> Cycle:
        """Everything is granted by a motion that was overruled, and nothing has followed yet."""
        granted(federation, envelope)
        with unguarded(Motion):
            Motion.objects.filter(subject_kind="sharing").update(state="overruled")
        return envelope.draft.cycle

    def both(self, race: Race, federation: Federation, cycle: Cycle) -> None:
        race.run([self.divert(federation, "bread"), lambda: grants_reverse(cycle=cycle, by=None, now=NOW)])

    def test_against_taking_back_it_comes_back_once(
        self, race: Race, federation: Federation, overruled: Cycle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, grants, "_own")
        self.both(race, federation, overruled)
        assert kinds(race) in ([], [TooLate])
        assert (held("region"), held("investment")) == (VALLEY, 0)
        back = JournalEntry.objects.filter(subject=grant_of("bread").public_id).exclude(cause="grant")
        assert back.count() == 1

    def test_without_the_lock_only_the_database_stands_in_between(
        self, race: Race, federation: Federation, overruled: Cycle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlock(monkeypatch)
        meet(monkeypatch, grants, "_own")
        self.both(race, federation, overruled)
        assert len(race.raised) == 1
        assert not isinstance(race.raised[0], TooLate)

    def test_against_another_sharing_out_both_hold(
        self, race: Race, federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Energy asks anew; flour's money is shared out to it at the moment in which the bakery's comes back."""
        first = envelope.draft.cycle.investment_requests.get(workplace=federation.workplaces["energy"])
        investment_withdraw(request=first, by=federation.people["energy_delegate"], now=NOW)
        amounts = {name: grant.amount for name, grant in granted(federation, envelope).items()}
        ask(federation, envelope.draft.cycle, "energy", of="region-valley")
        self.divert(federation, "flour")()
        with monkeypatch.context() as patched:
            patched.setitem(consequences._consequences, "sharing", lambda *_arguments: None)
            motion = carried(federation, propose(federation, envelope))

        def follow() -> None:
            with transaction.atomic():
                lock_chain()  # as whatever closes a vote does
                sharing_follow(motion, NOW)

        race.run([follow, self.divert(federation, "bread")])
        assert race.raised == []
        assert (held("region"), held("investment")) == (amounts["bread"], amounts["flour"])
        assert [grant.amount for grant in standing_grants(envelope.draft.cycle)] == [amounts["flour"]]
        assert motion_on(envelope.sharings.latest("number")).pk == motion.pk
