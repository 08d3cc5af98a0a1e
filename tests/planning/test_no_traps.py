"""No state of a cycle is a trap: the services themselves are explored, not only the tables of transitions.

From a cycle in its proposals every action that people can take is tried, and from where it leads every action
again. A state is what decides what can follow. From each there is a way to a plan in force without abandoning,
and until then abandoning is always allowed. A plan in force is never abandoned: it is revised, and until the revision has
brought another plan into force keeping it is always allowed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from councils.models import Ballot, Motion
from councils.services import charter_found
from councils.services.ballots import ballot_close, ballot_open, ballot_void
from councils.services.motions import motion_withdraw
from councils.services.votes import vote_cast
from planning import policies
from planning.models import Cycle, Plan, Proposal, Round, Run
from planning.policies_revision import revision_of
from planning.runner.claims import ATTEMPTS, LEASE, claim
from planning.runner.execute import run_execute
from planning.selectors.cycles import fresh_baselines
from planning.services.abandoning import cycle_abandon
from planning.services.answers import proposal_set
from planning.services.cycles import cycle_open, standing
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force
from planning.services.revising import cycle_keep, cycle_revise
from planning.services.rounds import round_close, round_give_back, round_open, round_publish
from planning.services.runs import run_cancel, run_start, runs_sweep
from tests.planning.federation import NOW, Federation
from tests.planning.test_ratification import answer_all, begun, cap_bread, proposed
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Person, Scenario
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db
Signature = tuple[object, ...]
LATER = NOW + timedelta(hours=1)
LEAVING = {"abandon", "keep the plan"}
MOST = 600  # more states would mean that the signature tells apart what does not differ


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


def existing[T](found: T | None) -> T:
    """Return what is there; where nothing is, nobody can act on it."""
    if found is None:
        raise TooLate("There is none.")
    return found


@dataclass
class World:
    """The small federation with its one cycle; what people do in it goes through the services."""

    federation: Federation
    graph: dict[Signature, dict[str, Signature]] = field(default_factory=dict)

    @property
    def by(self) -> Person:
        return self.federation.people["coordinator"]

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.select_related("baseline").get(year=2027)

    @property
    def round(self) -> Round:
        rounds = self.cycle.rounds.select_related("cycle", "scenario", "published_run")
        return existing(rounds.order_by("-number").first())

    @property
    def run(self) -> Run:
        return existing(self.round.runs.order_by("-pk").first())

    @property
    def plan(self) -> Plan:
        alive = (Plan.State.PROPOSED, Plan.State.RATIFIED, Plan.State.IN_FORCE)
        return existing(self.cycle.plans.filter(state__in=alive).order_by("-number").first())

    @property
    def ballot(self) -> Ballot:
        return existing(Ballot.objects.filter(state=Ballot.State.OPEN).order_by("pk").first())

    @property
    def motion(self) -> Motion:
        """The first motion that waits for its vote."""
        plans = self.cycle.plans.values("public_id")
        return existing(Motion.objects.filter(state="moved", subject_id__in=plans).order_by("pk").last())

    def bake(self, output: float) -> None:
        line, delegate = self.federation.lines["bread"], self.federation.people["bread_delegate"]
        proposal_set(cycle=self.cycle, line=line, output=output, by=delegate, now=NOW)

    def start(self) -> Run:
        return run_start(round=self.round, by=self.by, now=NOW, hand_over=lambda _run: None)

    def iterate(self) -> None:
        run_execute(self.start().public_id, clock=timezone.now)

    def kill_workers(self) -> None:
        run, at = self.start(), timezone.now()
        for _ in range(ATTEMPTS):
            claim(run.public_id, clock=lambda: at)  # noqa: B023
            at += LEASE + timedelta(seconds=1)
        runs_sweep(now=at)

    def accept_all(self) -> None:
        answer_all(self.round, existing(self.round.published_run), self.federation)

    def vote(self, option: str) -> None:
        ballot = self.ballot
        for entry in ballot.roll.all():
            vote_cast(
                ballot=ballot, right=entry.right, option=option, by=entry.person, idempotency_key=f"{ballot.pk}-{entry.pk}",
                now=LATER,
            )  # fmt: skip
        ballot_close(ballot=ballot, by=self.by, now=LATER)

    def signature(self) -> Signature:
        """Return what decides what can follow."""
        cycle = self.cycle
        if cycle.phase in {Cycle.Phase.IN_FORCE, Cycle.Phase.ABANDONED}:
            return (cycle.phase,)
        round = cycle.rounds.order_by("-number").first()
        plan = cycle.plans.order_by("-number").first()
        return (
            cycle.phase,
            revision_of(cycle) is not None,
            *self._of_round(cycle, round),
            *self._of_figures(cycle, round),
            *self._of_plan(plan),
        )

    def _of_round(self, cycle: Cycle, round: Round | None) -> Signature:
        if round is None:
            return ("none",)
        held = cycle.rounds.filter(published_run__isnull=False).count() + cycle.plans.count()
        left = max(0, min(policies.rounds_allowed(cycle) - held, 2))
        if round.state == Round.State.CLOSED:
            return (round.state, left)
        run = round.runs.order_by("-pk").first()
        done = run is not None and run.state == Run.State.FINISHED
        return (
            round.state,
            left,
            round.state == Round.State.ANSWERING and policies.unanswered(round) > 0,
            run.state if run else "",
            done and run.summary["caps_exceeded"] > 0,
            done and policies.can_propose_plan(round, run),
        )

    def _of_figures(self, cycle: Cycle, round: Round | None) -> Signature:
        proposals = standing(cycle)
        scenario = proposals or (round.scenario if round else cycle.baseline)
        baked = Proposal.objects.in_scenario(scenario).filter(line=self.federation.lines["bread"]).first()
        output = baked.output if baked else 100.0
        return (proposals is not None, "little" if output < 99.5 else "right" if output < 100.5 else "much")

    def _of_plan(self, plan: Plan | None) -> Signature:
        if plan is None or plan.state != Plan.State.PROPOSED:
            return (plan.state if plan else "",)
        motions = Motion.objects.filter(subject_id=plan.public_id).order_by("council_id", "number")
        latest = {motion.council_id: motion.state for motion in motions}
        return (plan.state, *sorted(latest.items()))

    def explore(self) -> Signature:
        """Try everything from here, and from where it leads; return where it is."""
        here = self.signature()
        if here in self.graph:
            return here
        self.graph[here] = {}
        assert len(self.graph) <= MOST, here
        for name, act in actions(self).items():
            with undone():
                if attempt(act):
                    self.graph[here][name] = self.explore()
        return here


def actions(world: World) -> dict[str, Callable[[], object]]:
    """Everything that people can do, sensible or not."""
    by, after = world.by, NOW + timedelta(days=30)
    return {
        "bake little": lambda: world.bake(90.0),
        "bake right": lambda: world.bake(100.0),
        "bake too much": lambda: world.bake(110.0),
        "open a round": lambda: round_open(cycle=world.cycle, by=by, now=NOW),
        "start a run": world.start,
        "cancel the run": lambda: run_cancel(run=world.run, by=by, now=NOW),
        "iterate": world.iterate,
        "kill workers": world.kill_workers,
        "publish": lambda: round_publish(round=world.round, run=world.run, by=by, now=NOW),
        "accept all": world.accept_all,
        "close early": lambda: round_close(round=world.round, by=by, now=NOW),
        "close": lambda: round_close(round=world.round, by=by, now=after),
        "give back": lambda: round_give_back(round=world.round, reason="a slip", by=by, now=NOW),
        "propose the plan": lambda: plan_propose(round=world.round, by=by, now=NOW),
        "vote yes": lambda: world.vote("yes"),
        "vote no": lambda: world.vote("no"),
        "void a vote": lambda: ballot_void(ballot=world.ballot, reason="an error", by=by, now=NOW),
        "withdraw a motion": lambda: motion_withdraw(motion=world.motion, by=by, now=NOW),
        "vote again": lambda: ballot_open(motion=world.motion, by=by, now=NOW),
        "advance": lambda: plan_advance(plan=world.plan, by=by, now=LATER),
        "put in force": lambda: plan_put_in_force(plan=world.plan, by=by, now=NOW),
        "revise": lambda: cycle_revise(cycle=world.cycle, reason="a frost", by=by, now=NOW),
        "keep the plan": lambda: cycle_keep(cycle=world.cycle, reason="it thawed", by=by, now=NOW),
        "abandon": lambda: cycle_abandon(cycle=world.cycle, reason="no way on", by=by, now=NOW),
    }


@contextmanager
def undone() -> Iterator[None]:
    """Do something and take it back."""
    point = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def attempt(act: Callable[[], object]) -> bool:
    """Say whether the services allow it; anything but a refusal is an error of theirs."""
    try:
        act()
    except Refused:
        return False
    return True


def leads_to_force(graph: dict[Signature, dict[str, Signature]]) -> set[Signature]:
    """Return the states from which a plan in force can be reached without abandoning."""
    good = {state for state in graph if state[0] == Cycle.Phase.IN_FORCE}
    while True:
        more = {
            state
            for state, ways in graph.items()
            if state not in good and any(there in good for name, there in ways.items() if name not in LEAVING)
        }
        if not more:
            return good
        good |= more


def test_every_state_leads_to_a_plan_in_force_and_can_be_left_until_then(federation: Federation) -> None:
    charter_found(
        values={"councils.ratify.order": ["regional", "board"], "planning.round_limit": 1}, by=None, now=NOW
    )
    cap_bread(federation, 105.0)
    begun(federation)
    world = World(federation)
    world.explore()
    graph = world.graph
    assert {state[0] for state in graph} == {"proposals", "rounds", "ratification", "in_force", "abandoned"}
    planning = {state for state in graph if state[0] in {"proposals", "rounds", "ratification"}}
    assert not planning - leads_to_force(graph)
    revised = {state for state in planning if state[1]}
    assert not {state for state in planning if (state in revised) == ("abandon" in graph[state])}
    assert not {state for state in planning if (state in revised) != ("keep the plan" in graph[state])}
    tried = {name for ways in graph.values() for name in ways}
    assert tried == set(actions(world)), "an action that is never allowed proves nothing"


def abandon(cycle: Cycle, federation: Federation, reason: str = "Nobody can deliver.") -> Cycle:
    return cycle_abandon(cycle=cycle, reason=reason, by=federation.people["coordinator"], now=NOW)


def test_abandoning_closes_what_is_open_and_leaves_the_baseline_to_the_next_cycle(
    federation: Federation, cycle: Cycle
) -> None:
    plan = proposed(cycle, federation)
    ended = abandon(cycle, federation)
    plan.refresh_from_db()
    assert (ended.phase, plan.state) == (Cycle.Phase.ABANDONED, Plan.State.ABANDONED)
    assert not Ballot.objects.filter(state=Ballot.State.OPEN).exists()
    assert not Scenario.objects.filter(kind="round", state="open").exists()
    entry = Entry.objects.get(kind="cycle.abandon")
    assert (entry.body["note"], entry.actor_id) == (
        "Nobody can deliver.",
        federation.people["coordinator"].pk,
    )
    assert [baseline for baseline, _year in fresh_baselines()] == [federation.baseline]
    by = federation.people["coordinator"]
    following = cycle_open(year=2028, baseline=federation.baseline, by=by, now=NOW)
    assert following.phase == Cycle.Phase.PREPARATION


def test_abandoning_an_open_round_ends_its_run(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    abandon(cycle, federation)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.CANCELLED
    assert Round.objects.get().state == Round.State.CLOSED


def test_abandoning_takes_a_coordinator_and_a_reason(federation: Federation, cycle: Cycle) -> None:
    with pytest.raises(Invalid, match="why"):
        abandon(cycle, federation, reason=" ")
    with pytest.raises(Forbidden):
        cycle_abandon(cycle=cycle, reason="x", by=federation.people["bread_delegate"], now=NOW)
    with unguarded(Cycle):
        Cycle.objects.update(phase=Cycle.Phase.IN_FORCE)
    with pytest.raises(TooLate, match="not in force"):
        abandon(cycle, federation)
