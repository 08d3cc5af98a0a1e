"""What two people do at once in a council: amending and opening, objecting and closing, delegating and opening.

Each race is forced: both have looked before either goes on. Control: without the services' locks and the database's triggers
(for delegation: without the record's lock) both go through.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial, wraps
from typing import Any

import pytest

from councils import meeting_policies, policies_motions
from councils.models import (
    AgendaItem,
    Amendment,
    Ballot,
    Charter,
    Council,
    Delegation,
    Meeting,
    Motion,
    Objection,
    Proxy,
)
from councils.selectors.delegations import edges
from councils.services import (
    amendments,
    ballot_open,
    ballots,
    consent_object,
    delegation_give,
    delegations,
    meeting_close,
    minutes,
    sitting,
)
from councils.services.amendments import amendment_propose
from tests.concurrency.conftest import Race
from tests.councils.meeting import BEGINS, called, consent, opened
from tests.councils.secret import assembly
from tests.councils.world import DAY, NOW, World
from tests.unguarded import unguarded
from workplaces.errors import Refused
from workplaces.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 3.0  # seconds for which one waits for the other to have looked too: with locks it cannot


@pytest.fixture
def after_both_looked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let two checks pass only once both have been made, or the other has not come for a while."""
    together = threading.Barrier(2)

    def held(module: Any, *names: str) -> None:
        for name in names:
            monkeypatch.setattr(module, name, waiting(getattr(module, name)))

    def waiting(check: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(check)
        def checked(*arguments: Any) -> Any:
            found = check(*arguments)
            with suppress(threading.BrokenBarrierError):
                together.wait(PATIENCE)
            return found

        return checked

    return held


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Take the services' locks away from modules."""

    def read(row: Any, *, related: tuple[str, ...] = ()) -> Any:
        rows = type(row)._default_manager
        return (rows.select_related(*related) if related else rows).get(pk=row.pk)

    def without(*modules: Any) -> None:
        for module in modules:
            monkeypatch.setattr(module, "chain_first", lambda: None)
            if hasattr(module, "locked"):
                monkeypatch.setattr(module, "locked", read)

    return without


@pytest.fixture
def without_triggers() -> Iterator[Callable[..., None]]:
    """Lift the triggers of tables until the test ends."""
    with ExitStack() as stack:
        yield lambda *models: [stack.enter_context(unguarded(model)) for model in models]  # type: ignore[func-returns-value]


class TestAmendingAgainstOpening:
    """A vote that is open has no undecided amendment."""

    @pytest.fixture
    def motion(self, world: World, after_both_looked: Callable[..., None]) -> Motion:
        after_both_looked(policies_motions, "check_can_amend", "check_amendments_decided")
        return world.motion()

    def at_once(self, world: World, motion: Motion, race: Race) -> None:
        proposing = partial(
            amendment_propose, motion=motion, version=1, title="Buy two", text="Together.",
            by=world.person("delegate2"), now=NOW,
        )  # fmt: skip
        race.run([proposing, partial(ballot_open, motion=motion, by=world.person("carla"), now=NOW)])

    @pytest.mark.parametrize("by", ["the services", "the database alone"])
    def test_one_of_the_two_goes_through(
        self, world: World, motion: Motion, race: Race, unlocked: Callable[..., None], by: str
    ) -> None:
        if by == "the database alone":
            unlocked(amendments, ballots)
        self.at_once(world, motion, race)
        assert len(race.returned) == 1
        assert len(race.raised) == 1
        assert Amendment.objects.count() + Ballot.objects.count() == 1
        if by == "the services":
            assert isinstance(race.raised[0], Refused)

    def test_control_without_locks_and_triggers_both_do(
        self,
        world: World,
        motion: Motion,
        race: Race,
        unlocked: Callable[..., None],
        without_triggers: Callable[..., None],
    ) -> None:
        unlocked(amendments, ballots)
        without_triggers(Motion, Amendment)
        self.at_once(world, motion, race)
        assert race.raised == []
        assert Amendment.objects.filter(state="proposed").exists()
        assert Motion.objects.get().state == "voting"


class TestObjectingAgainstClosing:
    """Nothing is passed, and no meeting over, with an objection that was not put to the vote."""

    @pytest.fixture
    def item(self, world: World, after_both_looked: Callable[..., None]) -> AgendaItem:
        found = consent(world, called(world))
        opened(world, found.meeting, "delegate1", "delegate2")
        after_both_looked(meeting_policies, "check_can_object", "check_can_close")
        return found

    def at_once(self, world: World, item: AgendaItem, race: Race) -> None:
        objecting = partial(
            consent_object, item=item, reason="Blue!", by=world.person("delegate3"), now=BEGINS
        )
        race.run(
            [objecting, partial(meeting_close, meeting=item.meeting, by=world.person("carla"), now=BEGINS)]
        )

    @pytest.mark.parametrize("by", ["the services", "the database alone"])
    def test_one_of_the_two_goes_through(
        self, world: World, item: AgendaItem, race: Race, unlocked: Callable[..., None], by: str
    ) -> None:
        if by == "the database alone":
            unlocked(sitting, minutes)
        self.at_once(world, item, race)
        assert (len(race.returned), len(race.raised)) == (1, 1)
        is_over = Meeting.objects.get().state == "closed"
        assert Objection.objects.exists() is not is_over
        assert AgendaItem.objects.get(pk=item.pk).state == ("passed" if is_over else "objected")
        if by == "the services":
            assert isinstance(race.raised[0], Refused)

    def test_control_without_locks_and_triggers_both_do(
        self,
        world: World,
        item: AgendaItem,
        race: Race,
        unlocked: Callable[..., None],
        without_triggers: Callable[..., None],
    ) -> None:
        unlocked(sitting, minutes)
        without_triggers(Meeting, AgendaItem, Objection)
        self.at_once(world, item, race)
        assert race.raised == []
        assert Meeting.objects.get().state == "closed"
        assert Objection.objects.exists()


class TestDelegatingAgainstOpening:
    """A vote freezes every delegation that stands on the record before its opening, and none that stands after."""

    @pytest.fixture
    def works(self, world: World) -> Council:
        with unguarded(Charter):
            Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
        return assembly(world, 6)

    def at_once(self, world: World, works: Council, race: Race, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Delegate after the opening has looked who delegates; say whether the record and what froze agree."""
        motion = world.motion(council=works, by=world.person("mia"))
        looked, given = threading.Event(), threading.Event()

        def looking(*arguments: Any) -> dict[int, int]:
            found = edges(*arguments)
            looked.set()
            given.wait(PATIENCE)
            return found

        def giving() -> Delegation:
            looked.wait(60)
            noah, olga = world.person("noah"), world.person("olga")
            made = delegation_give(council=works, to=olga, by=noah, until=NOW + DAY, now=NOW)
            given.set()
            return made

        monkeypatch.setattr(delegations, "edges", looking)
        race.run([giving, partial(ballot_open, motion=motion, by=world.person("bruno"), now=NOW)])
        assert race.raised == []
        numbers = dict(Entry.objects.values_list("kind", "number"))
        return (numbers["delegation.given"] < numbers["ballot.opened"]) is Proxy.objects.exists()

    def test_what_froze_is_what_stood_on_the_record(
        self, world: World, works: Council, race: Race, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.at_once(world, works, race, monkeypatch)

    def test_control_without_the_record_s_lock_one_given_before_is_left_out(
        self,
        world: World,
        works: Council,
        race: Race,
        monkeypatch: pytest.MonkeyPatch,
        unlocked: Callable[..., None],
    ) -> None:
        unlocked(ballots, delegations)
        assert not self.at_once(world, works, race, monkeypatch)
