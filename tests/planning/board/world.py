"""What the tests of the board's sheet share: its figures, the raw rows behind them, a federation that has everything."""

from planning.models import Cycle, Plan, RunLine
from planning.selectors.board import Figure, sheet
from tests.planning.federation import COEFFICIENTS, Federation
from workplaces.models import Counterparty, DemandLine, Post, Product, Resource, Technology, TradeLine

PRICE = 1.0


def figures(cycle: Cycle) -> dict[str, Figure]:
    """Return a year's figures by key."""
    return {
        one.key: one
        for one in sheet(Cycle.objects.select_related("baseline", "next_baseline").get(pk=cycle.pk))
    }


def outputs(plan: Plan, federation: Federation) -> dict[str, float]:
    """Return what stands for each line in the plan's run."""
    rows = dict(
        RunLine.objects.filter(run=plan.run, kind=RunLine.Kind.PRODUCTION).values_list("entity", "proposed")
    )
    return {code: rows[line.entity_id] for code, line in federation.lines.items()}


def value_added(code: str) -> float:
    """Return what a unit adds: its price less its inputs', by the table of coefficients."""
    return PRICE - sum(COEFFICIENTS[code].values()) * PRICE


def rich(federation: Federation) -> None:
    """Give the federation a capped resource, floors, services, trade, posts and a good that is free."""
    baseline, place, products = federation.baseline, federation.community, federation.products
    owner = federation.workplaces["bread"].owner
    carbon = Resource.objects.create(
        scenario=baseline, code="carbon", name="Carbon", unit="t", cap=500.0, owner=owner
    )
    Technology.objects.filter(code="energy").update(resource=[carbon.entity_id], resource_use=[2.0])
    DemandLine.objects.filter(product=products["bread"]).update(floor=80.0)
    DemandLine.objects.filter(product=products["energy"]).update(floor=50.0)
    DemandLine.objects.create(
        scenario=baseline, region=place, product=products["flour"], category="public", last=4.0, floor=0.0
    )
    DemandLine.objects.create(
        scenario=baseline,
        region=place,
        product=products["energy"],
        category="investment",
        last=3.0,
        floor=0.0,
    )
    Product.objects.filter(code="flour").update(price_status="free")
    abroad = Counterparty.objects.create(scenario=baseline, code="abroad", name="Abroad")
    for direction, quantity in (("import", 7.0), ("export", 2.0)):
        TradeLine.objects.create(
            scenario=baseline, counterparty=abroad, product=products["flour"], direction=direction, last=quantity,
            limit=20.0, world_price=1.5,
        )  # fmt: skip
    Post.objects.create(
        scenario=baseline,
        workplace=federation.workplaces["bread"],
        pool=federation.pool,
        number=3,
        weekly_hours=40.0,
    )
