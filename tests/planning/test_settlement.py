"""A second cycle begins where the first one ended: its plan's figures and accounting prices are the next baseline."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from planning.models import AccountingPrice, Cycle, Plan, RunRow
from planning.selectors.plans import quantities
from planning.services.answers import consumption_set, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_move, cycle_open, standing
from planning.services.plans import plan_propose, plan_put_in_force
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.settlement import cycle_close, cycle_settle
from tests.planning.federation import NOW, Federation
from tests.planning.reports.world import reported
from tests.planning.test_cycle import iterate, ratify
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, TooLate
from workplaces.models import Counterparty, DemandLine, Line, Product, Scenario, TradeLine
from workplaces.record.models import Entry
from workplaces.services.scenarios import scenario_verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade(federation: Federation) -> TradeLine:
    """Five tonnes of flour imported last year; the baseline must still be open."""
    world = Counterparty.objects.create(scenario=federation.baseline, code="world", name="World")
    return TradeLine.objects.create(
        scenario=federation.baseline, counterparty=world, product=federation.products["flour"],
        region=federation.community, direction="import", last=5.0, planned=None, limit=20.0, flexibility=0.3,
    )  # fmt: skip


@pytest.fixture
def in_force(federation: Federation, trade: TradeLine, cycle: Cycle) -> Plan:
    """A plan with 95 t of bread, made and eaten: flour and energy are left over, and lose some of their price."""
    return put_in_force(cycle, federation, bread=95.0)


def put_in_force(cycle: Cycle, federation: Federation, *, bread: float | None = None) -> Plan:
    """Take the cycle from proposals to a plan in force in one round."""
    by, people = federation.people["coordinator"], federation.people
    if bread is not None:
        eaten, made = federation.demand["bread"], federation.lines["bread"]
        consumption_set(cycle=cycle, demand_line=eaten, quantity=bread, by=people["villager"], now=NOW)
        proposal_set(cycle=cycle, line=made, output=bread, by=people["bread_delegate"], now=NOW)
    with unguarded(Cycle):
        Cycle.objects.filter(pk=cycle.pk).update(rules=cycle.rules | {"tolerance": 0.2})
    first = round_open(cycle=cycle, by=by, now=NOW)
    iterate(first, federation)
    plan = ratify(plan_propose(round=first, by=by, now=NOW), federation)
    return plan_put_in_force(plan=plan, by=by, now=NOW)


def settle(plan: Plan, federation: Federation) -> Scenario:
    """Settle the plan's year."""
    return cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)


def shown(model: Any, scenario: Scenario, figure: str, entity: Any) -> float:
    """Return a figure as the scenario shows it."""
    found: float = getattr(model.objects.in_scenario(scenario).get(entity_id=entity.entity_id), figure)
    return found


def test_the_next_cycle_begins_at_the_plan_and_its_prices(federation: Federation, in_force: Plan) -> None:
    by = federation.people["coordinator"]
    baseline = settle(in_force, federation)
    cycle_close(cycle=in_force.cycle, by=by, now=NOW)
    following = cycle_open(year=2028, by=by, now=NOW)
    assert following.baseline == baseline
    assert (baseline.number, baseline.parent) == (2, federation.baseline)
    following = cycle_begin_proposals(cycle=following, by=by, now=NOW)
    run = iterate(round_open(cycle=following, by=by, now=NOW), federation)
    proposed = dict(run.lines.filter(kind=0).values_list("entity", "proposed"))
    eaten = dict(run.lines.filter(kind=1).values_list("entity", "proposed"))
    assert proposed[federation.lines["bread"].entity_id] == 95.0
    assert eaten[federation.demand["bread"].entity_id] == 95.0
    dual = in_force.run.rows.get(kind=RunRow.Kind.PRODUCT, entity=federation.products["flour"].entity_id).dual
    assert dual < 0  # flour is left over
    row = run.rows.get(kind=RunRow.Kind.PRODUCT, entity=federation.products["flour"].entity_id)
    assert row.price - row.dual == pytest.approx(1.0 + dual)
    assert not standing(following)
    federation.baseline.refresh_from_db()
    assert shown(Product, federation.baseline, "price", federation.products["flour"]) == 1.0
    assert scenario_verify(scenario=federation.baseline) == []


