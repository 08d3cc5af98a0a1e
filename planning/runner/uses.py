"""What workplaces used of resources in a year, and what the plan charges for one unit."""

from dataclasses import dataclass

import numpy as np

from planning.models import Cycle, Plan, RunLine, RunRow
from planning.runner.columns import Overlay, fetch
from planning.selectors.levels import money_unit
from planning.selectors.reports import MADE
from workplaces.models import Product

USES = """SELECT l.workplace_id AS workplace, e.resource, x.dual AS rate,
    sum(e.used * coalesce(a.output, r.proposed)) AS use,
    sum(CASE WHEN a.output IS NULL THEN e.used * r.proposed ELSE 0 END) AS unreported
  FROM {lines} l JOIN planning_runline r ON r.run_id = %s AND r.kind = %s AND r.entity = l.entity_id
  LEFT JOIN ({made}) a ON a.line_id = l.entity_id
  JOIN {technologies} t ON t.entity_id = l.technology_id
  CROSS JOIN LATERAL unnest(t.resource, t.resource_use) e(resource, used)
  JOIN planning_runrow x ON x.run_id = %s AND x.kind = %s AND x.entity = e.resource
  WHERE x.dual > 0 GROUP BY l.workplace_id, e.resource, x.dual ORDER BY l.workplace_id, e.resource"""


@dataclass(frozen=True, eq=False)
class Uses:
    """Uses of resources, one a row: who (entity id), of what, how much (its unit), how much of that is as planned, at which
    charge (currency per unit).
    """

    workplace: np.ndarray
    resource: np.ndarray
    use: np.ndarray
    unreported: np.ndarray
    rate: np.ndarray

    def where(self, chosen: np.ndarray) -> "Uses":
        """Return some of the rows."""
        columns = (self.workplace, self.resource, self.use, self.unreported, self.rate)
        return Uses(*(column[chosen] for column in columns))


def uses_of(cycle: Cycle, plan: Plan) -> Uses:
    """Return what every workplace used of the resources that the plan charges for."""
    economy = Overlay(plan.scenario_id)
    query = USES.format(
        lines=economy.of("workplaces_line"), made=MADE, technologies=economy.of("workplaces_technology")
    )
    production, resource = (
        [plan.run_id, int(RunLine.Kind.PRODUCTION)],
        [plan.run_id, int(RunRow.Kind.RESOURCE)],
    )
    found = fetch(
        query, [*production, cycle.pk, *resource],
        workplace="i", resource="i", use="f", unreported="f", rate="f",
    )  # fmt: skip
    products = Product.objects.in_scenario(plan.scenario).values_list("unit", flat=True).distinct()
    rate = found["rate"] * money_unit(set(products))
    return Uses(found["workplace"], found["resource"], found["use"], found["unreported"], rate)
