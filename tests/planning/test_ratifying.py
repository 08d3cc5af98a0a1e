"""Ratification goes on by itself once the councils that were asked have decided; whatever fails is tried again."""

import logging

import pytest
from django.conf import settings
from django.utils import timezone

from councils.models import Ballot, Council, Mandate, Motion
from councils.services.ballots import ballot_void, ballots_close_due
from councils.services.motions import motion_withdraw
from councils.services.votes import vote_cast
from planning.models import Cycle, Plan
from planning.services import plans, ratifying
from planning.services.ratifying import plans_go_on
from planning.tasks import go_on
from tests.planning.federation import NOW, Federation
from tests.planning.test_ratification import LATER, advance, decide, proposed
from tests.planning.worker import eventually, worker
from tests.unguarded import unguarded
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    return proposed(cycle, federation)


def decide_all(federation: Federation) -> set[str]:
    """Let every council that is asked carry the plan; return their kinds."""
    ballots = list(Ballot.objects.filter(state=Ballot.State.OPEN).select_related("council"))
    for ballot in ballots:
        decide(ballot, federation)
    return {ballot.council.kind for ballot in ballots}


def state(plan: Plan) -> str:
    return Plan.objects.values_list("state", flat=True).get(pk=plan.pk)


def told(start: int = 0) -> list[tuple[str, int | None]]:
    rows = Entry.objects.filter(number__gt=start).order_by("number").values_list("kind", "actor")
    return [row for row in rows if not row[0].startswith("ballot.closed")]


class TestByItself:
    def test_stage_after_stage_and_into_force(self, federation: Federation, plan: Plan) -> None:
        for kind in ("sector", "regional", "board"):
            assert state(plan) == Plan.State.PROPOSED
            assert decide_all(federation) == {kind}
            assert plans_go_on(now=LATER) == 1
        plan.refresh_from_db()
        assert (plan.state, plan.in_force_at) == (Plan.State.IN_FORCE, LATER)
        assert (plan.cycle.phase, plan.prices.count()) == (Cycle.Phase.IN_FORCE, 3)

    def test_it_tells_the_record_what_the_buttons_tell(self, federation: Federation, plan: Plan) -> None:
        decide_all(federation)
        last = Entry.objects.latest("number").number
        plans_go_on(now=LATER)
        assert told(last) == [("motion.moved", None), ("ballot.opened", None)]
        moved = Motion.objects.get(council__kind="regional")
        first = Motion.objects.filter(council__kind="sector").first()
        assert first is not None
        assert (moved.moved_by, moved.hat, moved.prescribed) == (
            plan.proposed_by,
            first.hat,
            first.prescribed,
        )
        for _stage in ("regional", "board"):
            decide_all(federation)
            last = Entry.objects.latest("number").number
            plans_go_on(now=LATER)
        assert told(last) == [("plan.ratified", None), ("cycle.put_in_force", None), ("plan.in_force", None)]

    def test_once_more_changes_nothing(self, federation: Federation, plan: Plan) -> None:
        for _stage in range(3):
            assert plans_go_on(now=LATER) == 0
            decide_all(federation)
            plans_go_on(now=LATER)
            last = Entry.objects.latest("number").number
            assert plans_go_on(now=LATER) == 0
            assert Entry.objects.latest("number").number == last

    def test_one_vote_that_is_open_holds_it(self, federation: Federation, plan: Plan) -> None:
        first, *others = Ballot.objects.filter(state=Ballot.State.OPEN)
        for ballot in others:
            decide(ballot, federation)
        assert plans_go_on(now=LATER) == 0
        assert Motion.objects.count() == 3
        decide(first, federation)
        assert plans_go_on(now=LATER) == 1

    def test_a_refusal_sends_it_back_at_once(self, federation: Federation, plan: Plan) -> None:
        decide(Ballot.objects.filter(state=Ballot.State.OPEN).first(), federation, "no")
        assert plans_go_on(now=LATER) == 1
        assert state(plan) == Plan.State.REFERRED_BACK
        assert not Ballot.objects.filter(state=Ballot.State.OPEN).exists()
        assert Ballot.objects.filter(state=Ballot.State.VOID).count() == 2
        assert Cycle.objects.get().phase == Cycle.Phase.ROUNDS
        assert plans_go_on(now=LATER) == 0

    def test_a_plan_that_a_coordinator_counted_in_is_put_in_force(
        self, federation: Federation, plan: Plan
    ) -> None:
        for _stage in range(3):
            decide_all(federation)
            advance(plan, federation)
        assert state(plan) == Plan.State.RATIFIED
        assert plans_go_on(now=LATER) == 1
        assert state(plan) == Plan.State.IN_FORCE

    def test_what_somebody_took_back_is_left_to_them(self, federation: Federation, plan: Plan) -> None:
        by, first = federation.people["coordinator"], Ballot.objects.first()
        assert first is not None
        ballot_void(ballot=first, reason="The roll was wrong.", by=by, now=LATER)
        decide_all(federation)
        assert plans_go_on(now=LATER) == 0
        motion = motion_withdraw(motion=Motion.objects.get(pk=first.motion_id), by=by, now=LATER)
        assert motion.state == Motion.State.WITHDRAWN
        assert plans_go_on(now=LATER) == 0
        advance(plan, federation)  # asks that council again
        decide_all(federation)
        assert plans_go_on(now=LATER) == 1