def test_only_what_differs_is_written(federation: Federation, in_force: Plan) -> None:
    baseline = settle(in_force, federation)
    assert set(Line.objects.filter(scenario=baseline).values_list("origin_id", flat=True)) == {
        federation.lines["bread"].pk
    }
    version = Line.objects.get(scenario=baseline)
    assert (version.public_id, version.factors, version.capacity, version.created_by) == (
        federation.lines["bread"].public_id, [1.0, 1.0], federation.lines["bread"].capacity,
        federation.people["coordinator"],
    )  # fmt: skip
    assert DemandLine.objects.filter(scenario=baseline).count() == 1
    assert shown(Line, baseline, "last_output", federation.lines["energy"]) == pytest.approx(76.0 / 0.9)


def test_trade_goes_on_from_what_was_planned(federation: Federation, trade: TradeLine, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    consumption_set(
        cycle=cycle, demand_line=federation.demand["flour"], quantity=16.0, by=federation.people["villager"], now=NOW
    )  # fmt: skip
    first = round_open(cycle=cycle, by=by, now=NOW)
    round_publish(round=first, run=iterate(first, federation), by=by, now=NOW)
    round_close(round=first, by=by, now=NOW)
    plan = put_in_force(cycle, federation)
    planned = TradeLine.objects.in_scenario(plan.scenario).get(entity_id=trade.entity_id).planned
    assert planned not in {None, 5.0}
    found = TradeLine.objects.in_scenario(settle(plan, federation)).get(entity_id=trade.entity_id)
    assert (found.last, found.planned, found.limit) == (planned, None, 20.0)


def test_what_was_made_comes_before_what_was_planned(federation: Federation, in_force: Plan) -> None:
    """Of 95 t of bread 90 were made; the mill and the power station said nothing, and stand as planned."""
    reported(in_force.cycle, federation, "bread", 90.0)
    baseline = settle(in_force, federation)
    assert shown(Line, baseline, "last_output", federation.lines["bread"]) == 90.0
    assert shown(Line, baseline, "last_output", federation.lines["flour"]) == pytest.approx(60.0)
    body = Entry.objects.get(kind="baseline.drawn").body
    assert (body["changed"]["reported"], body["changed"]["as_planned"]) == (1, 2)


def test_the_last_version_stands(federation: Federation, in_force: Plan) -> None:
    reported(in_force.cycle, federation, "bread", 90.0)
    reported(in_force.cycle, federation, "bread", 91.0)
    reported(in_force.cycle, federation, "flour", 10.0)
    reported(in_force.cycle, federation, "flour", None)
    baseline = settle(in_force, federation)
    assert shown(Line, baseline, "last_output", federation.lines["bread"]) == 91.0
    assert shown(Line, baseline, "last_output", federation.lines["flour"]) == pytest.approx(60.0)
    assert Entry.objects.get(kind="baseline.drawn").body["changed"]["reported"] == 1


def test_prices_move_by_the_charters_step_at_most(federation: Federation, cycle: Cycle) -> None:
    """Bread that nobody bakes leaves a gap; its penalty, ten times the price, is not what bread is worth."""
    by = federation.people["coordinator"]
    proposal_set(
        cycle=cycle, line=federation.lines["bread"], output=0.0, by=federation.people["bread_delegate"], now=NOW
    )  # fmt: skip
    with unguarded(Cycle):
        Cycle.objects.filter(pk=cycle.pk).update(
            rules=cycle.rules | {"tolerance": 1.0, "price_step": 0.25, "band": 0.0}
        )
    cycle.refresh_from_db()
    first = round_open(cycle=cycle, by=by, now=NOW)
    run = iterate(first, federation)
    plan = plan_put_in_force(
        plan=ratify(plan_propose(round=first, by=by, now=NOW), federation), by=by, now=NOW
    )
    rows = {row.entity: row.dual for row in run.rows.filter(kind=RunRow.Kind.PRODUCT)}
    found = {p.product: p for p in AccountingPrice.objects.filter(plan=plan)}
    assert set(found) == set(rows)
    assert max(abs(dual) for dual in rows.values()) > 0.25  # else the step is not tested
    for entity, dual in rows.items():
        assert (found[entity].cost, found[entity].premium) == (1.0, dual)
        assert found[entity].price == pytest.approx(min(max(1.0 + dual, 0.75), 1.25))
    told = {row[3]: row[7] for row in quantities(plan)}
    codes = {p.entity_id: code for code, p in federation.products.items()}
    assert told == {codes[entity]: price.price for entity, price in found.items()}
    with (
        pytest.raises(IntegrityError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE planning_accountingprice SET price = 1")


def test_a_plan_is_in_force_until_the_next_one(federation: Federation, in_force: Plan) -> None:
    by = federation.people["coordinator"]
    settle(in_force, federation)
    cycle_close(cycle=in_force.cycle, by=by, now=NOW)
    following = cycle_begin_proposals(cycle=cycle_open(year=2028, by=by, now=NOW), by=by, now=NOW)
    in_force.refresh_from_db()
    assert in_force.state == Plan.State.IN_FORCE
    second = put_in_force(following, federation)
    in_force.refresh_from_db()
    assert (in_force.state, second.state) == (Plan.State.EXPIRED, Plan.State.IN_FORCE)
    assert Entry.objects.get(kind="plan.expired").body == {"replaced_by": str(second.public_id)}


def test_what_is_too_early_or_too_late_is_refused(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    with pytest.raises(TooLate, match="settled once, while its plan is in force"):
        cycle_settle(cycle=cycle, by=by, now=NOW)
    plan = put_in_force(cycle, federation)
    with pytest.raises(TooLate, match="closes once its year is settled"):
        cycle_close(cycle=cycle, by=by, now=NOW)
    with pytest.raises(TooLate, match="started from “Baseline 1”; settle it first"):
        cycle_open(year=2028, by=by, now=NOW)
    settle(plan, federation)
    with pytest.raises(TooLate, match="settled once"):
        settle(plan, federation)
    with pytest.raises(TooLate, match="starts from “Baseline 2” or a later one"):
        cycle_open(year=2028, baseline=federation.baseline, by=by, now=NOW)
    assert Scenario.objects.filter(kind="baseline").count() == 2


def test_only_a_coordinator_settles_and_closes(federation: Federation, in_force: Plan) -> None:
    for name in ("bread_delegate", "boardmember", "registrar", "root"):
        with pytest.raises(Forbidden):
            cycle_settle(cycle=in_force.cycle, by=federation.people[name], now=NOW)
        with pytest.raises(Forbidden):
            cycle_close(cycle=in_force.cycle, by=federation.people[name], now=NOW)


def test_the_database_keeps_a_settled_year_from_lacking_its_baseline(
    federation: Federation, in_force: Plan
) -> None:
    with pytest.raises(IntegrityError, match="cycle_settled_has_next_baseline"):
        cycle_move(cycle=in_force.cycle, event="settle", by=federation.people["coordinator"], now=NOW)
    with pytest.raises(IntegrityError, match="cycle_baseline_once"):
        Cycle.objects.create(year=2028, baseline=federation.baseline)


def test_the_record_says_what_was_drawn_from_what(federation: Federation, in_force: Plan) -> None:
    baseline = settle(in_force, federation)
    entry = Entry.objects.get(kind="baseline.drawn")
    assert entry.actor == federation.people["coordinator"]
    assert (entry.subject, entry.body["figures"]) == (
        f"scenario:{baseline.public_id}",
        in_force.scenario.digest,
    )
    assert entry.body["changed"] == {
        "lines": 1, "demand": 1, "trade": 0, "prices": 3, "reported": 0, "as_planned": 3, "capacities": 0,
    }  # fmt: skip
