"""Rounds whose iteration cannot be computed: the sentence names the line, and the federation can go on."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from planning.models import ConsumptionProposal, Cycle, Proposal, Round, Run
from planning.runner.execute import run_execute
from planning.services.answers import Answer, consumption_set, demand_answer, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from planning.services.rounds import round_close, round_give_back, round_open, round_publish
from planning.services.runs import run_start
from tests.planning.federation import NOW, Federation
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import LabourPool, Line, Product, Technology
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


def iterated(round: Round, federation: Federation) -> Run:
    """Run the round's iteration here, however it ends."""
    run = run_start(round=round, by=federation.people["coordinator"], now=NOW, hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    return run


def give_back(round: Round, federation: Federation, reason: str = "A slip: tonnes, not grams") -> Round:
    return round_give_back(round=round, reason=reason, by=federation.people["coordinator"], now=NOW)


@pytest.fixture
def overflowing(federation: Federation, cycle: Cycle) -> Round:
    """A round whose village asks for more bread than the arithmetic can hold, as older cycles let it."""
    bread = federation.demand["bread"]
    ConsumptionProposal.objects.create(
        scenario=standing(cycle), demand_line=bread, quantity=1e160, confirmed=1e160
    )
    return round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)


@pytest.mark.parametrize("figure", [1e160, 1e300, 120.0 * 100 * 1.01])
def test_a_figure_beyond_all_measure_is_refused_with_the_limit(
    federation: Federation, cycle: Cycle, figure: float
) -> None:
    villager, bread = federation.people["villager"], federation.demand["bread"]
    with pytest.raises(
        Invalid, match=r"more than 12,000, 100 times the largest.*planning\.plausible"
    ) as refusal:
        consumption_set(cycle=cycle, demand_line=bread, quantity=figure, by=villager, now=NOW)
    assert "quantity" in refusal.value.fields
    assert not ConsumptionProposal.objects.exists()
    consumption_set(cycle=cycle, demand_line=bread, quantity=120.0 * 100, by=villager, now=NOW)


def test_the_charter_sets_the_limit(federation: Federation, cycle: Cycle) -> None:
    with unguarded(Cycle):
        Cycle.objects.update(rules=cycle.rules | {"plausible": 2.0})
    villager, bread = federation.people["villager"], federation.demand["bread"]
    with pytest.raises(Invalid, match="more than 240, 2 times"):
        consumption_set(cycle=cycle, demand_line=bread, quantity=241.0, by=villager, now=NOW)


def test_inputs_and_counter_proposals_are_held_to_the_limit(federation: Federation, cycle: Cycle) -> None:
    line, delegate = federation.lines["bread"], federation.people["bread_delegate"]
    energy = federation.products["energy"]
    with pytest.raises(Invalid, match="of Energy cannot be meant"):
        proposal_set(cycle=cycle, line=line, output=90.0, by=delegate, now=NOW, inputs={energy: 1e20})
    proposal_set(cycle=cycle, line=line, output=80.0, by=delegate, now=NOW)
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    round_publish(round=round, run=iterated(round, federation), by=by, now=NOW)
    with pytest.raises(Invalid, match="of Bread cannot be meant") as refusal:
        demand_answer(
            round=round, demand_line=federation.demand["bread"], answer=Answer("counter", 1e160, "feast"),
            by=federation.people["villager"], now=NOW,
        )  # fmt: skip
    assert "figure" in refusal.value.fields


def test_an_overflow_is_a_sentence_that_names_the_line(federation: Federation, overflowing: Round) -> None:
    run = iterated(overflowing, federation)
    assert run.state == Run.State.FAILED
    assert "1e+160, proposed for Bread, Village" in run.error


def run_of_a_round(federation: Federation) -> Run:
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    return iterated(round_open(cycle=cycle, by=by, now=NOW), federation)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: Product.objects.filter(code="flour").update(price=1e308), "1e+308, the price of Flour."),
        (lambda: Product.objects.filter(code="flour").update(price=1e-308), "1e-308, the price of Flour."),
        (lambda: Product.objects.filter(code="flour").update(flexibility=1e308), "1e+308, the flexibility of Flour"),
        (lambda: LabourPool.objects.update(wage=1e308), "1e+308, the wage of Work, Village"),
        (lambda: Technology.objects.filter(code="bread").update(input_coefficient=[1e308, 0.2]), "a coefficient of Bread"),
        (lambda: Line.objects.filter(product__code="bread").update(factors=[1e300, 1.0]), "1e+300, a factor of Bread,"),
    ],
)  # fmt: skip
def test_a_figure_of_the_baseline_beyond_all_measure_is_named(
    federation: Federation, change: Callable[[], int], words: str
) -> None:
    assert change()
    run = run_of_a_round(federation)
    assert run.state == Run.State.FAILED
    assert words in run.error
    assert "abandon the cycle" in run.error


def test_a_removed_product_is_named(federation: Federation) -> None:
    Product.objects.filter(code="flour").update(removed=True)
    run = run_of_a_round(federation)
    assert run.state == Run.State.FAILED
    assert "refer to Flour" in run.error


def test_a_failed_round_is_given_back_corrected_and_held_again(
    federation: Federation, overflowing: Round
) -> None:
    iterated(overflowing, federation)
    cycle, by = overflowing.cycle, federation.people["coordinator"]
    closed = give_back(overflowing, federation)
    assert closed.state == Round.State.CLOSED
    kept = ConsumptionProposal.objects.in_scenario(standing(cycle)).get()
    assert kept.quantity == 1e160  # nobody's figure is changed for them
    villager, bread = federation.people["villager"], federation.demand["bread"]
    consumption_set(cycle=cycle, demand_line=bread, quantity=100.0, by=villager, now=NOW)
    again = round_open(cycle=cycle, by=by, now=NOW)
    assert iterated(again, federation).state == Run.State.FINISHED
    entry = Entry.objects.get(kind="round.given_back")
    assert entry.body["reason"].startswith("A slip")


def test_giving_back_needs_a_reason_a_coordinator_and_an_open_round(
    federation: Federation, cycle: Cycle
) -> None:
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    with pytest.raises(Invalid, match="corrected"):
        give_back(round, federation, reason="  ")
    with pytest.raises(Forbidden):
        round_give_back(round=round, reason="x", by=federation.people["stranger"], now=NOW)
    round_publish(round=round, run=iterated(round, federation), by=by, now=NOW)
    with pytest.raises(TooLate, match="open round"):
        give_back(round, federation)


def test_a_run_that_waits_ends_with_its_round(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    give_back(round, federation)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.CANCELLED
    assert not run.rows.exists()


def test_what_was_proposed_by_nobody_stays_so(federation: Federation, cycle: Cycle) -> None:
    round = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    give_back(round, federation)
    assert not Proposal.objects.exists()
    with pytest.raises(TooLate):
        round_close(round=round, by=federation.people["coordinator"], now=NOW)
