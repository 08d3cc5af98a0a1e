"""A whole cycle of the small federation, from a baseline to a plan in force, through the services people use."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from councils.models import Ballot
from councils.services.ballots import ballot_close
from councils.services.votes import vote_cast
from planning.models import Cycle, Plan, Proposal, Response, Round, Run, RunLine
from planning.runner.execute import run_execute
from planning.services.answers import Answer, consumption_set, demand_answer, line_answer, proposal_set
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from tests.planning.federation import NOW, Federation
from workplaces.errors import Forbidden, Invalid, TooLate

# Runs need transactions of their own: the heartbeat of a run has its own connection.
runs = pytest.mark.django_db(transaction=True)
AFTER = NOW + timedelta(days=4)  # the time for answers is over


def iterate(round: Round, federation: Federation) -> Run:
    """Start an iteration and work on it here."""
    run = run_start(round=round, by=federation.people["coordinator"], now=NOW, hand_over=lambda _run: None)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    run.refresh_from_db()
    return run


@runs
def test_from_a_shortage_to_a_plan_in_force(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    consumption_set(
        cycle=cycle, demand_line=federation.demand["bread"], quantity=118.0,
        by=federation.people["villager"],
        now=NOW,
    )  # fmt: skip
    first = round_open(cycle=cycle, by=by, now=NOW)
    run = iterate(first, federation)
    assert run.summary["worst_before"] == pytest.approx(18 / 118)
    assert run.summary["worst_after"] < 1e-9
    assert run.certificate["worst_residual"] <= 1e-9
    asked = set(RunLine.objects.filter(run=run, asked=True).values_list("kind", "entity"))
    assert (RunLine.Kind.PRODUCTION, federation.lines["bread"].entity_id) in asked
    round_publish(round=first, run=run, by=by, now=NOW)
    for kind, entity in asked:
        if kind == RunLine.Kind.PRODUCTION:
            line = next(line for line in federation.lines.values() if line.entity_id == entity)
            delegate = federation.people[f"{line.product.code}_delegate"]
            line_answer(round=first, line=line, answer=Answer("accept"), by=delegate, now=NOW)
        else:
            line = next(line for line in federation.demand.values() if line.entity_id == entity)
            villager = federation.people["villager"]
            demand_answer(round=first, demand_line=line, answer=Answer("accept"), by=villager, now=NOW)
    round_close(round=first, by=by, now=NOW)
    second = round_open(cycle=cycle, by=by, now=NOW)
    balanced = iterate(second, federation)
    assert balanced.summary["worst_before"] < 1e-9
    plan = plan_propose(round=second, by=by, now=NOW)
    assert plan.conflicts == []
    plan = ratify(plan, federation)
    assert plan.state == Plan.State.RATIFIED
    plan = plan_put_in_force(plan=plan, by=by, now=NOW)
    assert (plan.state, plan.cycle.phase) == (Plan.State.IN_FORCE, Cycle.Phase.IN_FORCE)


def ratify(plan: Plan, federation: Federation, *, refuse: str = "") -> Plan:
    """Let every right in every open ballot vote yes (or no in the named council), stage after stage."""
    by = federation.people["coordinator"]
    while ballots := list(Ballot.objects.filter(state=Ballot.State.OPEN)):
        for ballot in ballots:
            code = "no" if ballot.council.name == refuse else "yes"
            for entry in ballot.roll.all():
                vote_cast(
                    ballot=ballot, right=entry.right, option=code, by=entry.person, idempotency_key=str(uuid.uuid4()),
                    now=NOW + timedelta(hours=1),
                )  # fmt: skip
            ballot_close(ballot=ballot, by=by, now=NOW + timedelta(hours=1))
        plan = plan_advance(plan=plan, by=by, now=NOW + timedelta(hours=1))
    return plan


@runs
def test_a_council_that_refuses_sends_the_plan_back(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    first = round_open(cycle=cycle, by=by, now=NOW)
    iterate(first, federation)
    plan = plan_propose(round=first, by=by, now=NOW)
    plan = ratify(plan, federation, refuse="Bread Sector")
    cycle.refresh_from_db()
    assert (plan.state, cycle.phase) == (Plan.State.REFERRED_BACK, Cycle.Phase.ROUNDS)
    line = federation.lines["bread"]
    delegate = federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=line, output=90.0, by=delegate, now=NOW)
    assert round_open(cycle=cycle, by=by, now=NOW).number == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("output", "message"),
    [(-1.0, "below"), (float("nan"), "finite"), (float("inf"), "finite"), (121.0, "capacity")],
)
def test_a_senseless_proposal_is_refused_and_nothing_changes(
    federation: Federation, cycle: Cycle, output: float, message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        proposal_set(
            cycle=cycle,
            line=federation.lines["bread"],
            output=output,
            by=federation.people["bread_delegate"],
            now=NOW,
        )
    assert not Proposal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["flour_delegate", "coordinator", "stranger", "root"])
def test_nobody_speaks_for_another_workplace(federation: Federation, cycle: Cycle, who: str) -> None:
    with pytest.raises(Forbidden):
        proposal_set(
            cycle=cycle, line=federation.lines["bread"], output=90.0, by=federation.people[who], now=NOW
        )


def published(federation: Federation, cycle: Cycle) -> Round:
    """A first round whose suggestions are out."""
    by = federation.people["coordinator"]
    proposal_set(
        cycle=cycle,
        line=federation.lines["bread"],
        output=80.0,
        by=federation.people["bread_delegate"],
        now=NOW,
    )
    opened = round_open(cycle=cycle, by=by, now=NOW)
    return round_publish(round=opened, run=iterate(opened, federation), by=by, now=NOW)


@runs
def test_an_answer_after_the_close_is_refused(federation: Federation, cycle: Cycle) -> None:
    round = published(federation, cycle)
    round_close(round=round, by=federation.people["coordinator"], now=AFTER)
    with pytest.raises(TooLate, match="closed"):
        line_answer(
            round=round, line=federation.lines["bread"], answer=Answer("firm", reason="we are few"),
            by=federation.people["bread_delegate"], now=NOW,
        )  # fmt: skip
    assert not Response.objects.exists()


@runs
def test_an_answer_after_the_deadline_is_refused(federation: Federation, cycle: Cycle) -> None:
    round = published(federation, cycle)
    with pytest.raises(TooLate, match="closed on"):
        line_answer(
            round=round, line=federation.lines["bread"], answer=Answer("accept"),
            by=federation.people["bread_delegate"], now=NOW + timedelta(days=4),
        )  # fmt: skip


@runs
def test_holding_firm_keeps_the_figure_and_the_next_iteration_leaves_it(
    federation: Federation, cycle: Cycle
) -> None:
    round = published(federation, cycle)
    line, by = federation.lines["bread"], federation.people["coordinator"]
    line_answer(
        round=round, line=line, answer=Answer("firm", reason="two ovens are broken"),
        by=federation.people["bread_delegate"], now=NOW,
    )  # fmt: skip
    round_close(round=round, by=by, now=AFTER)
    again = iterate(round_open(cycle=cycle, by=by, now=NOW), federation)
    suggestion = RunLine.objects.get(run=again, kind=RunLine.Kind.PRODUCTION, entity=line.entity_id)
    assert (suggestion.proposed, suggestion.suggested, suggestion.asked) == (80.0, 80.0, False)


@runs
def test_a_counter_needs_a_reason_and_a_figure(federation: Federation, cycle: Cycle) -> None:
    round, line, delegate = (
        published(federation, cycle),
        federation.lines["bread"],
        federation.people["bread_delegate"],
    )
    for answer, field in ((Answer("counter", 85.0), "reason"), (Answer("counter", None, "why"), "figure")):
        with pytest.raises(Invalid) as refusal:
            line_answer(round=round, line=line, answer=answer, by=delegate, now=NOW)
        assert field in refusal.value.fields
    given = line_answer(
        round=round, line=line, answer=Answer("counter", 85.0, "one oven"), by=delegate, now=NOW
    )
    changed = line_answer(round=round, line=line, answer=Answer("accept"), by=delegate, now=NOW)
    assert (given.pk, changed.revision) == (changed.pk, 2)


@pytest.mark.django_db
def test_an_iteration_started_twice_is_one_run(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    one, two = (run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None) for _ in range(2))
    assert one.pk == two.pk
