"""A year in which two workplaces have a surplus that can be worked out by hand, one a deficit, and one makes nothing."""

from typing import Any

import pytest

from planning.models import Account, AccountingPrice, Cycle, Plan, RunLine, RunRow, SurplusLevy
from planning.services.settlement import cycle_settle
from tests.planning.board.world import rich
from tests.planning.federation import NOW, Federation, add_cake
from tests.planning.reports.world import reported
from tests.planning.test_settlement import put_in_force
from tests.unguarded import unguarded
from workplaces.models import Resource, Workplace

PRICES = {"flour": 2.0, "bread": 4.0, "energy": 1.5, "cake": 2.0}
CARBON = 0.123


def priced_plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """Return a plan in force at round prices, a wage of 1 with a premium of 0.2; energy pays 0.123 for each of 2 t of carbon
    a unit. The bakery has two lines, bread and cake; a fourth workplace makes nothing.
    """
    rich(federation)
    add_cake(federation)
    mill = federation.workplaces["flour"]
    Workplace.objects.create(
        scenario=federation.baseline, code="idle-works", name="Idle works", region=mill.region, owner=mill.owner,
        main_sector=mill.main_sector, size=1,
    )  # fmt: skip
    found = put_in_force(request.getfixturevalue("cycle"), federation)
    price_at(federation, found, PRICES)
    rows = RunRow.objects.filter(run=found.run)
    carbon = Resource.objects.get(code="carbon").entity_id
    with unguarded(RunRow):
        rows.filter(kind=RunRow.Kind.POOL).update(dual=0.2, price=1.2)
        rows.filter(kind=RunRow.Kind.RESOURCE, entity=carbon).update(dual=CARBON)
    return found


def price_at(federation: Federation, plan: Plan, prices: dict[str, float]) -> None:
    with unguarded(AccountingPrice):
        for code, price in prices.items():
            AccountingPrice.objects.filter(plan=plan, product=federation.products[code].entity_id).update(
                price=price
            )


def rate(plan: Plan, share: float) -> None:
    with unguarded(Cycle):
        Cycle.objects.filter(pk=plan.cycle_id).update(rules=plan.cycle.rules | {"surplus_levy": share})


def told(plan: Plan, federation: Federation, name: str, output: float) -> None:
    """The line's workplace reports what it made."""
    reported(plan.cycle, federation, name, output)


def planned(plan: Plan, federation: Federation, name: str) -> float:
    line = federation.lines[name].entity_id
    return RunLine.objects.get(run=plan.run, kind=RunLine.Kind.PRODUCTION, entity=line).proposed


def settled(plan: Plan, federation: Federation) -> Cycle:
    cycle_settle(cycle=Cycle.objects.get(pk=plan.cycle_id), by=federation.people["coordinator"], now=NOW)
    return Cycle.objects.get(pk=plan.cycle_id)


def rows() -> dict[str, SurplusLevy]:
    return {row.workplace.code.split("-")[0]: row for row in SurplusLevy.objects.select_related("workplace")}


def parts(row: SurplusLevy) -> tuple[int, ...]:
    return (row.output, row.inputs, row.pay, row.charges, row.surplus, row.levy, row.unreported)


def balance(kind: str, **owner: Any) -> int:
    return Account.objects.get(kind=kind, **owner).balance
