"""Requests for investment: of whom a workplace can ask, what goods cost, what money brings in a sector."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from planning.models import Cycle, InvestmentRequest
from planning.models.ledger import MINOR
from planning.selectors.effects import returns_at
from planning.selectors.envelopes import REGION, SECTOR, Part, fund, lineage, made_in
from workplaces.hours import HOURS_PER_JOB
from workplaces.models import Product, Region, SectorMembership, Workplace
from workplaces.presentation.figures import worth


@dataclass(frozen=True)
class Standing:
    """What is computed of whoever asks: see ``InvestmentRequest``."""

    members: int
    value_added: float
    hours: float
    level: float
    returns: float
    returns_from: str


def recipients(cycle: Cycle, workplace: Workplace, on: date) -> list[Part]:
    """Return the envelopes that a workplace can ask of: its sectors' on that day, and those of the regions it lies in."""
    shares = SectorMembership.objects.in_scenario(cycle.baseline).filter(
        workplace_id=workplace.entity_id, validity__contains=on
    )
    sectors = {workplace.main_sector_id, *shares.values_list("sector_id", flat=True)}
    places = set(lineage(workplace.region_id, dict(Region.objects.values_list("pk", "parent_id"))))
    own = {SECTOR: sectors, REGION: places}
    return [part for part in fund(cycle).parts if part.entity in own[part.stream]]


def cost(product: Product, quantity: float) -> float:
    """Return what a quantity costs at its accounting price, in the currency."""
    return worth(quantity, product.price, product.unit)


def standing(cycle: Cycle, workplace: Workplace, sector: int) -> Standing:
    """Return a workplace's members, value added, hours and level in the baseline, and what money brings there.

    Where no hour was worked yet, hours are those of its members' jobs. The return is ``returns_at``'s.
    """
    made = made_in(cycle.baseline).get(workplace.entity_id)
    rate, source = returns_at(cycle, workplace.entity_id, sector)
    worked = made.hours if made else 0.0
    return Standing(
        members=workplace.size,
        value_added=made.value_added if made else 0.0,
        hours=worked if worked > 0 else float(workplace.size * HOURS_PER_JOB),
        level=made.level if made else 0.0,
        returns=rate,
        returns_from=source,
    )


def need(goods: dict[Product, float]) -> int:
    """Return what goods cost in minor units, the last begun one included."""
    return -int(-(sum(cost(product, quantity) for product, quantity in goods.items()) * MINOR - 1e-6) // 1)


def need_of(request: InvestmentRequest) -> int:
    """Return what a request's goods cost in minor units, at the prices of the day on which they were asked for."""
    priced: dict[Product, float] = {}
    for good in request.goods.all():
        good.product.price = good.price
        priced[good.product] = good.quantity
    return need(priced)


def requests_of(cycle: Cycle) -> QuerySet[InvestmentRequest]:
    """Return the requests of a year that were not withdrawn, with what their rows show."""
    related = ("workplace", "line__product", "sector", "region", "asked_by")
    return cycle.investment_requests.filter(withdrawn_at__isnull=True).select_related(*related).order_by("pk")
