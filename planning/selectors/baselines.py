"""What a baseline lacks before it is frozen: products that nobody uses, workplaces that make nothing."""

from dataclasses import dataclass

from django.db.models import Q

from planning.selectors.sql import nearest, select
from workplaces.models import DemandLine, Line, Product, Scenario, TradeLine, Workplace

NAMED = 3
INPUTS = f"""SELECT DISTINCT used FROM (
  SELECT unnest(own_input_product) AS used FROM {nearest("workplaces_line")} l
  UNION ALL SELECT unnest(input_product) FROM {nearest("workplaces_technology")} t) inputs"""  # noqa: S608


@dataclass(frozen=True)
class Lacking:
    """Counts, and the first names: products that nobody uses, workplaces without a line; whether nothing is demanded."""

    no_demand: bool
    unused: int
    unused_names: list[str]
    idle: int
    idle_names: list[str]


def lacking(baseline: Scenario) -> Lacking:
    """Look for what an iteration could only shrink to nothing, and for who has not said what they make."""
    demanded = set(
        DemandLine.objects.in_scenario(baseline)
        .filter(Q(last__gt=0) | Q(floor__gt=0) | Q(ceiling__gt=0))
        .values_list("product_id", flat=True)
    )
    demanded |= set(
        TradeLine.objects.in_scenario(baseline)
        .filter(direction=TradeLine.Direction.EXPORT)
        .values_list("product_id", flat=True)
    )
    used = {row.used for row in select(INPUTS, [baseline.pk] * 4)}
    unused = Product.objects.in_scenario(baseline).exclude(entity_id__in=demanded | used).order_by("name")
    making = Line.objects.in_scenario(baseline).values("workplace_id")
    idle = Workplace.objects.in_scenario(baseline).exclude(entity_id__in=making).order_by("name")
    return Lacking(
        no_demand=not demanded,
        unused=unused.count(),
        unused_names=[row.label for row in unused[:NAMED]],
        idle=idle.count(),
        idle_names=[row.label for row in idle[:NAMED]],
    )
