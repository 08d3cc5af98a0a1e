"""Settling a year: what was planned and made becomes the baseline that the next cycle starts from.

The new baseline branches from the cycle's own, not from the plan's scenario: proposals and answers stay in the
year they were made for. It holds the lines, the final uses, the trade and the prices that differ, written by one
statement a table.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from planning import permissions
from planning.models import Cycle, Plan, RunLine
from planning.policies_settlement import check_close, check_settle
from planning.runner.columns import Overlay
from planning.selectors.reports import MADE, covered, plan_reported
from planning.services.charges import charges_post
from planning.services.cycles import cycle_move
from planning.services.grants import gains_apply
from planning.services.leftovers import unspent_return
from planning.services.surplus import surplus_post
from workplaces.loading import analyze
from workplaces.models import DemandLine, Line, Person, Product, Scenario, ScenarioRow, TradeLine
from workplaces.record.services import entry_append, lock_chain
from workplaces.services.scenarios import scenario_open

PLANNED = "JOIN planning_runline r ON r.run_id = %s AND r.kind = %s AND r.entity = t.entity_id"
REPORTED = f"LEFT JOIN ({MADE}) a ON a.line_id = t.entity_id"
PRICED = "JOIN planning_accountingprice a ON a.plan_id = %s AND a.product = t.entity_id"


@transaction.atomic
def cycle_settle(*, cycle: Cycle, by: Person, now: datetime) -> Scenario:
    """Settle the year and return the baseline drawn from it, open for whoever enters what else has changed.

    In the same transaction what was set aside for investment and granted to nobody goes back to the year's output, and
    workplaces are charged for the resources they used, and their surplus, computed, is posted with the levy on it.
    Raises Forbidden for anybody but a coordinator, TooLate before the plan is in force and the second time.
    """
    permissions.check_coordinate(by, now.date())
    lock_chain()
    cycle = _held(cycle)
    check_settle(cycle)
    plan = plan_reported(cycle)
    assert plan is not None  # noqa: S101  (the policy says so)
    baseline = scenario_open(kind=Scenario.Kind.BASELINE, parent=cycle.baseline, by=by, now=now)
    counts = baseline_draw(baseline=baseline, plan=plan, cycle=cycle, by=by)
    counts["capacities"] = gains_apply(baseline=baseline, cycle=cycle, by=by, now=now)
    unspent = unspent_return(cycle=cycle, by=by, now=now)
    charged = charges_post(cycle=cycle, plan=plan, by=by, now=now)
    surplus, levy = surplus_post(cycle=cycle, plan=plan, by=by, now=now)
    cycle.next_baseline = baseline
    cycle.save(update_fields=["next_baseline"])
    cycle_move(cycle=cycle, event="settle", by=by, now=now)
    body = {
        "cycle": str(cycle.public_id),
        "year": cycle.year,
        "name": baseline.name,
        "plan": str(plan.public_id),
        "figures": plan.scenario.digest,
        "changed": counts,
        "unspent": unspent,
        "charged": charged,
        "surplus": surplus,
        "levy": levy,
    }
    entry_append(kind="baseline.drawn", by=by, subject=f"scenario:{baseline.public_id}", body=body, now=now)
    return baseline


@transaction.atomic
def cycle_close(*, cycle: Cycle, by: Person, now: datetime) -> Cycle:
    """Close the cycle of a settled year; its plan stays in force until the next one replaces it."""
    permissions.check_coordinate(by, now.date())
    cycle = _held(cycle)
    check_close(cycle)
    return cycle_move(cycle=cycle, event="close", by=by, now=now)


def _held(cycle: Cycle) -> Cycle:
    """Lock the cycle, so that whoever comes second finds it moved."""
    return Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)


def baseline_draw(*, baseline: Scenario, plan: Plan, cycle: Cycle, by: Person) -> dict[str, int]:
    """Write what differs from the cycle's own baseline into ``baseline``; return how many rows of each table.

    Last outputs are those reported, else those planned; last uses and last trade are
    those planned; prices are the plan's accounting prices.
    """
    told = covered(cycle, plan)
    production, demand, trade = ([plan.run_id, int(kind)] for kind in RunLine.Kind)
    made = "coalesce(a.output, r.proposed)"
    counts = {
        "lines": _overlay_rows(
            Line, baseline, by, f"{PLANNED} {REPORTED}", [*production, cycle.pk], last_output=made
        ),
        "demand": _overlay_rows(DemandLine, baseline, by, PLANNED, demand, last="r.proposed"),
        "trade": _overlay_rows(
            TradeLine, baseline, by, PLANNED, trade, last="r.proposed", planned="NULL::float8"
        ),
        "prices": _overlay_rows(Product, baseline, by, PRICED, [plan.pk], price="a.price"),
        "reported": told.reported,
        "as_planned": told.planned,
    }
    analyze(Line, DemandLine, TradeLine, Product)
    return counts


def _overlay_rows(
    model: type[ScenarioRow], baseline: Scenario, by: Person, join: str, parameters: list[Any], **changed: str
) -> int:
    """Write a version of each row in which one of the ``changed`` columns differs from the parent's."""
    table = model._meta.db_table
    fields = [f for f in model._meta.concrete_fields if not f.generated and not f.primary_key]
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    values = {column: f"t.{column}" for column in columns}
    values |= {'"scenario_id"': "%s", '"origin_id"': "t.entity_id", '"created_by_id"': "%s"}
    values |= {connection.ops.quote_name(name): expression for name, expression in changed.items()}
    given = [{'"scenario_id"': baseline.pk, '"created_by_id"': by.pk}.get(column) for column in columns]
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM {expression}" for name, expression in changed.items())
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values[c] for c in columns)} "  # noqa: S608
        f"FROM {Overlay(int(baseline.parent_id or 0)).of(table)} t {join} WHERE {differs} ORDER BY t.entity_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*[value for value in given if value is not None], *parameters])
        return int(cursor.rowcount)
