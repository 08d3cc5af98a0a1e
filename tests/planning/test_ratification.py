"""From rounds to ratification and back: who must have voted, what a refusal leaves behind, which round is the last."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot, Council, Mandate, Motion
from councils.services import charter_found
from councils.services.ballots import ballot_close, ballot_open, ballot_void
from councils.services.motions import motion_move, motion_withdraw
from councils.services.votes import vote_cast
from planning import policies
from planning.models import Cycle, Plan, Round, Run, RunLine
from planning.runner.execute import run_execute
from planning.services.answers import Answer, consumption_set, demand_answer, line_answer, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.plans import plan_advance, plan_propose, stages
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from tests.planning.federation import NOW, Federation, mandate
from tests.unguarded import unguarded
from workplaces.errors import TooLate
from workplaces.models import LabourPool, Resource, Technology

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
AFTER = NOW + timedelta(days=4)


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


def iterated(round: Round, federation: Federation) -> Run:
    """Run the round's iteration here."""
    run = run_start(round=round, by=federation.people["coordinator"], now=NOW, hand_over=lambda _run: None)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    run.refresh_from_db()
    return run


def opened(cycle: Cycle, federation: Federation) -> tuple[Round, Run]:
    """Open the next round and run its iteration."""
    cycle.refresh_from_db()
    round = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    return round, iterated(round, federation)


def proposed(cycle: Cycle, federation: Federation) -> Plan:
    """Put the next round's proposals to the councils."""
    round, _run = opened(cycle, federation)
    return plan_propose(round=round, by=federation.people["coordinator"], now=NOW)


def decide(ballot: Ballot, federation: Federation, option: str = "yes") -> None:
    """Let everybody on the roll vote, and count."""
    for entry in ballot.roll.all():
        vote_cast(
            ballot=ballot, right=entry.right, option=option, by=entry.person, idempotency_key=str(uuid.uuid4()), now=LATER
        )  # fmt: skip
    ballot_close(ballot=ballot, by=federation.people["coordinator"], now=LATER)


def advance(plan: Plan, federation: Federation) -> Plan:
    return plan_advance(plan=plan, by=federation.people["coordinator"], now=LATER)


def carry(plan: Plan, federation: Federation) -> Plan:
    """Let all councils carry the plan, one kind after the other."""
    while ballots := list(Ballot.objects.filter(state=Ballot.State.OPEN)):
        for ballot in ballots:
            decide(ballot, federation)
        plan = advance(plan, federation)
    return plan


def refuse(plan: Plan, federation: Federation) -> Plan:
    """Let one of the councils that are asked refuse."""
    decide(Ballot.objects.filter(state=Ballot.State.OPEN).first(), federation, "no")
    return advance(plan, federation)


def shortage(cycle: Cycle, federation: Federation, quantity: float = 118.0) -> None:
    """The village wants more bread than is made."""
    consumption_set(
        cycle=cycle, demand_line=federation.demand["bread"], quantity=quantity, by=federation.people["villager"], now=NOW
    )  # fmt: skip


def limited(cycle: Cycle, rounds: int) -> Cycle:
    """Let the charter allow that many rounds."""
    with unguarded(Cycle):
        Cycle.objects.update(rules=cycle.rules | {"round_limit": rounds})
    cycle.refresh_from_db()
    return cycle