class TestWhatFails:
    def test_a_hindrance_leaves_the_plan_as_it_was_until_it_is_gone(
        self, federation: Federation, plan: Plan, caplog: pytest.LogCaptureFixture
    ) -> None:
        board = Council.objects.get(kind="board")
        members = Mandate.objects.filter(council=board, role="delegate")
        before = dict(members.values_list("pk", "held"))
        for _stage in ("sector", "regional"):
            decide_all(federation)
            if _stage == "regional":
                with unguarded(Mandate):
                    members.update(held=(NOW.date(), NOW.date()))
            with caplog.at_level(logging.WARNING):
                plans_go_on(now=LATER)
        assert state(plan) == Plan.State.PROPOSED
        assert "Nobody can vote on the plan in Board" in caplog.text
        with unguarded(Mandate):
            for pk, held in before.items():
                Mandate.objects.filter(pk=pk).update(held=held)
        assert plans_go_on(now=LATER) == 1
        assert decide_all(federation) == {"board"}

    def test_what_breaks_on_the_way_into_force_is_tried_again(
        self, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _stage in ("sector", "regional"):
            decide_all(federation)
            plans_go_on(now=LATER)
        decide_all(federation)

        def breaks(**_given: object) -> int:
            raise OSError("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr(plans, "prices_write", breaks)
            with pytest.raises(OSError, match="disk"):
                plans_go_on(now=LATER)
        assert (state(plan), Cycle.objects.get().phase) == (Plan.State.RATIFIED, Cycle.Phase.RATIFICATION)
        assert not Entry.objects.filter(kind="plan.in_force").exists()
        assert plans_go_on(now=LATER) == 1
        assert state(plan) == Plan.State.IN_FORCE

    def test_a_broker_that_is_away_keeps_no_vote_from_closing(
        self, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: object,
    ) -> None:  # fmt: skip
        def away(*_given: object) -> None:
            raise OSError("no route")

        monkeypatch.setattr(ratifying.current_app, "send_task", away)
        with django_capture_on_commit_callbacks(execute=True) as followed:  # type: ignore[operator]
            decide_all(federation)
        assert len(followed) == 1, "the last vote of a stage asks for one look"
        assert not Ballot.objects.filter(state=Ballot.State.OPEN).exists()
        assert plans_go_on(now=LATER) == 1


@pytest.mark.django_db(transaction=True)
def test_votes_whose_time_is_over_carry_the_plan_into_force_with_a_real_worker(
    federation: Federation, cycle: Cycle, broker_url: str
) -> None:
    """The clock closes each stage's votes; the worker asks the next councils and puts the plan in force."""
    plan = proposed(cycle, federation)
    with worker(broker_url):
        for stage in range(1, 4):
            for ballot in Ballot.objects.filter(state=Ballot.State.OPEN):
                votes(ballot)
            with unguarded(Ballot):  # a week goes by
                Ballot.objects.filter(state=Ballot.State.OPEN).update(closes_at=timezone.now())
            assert ballots_close_due(now=timezone.now())
            kinds = Motion.objects.filter(subject_kind="plan").values("council__kind").distinct()
            eventually(
                lambda stage=stage, kinds=kinds: kinds.count() > stage or state(plan) == Plan.State.IN_FORCE,  # type: ignore[misc]
                seconds=90, what=f"the plan has gone on after stage {stage}",
            )  # fmt: skip
    assert state(plan) == Plan.State.IN_FORCE


def votes(ballot: Ballot) -> None:
    """Let everybody vote yes, and leave the vote open."""
    for entry in ballot.roll.all():
        vote_cast(
            ballot=ballot, right=entry.right, option="yes", by=entry.person,
            idempotency_key=f"{ballot.pk:08}-{entry.pk:08}", now=ballot.opened_at,
        )  # fmt: skip


def test_the_clock_looks_every_minute(federation: Federation, plan: Plan) -> None:
    decide_all(federation)
    beat = settings.CELERY_BEAT_SCHEDULE["plans-go-on"]
    assert beat == {"task": go_on.name, "schedule": 60.0}
    assert go_on() == 1
