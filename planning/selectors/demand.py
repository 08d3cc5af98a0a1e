"""What a community or region wants to use: its demand lines, proposed, suggested, answered."""

from typing import Any

from planning.models import Round, Run
from planning.selectors.sql import nearest, select
from workplaces.models import Region, Scenario

STANDING = f"""SELECT d.id, d.entity_id, d.public_id, d.category, d.last, d.floor, d.ceiling, p.code, p.name AS product,
    p.names, p.unit, p.price, c.quantity, c.note, c.firm, c.source
  FROM {nearest("workplaces_demandline")} d
  JOIN {nearest("workplaces_product")} p ON p.entity_id = d.product_id
  LEFT JOIN {nearest("planning_consumptionproposal")} c ON c.demand_line_id = d.entity_id
  WHERE d.region_id = %s AND d.category <> 'export' ORDER BY d.category, abs(d.last * p.price) DESC, p.code"""  # noqa: S608


def standing_demand(scenario: Scenario, region: Region) -> list[Any]:
    """Return the region's demand lines with what stands for each in the scenario, per category the largest first."""
    return select(STANDING, [*[scenario.pk] * 6, region.pk])


SUGGESTED = f"""SELECT d.id, d.entity_id, d.public_id, d.category, d.last, d.floor, d.ceiling, p.code,
    p.name AS product, p.names, p.unit, p.price, r.proposed, r.suggested, r.asked, a.kind AS answer, a.figure, a.reason,
    x.imbalance_before, x.dual, x.price AS indicative
  FROM {nearest("workplaces_demandline")} d
  JOIN {nearest("workplaces_product")} p ON p.entity_id = d.product_id
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 1 AND r.entity = d.entity_id
  LEFT JOIN planning_runrow x ON x.run_id = %s AND x.kind = 0 AND x.entity = d.product_id
  LEFT JOIN planning_response a ON a.round_id = %s AND a.demand_line_id = d.entity_id
  WHERE d.region_id = %s AND d.category <> 'export'
  ORDER BY r.asked DESC, abs(r.suggested - r.proposed) / greatest(abs(r.proposed), 1e-300) DESC, p.code"""  # noqa: S608


def suggested_demand(round: Round, run: Run, region: Region) -> list[Any]:
    """Return the region's demand lines with what the run suggests, asked ones first."""
    parameters = [*[round.scenario_id] * 4, run.pk, run.pk, round.pk, region.pk]
    return select(SUGGESTED, parameters)


PLACES = f"""SELECT g.id, g.code, g.name, g.names, g.kind, count(*) AS lines
  FROM {nearest("workplaces_demandline")} d JOIN workplaces_region g ON g.id = d.region_id
  WHERE d.category <> 'export' GROUP BY g.id ORDER BY g.kind, g.name"""  # noqa: S608


def places_with_demand(scenario: Scenario) -> list[Any]:
    """Return the communities and regions that have demand lines, and how many."""
    return select(PLACES, [scenario.pk] * 2)