class TestTheLastRound:
    def test_is_the_one_with_the_charters_number(self, federation: Federation, cycle: Cycle) -> None:
        by = federation.people["coordinator"]
        limited(cycle, 2)
        shortage(cycle, federation, 300.0)  # more than the bakery's capacity: no answer makes it add up
        first, run = opened(cycle, federation)
        with pytest.raises(TooLate, match="worst imbalance"):
            plan_propose(round=first, by=by, now=NOW)
        round_publish(round=first, run=run, by=by, now=NOW)
        round_close(round=first, by=by, now=AFTER)
        second, run = opened(cycle, federation)
        assert second.number == 2
        with pytest.raises(TooLate, match="the last that the charter allows"):
            round_publish(round=second, run=run, by=by, now=NOW)
        plan = plan_propose(round=second, by=by, now=NOW)
        assert "bread" in [conflict["product"] for conflict in plan.conflicts]

    def test_is_followed_by_two_more_when_the_councils_refuse(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        by = federation.people["coordinator"]
        limited(cycle, 1)
        shortage(cycle, federation, 300.0)
        plan = refuse(proposed(cycle, federation), federation)
        assert plan.state == Plan.State.REFERRED_BACK
        second, run = opened(cycle, federation)
        with pytest.raises(TooLate, match="worst imbalance"):
            plan_propose(round=second, by=by, now=NOW)
        round_publish(round=second, run=run, by=by, now=NOW)
        round_close(round=second, by=by, now=AFTER)
        assert carry(proposed(cycle, federation), federation).state == Plan.State.RATIFIED

    def test_is_not_the_last_while_a_cap_is_exceeded(self, federation: Federation) -> None:
        cap_bread(federation, 105.0)
        cycle = limited(begun(federation), 1)
        by, delegate = federation.people["coordinator"], federation.people["bread_delegate"]
        proposal_set(cycle=cycle, line=federation.lines["bread"], output=110.0, by=delegate, now=NOW)
        first, run = opened(cycle, federation)
        assert run.summary["caps_exceeded"] == 1
        with pytest.raises(TooLate, match="cap is exceeded"):
            plan_propose(round=first, by=by, now=NOW)
        round_publish(round=first, run=run, by=by, now=NOW)
        line_answer(
            round=first, line=federation.lines["bread"], answer=Answer("accept"), by=delegate, now=NOW
        )
        round_close(round=first, by=by, now=AFTER)
        second, run = opened(cycle, federation)
        assert run.summary["caps_exceeded"] == 0
        assert plan_propose(round=second, by=by, now=NOW).state == Plan.State.PROPOSED


def begun(federation: Federation) -> Cycle:
    """A cycle whose proposals are open."""
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    return cycle_begin_proposals(cycle=cycle, by=by, now=NOW)


def cap_bread(federation: Federation, cap: float) -> None:
    """Let every loaf give off smoke, and cap the smoke."""
    smoke = Resource.objects.create(
        scenario=federation.baseline, code="smoke", name="Smoke", unit="t", cap=cap
    )
    Technology.objects.filter(code="bread").update(resource=[smoke.entity_id], resource_use=[1.0])


class TestHours:
    def test_that_nobody_has_keep_a_plan_from_closing(self, federation: Federation) -> None:
        LabourPool.objects.update(hours=200.0)
        cycle, by = begun(federation), federation.people["coordinator"]
        round, run = opened(cycle, federation)
        assert run.summary["worst_before"] < 1e-9  # every product adds up
        with pytest.raises(TooLate, match="hours"):
            plan_propose(round=round, by=by, now=NOW)
        assert not policies.can_propose_plan(round, run)

    def test_that_nobody_has_go_to_the_councils_by_name_after_the_last_round(
        self, federation: Federation
    ) -> None:
        LabourPool.objects.update(hours=200.0)
        plan = proposed(limited(begun(federation), 1), federation)
        conflict = plan.conflicts[0]
        assert (conflict["occupation"], conflict["place"], conflict["supply"]) == ("work", "village", 200.0)
        used = 100.0 + 60.0 + 76.0 / 0.9
        assert conflict["use"] == pytest.approx(used)
        assert conflict["imbalance"] == pytest.approx((used - 200.0) / used)

    def test_within_the_tolerance_do_not_matter(self, federation: Federation) -> None:
        LabourPool.objects.update(hours=(100.0 + 60.0 + 76.0 / 0.9) * 0.995)
        assert proposed(begun(federation), federation).conflicts == []

    def test_left_idle_are_no_conflict(self, federation: Federation, cycle: Cycle) -> None:
        assert federation.pool.hours == 400.0
        assert proposed(cycle, federation).conflicts == []


class TestWhoVoted:
    def test_a_plan_that_nobody_could_vote_on_is_not_put(self, federation: Federation, cycle: Cycle) -> None:
        end_mandates(kind="sector")
        round, _run = opened(cycle, federation)
        with pytest.raises(TooLate, match=r"Bread Sector.*Fill their seats"):
            plan_propose(round=round, by=federation.people["coordinator"], now=NOW)
        assert not Plan.objects.exists()
        assert Round.objects.get().state == Round.State.OPEN

    def test_a_later_stage_waits_for_its_seats(self, federation: Federation, cycle: Cycle) -> None:
        plan = proposed(cycle, federation)
        end_mandates(kind="board")
        with pytest.raises(TooLate, match="Board"):
            carry(plan, federation)
        plan.refresh_from_db()
        assert plan.state == Plan.State.PROPOSED
        board, valley = federation.councils["board"], federation.councils["valley"]
        mandate(board, federation.people["neighbour"], "delegate", valley)
        assert carry(advance(plan, federation), federation).state == Plan.State.RATIFIED

    def test_an_empty_council_beside_others_is_passed_over(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        end_mandates(name="Flour Sector")
        assert carry(proposed(cycle, federation), federation).state == Plan.State.RATIFIED

    def test_a_kind_that_nobody_founded_is_skipped(self, federation: Federation, cycle: Cycle) -> None:
        Council.objects.filter(kind="regional").update(dissolved_on=NOW.date())
        plan = carry(proposed(cycle, federation), federation)
        assert plan.state == Plan.State.RATIFIED
        regional = next(stage for stage in stages(plan, NOW) if stage["kind"] == "regional")
        assert not any(regional[key] for key in ("motions", "waiting", "empty"))

    def test_a_federation_without_any_council_ratifies_nothing(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        charter_found(values={"councils.ratify.order": ["sub_regional"]}, by=None, now=NOW)
        round, _run = opened(cycle, federation)
        with pytest.raises(TooLate, match="No council that the charter names"):
            plan_propose(round=round, by=federation.people["coordinator"], now=NOW)


def end_mandates(**councils: str) -> None:
    """End the terms of all delegates in these councils, before now."""
    found = Council.objects.filter(**councils)
    Mandate.objects.filter(council__in=found, role="delegate").update(
        held=("2026-01-01", "2026-02-01"), resigned_at=NOW
    )


class TestVotes:
    def test_of_a_plan_sent_back_are_void(self, federation: Federation, cycle: Cycle) -> None:
        plan = proposed(cycle, federation)
        asked = Ballot.objects.filter(state=Ballot.State.OPEN).count()
        assert asked == 3
        refuse(plan, federation)
        void = Ballot.objects.filter(state=Ballot.State.VOID)
        assert void.count() == asked - 1
        assert all("refused this version" in ballot.void_reason for ballot in void)
        left = void.first()
        entry = left.roll.first()
        with pytest.raises(TooLate):
            vote_cast(
                ballot=left, right=entry.right, option="yes", by=entry.person, idempotency_key="k", now=LATER
            )

    def test_withdrawn_are_asked_for_again(self, federation: Federation, cycle: Cycle) -> None:
        by = federation.people["coordinator"]
        plan = proposed(cycle, federation)
        ballot = Ballot.objects.filter(state=Ballot.State.OPEN).first()
        ballot_void(ballot=ballot, reason="The text was wrong.", by=by, now=NOW)
        motion_withdraw(motion=Motion.objects.get(pk=ballot.motion_id), by=by, now=NOW)
        plan = advance(plan, federation)
        assert Ballot.objects.filter(state=Ballot.State.OPEN, council=ballot.council).count() == 1
        assert carry(plan, federation).state == Plan.State.RATIFIED

    def test_held_anew_need_the_majority_they_had(
        self, federation: Federation, cycle: Cycle, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        majority = {"of": "eligible", "at_least": "3/4"}
        charter_found(values={"councils.ratify.majority": majority}, by=None, now=NOW)
        by = federation.people["coordinator"]
        proposed(cycle, federation)
        ballot = Ballot.objects.filter(state=Ballot.State.OPEN).first()
        asked = (ballot.rule, ballot.params)
        assert asked == ("majority_of_eligible", {"threshold": "3/4", "strict": False})
        ballot_void(ballot=ballot, reason="The text was wrong.", by=by, now=NOW)
        monkeypatch.setattr(timezone, "now", lambda: NOW)
        client.force_login(by)
        client.post(reverse("councils:ballot_open", args=[ballot.motion.public_id]))
        anew = Ballot.objects.get(motion=ballot.motion, state=Ballot.State.OPEN)
        assert (anew.rule, anew.params) == asked
        speaker = anew.roll.get().person
        other = motion_move(council=ballot.council, title="Tea", text="Green.", by=speaker, now=NOW)
        assert ballot_open(motion=other, by=by, now=NOW).rule == "majority_of_cast"


class TestClosing:
    def test_waits_for_those_who_were_promised_time(self, federation: Federation, cycle: Cycle) -> None:
        by = federation.people["coordinator"]
        shortage(cycle, federation)
        round, run = opened(cycle, federation)
        round = round_publish(round=round, run=run, by=by, now=NOW)
        asked = RunLine.objects.filter(run=run, asked=True).count()
        assert asked
        with pytest.raises(TooLate, match=rf"promised until 2026-03-05 09:00 UTC, and {asked} of the lines"):
            round_close(round=round, by=by, now=NOW)
        answer_all(round, run, federation, but=1)
        with pytest.raises(TooLate, match="and 1 of the lines"):
            round_close(round=round, by=by, now=NOW)
        answer_all(round, run, federation)
        assert round_close(round=round, by=by, now=NOW).state == Round.State.CLOSED

    def test_is_possible_when_the_time_is_over(self, federation: Federation, cycle: Cycle) -> None:
        by = federation.people["coordinator"]
        shortage(cycle, federation)
        round, run = opened(cycle, federation)
        round = round_publish(round=round, run=run, by=by, now=NOW)
        with pytest.raises(TooLate):
            round_close(round=round, by=by, now=round.answers_close_at - timedelta(seconds=1))
        assert round_close(round=round, by=by, now=round.answers_close_at).state == Round.State.CLOSED

    def test_as_a_plan_is_refused_while_answers_are_taken(self, federation: Federation, cycle: Cycle) -> None:
        by = federation.people["coordinator"]
        with unguarded(Cycle):
            Cycle.objects.update(rules=cycle.rules | {"tolerance": 0.2})
        shortage(cycle, federation)
        round, run = opened(cycle, federation)
        assert policies.can_propose_plan(Round.objects.get(), run)
        round = round_publish(round=round, run=run, by=by, now=NOW)
        with pytest.raises(TooLate, match="open round, whose answers are counted in"):
            plan_propose(round=round, by=by, now=NOW)
        round.refresh_from_db()
        assert (round.state, Plan.objects.count()) == (Round.State.ANSWERING, 0)

    def test_as_a_plan_cancels_what_is_still_to_be_computed(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        by = federation.people["coordinator"]
        round, _run = opened(cycle, federation)
        waiting = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
        plan_propose(round=round, by=by, now=NOW)
        assert run_execute(waiting.public_id, clock=timezone.now) == Run.State.CANCELLED
        assert not waiting.rows.exists()


def answer_all(round: Round, run: Run, federation: Federation, but: int = 0) -> None:
    """Let all who are asked accept, except the last ``but``."""
    rows = list(RunLine.objects.filter(run=run, asked=True).order_by("kind", "entity"))
    for row in rows[: len(rows) - but]:
        accept(round, row, federation)


def accept(round: Round, row: RunLine, federation: Federation) -> None:
    """Let the delegate of one line accept."""
    yes = Answer("accept")
    if row.kind == RunLine.Kind.PRODUCTION:
        code, line = next((c, one) for c, one in federation.lines.items() if one.entity_id == row.entity)
        line_answer(round=round, line=line, answer=yes, by=federation.people[f"{code}_delegate"], now=NOW)
    else:
        line = next(one for one in federation.demand.values() if one.entity_id == row.entity)
        demand_answer(round=round, demand_line=line, answer=yes, by=federation.people["villager"], now=NOW)
