"""What workplaces made of a year at the plan's accounting prices and wages: output, inputs, pay."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planning.models import Cycle, Plan, RunLine, RunRow
from planning.rules import rule
from planning.runner.columns import Overlay, fetch
from planning.selectors.levels import money_unit
from planning.selectors.reports import MADE
from workplaces.models import Product
from workplaces.presentation.figures import worth

# By technique, and by technique and region for pay; a group without a factor has the factor 1, as in Economy.per_unit.
YEARS = """WITH price AS MATERIALIZED (
    SELECT p.entity_id AS product, coalesce(a.price, 0) * u.worth AS price FROM {products} p
      JOIN unnest(%s::text[], %s::float8[]) u(unit, worth) ON u.unit = p.unit
      LEFT JOIN planning_accountingprice a ON a.plan_id = %s AND a.product = p.entity_id),
  wage AS MATERIALIZED (
    SELECT region_id AS region, occupation_id AS occupation,
        %s * least(greatest(frame + premium, (1 - %s) * frame), (1 + %s) * frame) AS wage
      FROM (SELECT q.region_id, q.occupation_id, x.dual AS premium,
            CASE WHEN q.wage > 0 THEN q.wage ELSE x.price - x.dual END AS frame
          FROM {pools} q JOIN planning_runrow x ON x.run_id = %s AND x.kind = %s AND x.entity = q.entity_id) v),
  line AS MATERIALIZED (
    SELECT l.workplace_id AS workplace, w.region_id AS region, l.product_id AS product, l.technology_id AS technology,
        l.factors, l.own_input_product, l.own_input_coefficient, l.own_labour_occupation, l.own_labour_hours,
        coalesce(a.output, r.proposed) AS output, a.output IS NULL AS planned
      FROM {lines} l JOIN {workplaces} w ON w.entity_id = l.workplace_id
      JOIN planning_runline r ON r.run_id = %s AND r.kind = %s AND r.entity = l.entity_id
      LEFT JOIN ({made}) a ON a.line_id = l.entity_id),
  technique AS MATERIALIZED (SELECT * FROM {technologies} t),
  outputs AS MATERIALIZED (
    SELECT t.entity_id AS technology, sum(e.amount * p.price) AS worth FROM technique t
      CROSS JOIN LATERAL unnest(t.output_product, t.output_coefficient) e(product, amount)
      JOIN price p ON p.product = e.product GROUP BY 1),
  inputs AS MATERIALIZED (
    SELECT t.entity_id AS technology, e.grp, sum(e.amount * p.price) AS worth FROM technique t
      CROSS JOIN LATERAL unnest(t.input_product, t.input_coefficient, t.input_group) e(product, amount, grp)
      JOIN price p ON p.product = e.product GROUP BY 1, 2),
  pay AS MATERIALIZED (
    SELECT t.entity_id AS technology, d.region, t.labour_group AS grp, sum(e.hours * q.wage) AS worth
      FROM (SELECT DISTINCT technology, region FROM line) d JOIN technique t ON t.entity_id = d.technology
      CROSS JOIN LATERAL unnest(t.labour_occupation, t.labour_hours) e(occupation, hours)
      JOIN wage q ON q.region = d.region AND q.occupation = e.occupation GROUP BY 1, 2, 3),
  part(workplace, planned, kind, worth) AS (
    SELECT l.workplace, l.planned, 0, 0.0 FROM line l
    UNION ALL
    SELECT l.workplace, l.planned, 0, l.output * o.worth FROM line l JOIN outputs o ON o.technology = l.technology
    UNION ALL
    SELECT l.workplace, l.planned, 0, l.output * p.price FROM line l JOIN price p ON p.product = l.product
     WHERE l.technology IS NULL
    UNION ALL
    SELECT l.workplace, l.planned, 1, l.output * i.worth * coalesce(l.factors[i.grp + 1], 1)
      FROM line l JOIN inputs i ON i.technology = l.technology
    UNION ALL
    SELECT l.workplace, l.planned, 1, l.output * e.amount * p.price FROM line l
      CROSS JOIN LATERAL unnest(l.own_input_product, l.own_input_coefficient) e(product, amount)
      JOIN price p ON p.product = e.product WHERE l.technology IS NULL
    UNION ALL
    SELECT l.workplace, l.planned, 2, l.output * y.worth * coalesce(l.factors[y.grp + 1], 1)
      FROM line l JOIN pay y ON y.technology = l.technology AND y.region = l.region
    UNION ALL
    SELECT l.workplace, l.planned, 2, l.output * e.hours * q.wage FROM line l
      CROSS JOIN LATERAL unnest(l.own_labour_occupation, l.own_labour_hours) e(occupation, hours)
      JOIN wage q ON q.region = l.region AND q.occupation = e.occupation WHERE l.technology IS NULL)
  SELECT workplace, coalesce(sum(worth) FILTER (WHERE kind = 0), 0) AS output,
      coalesce(sum(worth) FILTER (WHERE kind = 1), 0) AS inputs, coalesce(sum(worth) FILTER (WHERE kind = 2), 0) AS pay,
      coalesce(sum(worth) FILTER (WHERE kind = 0 AND planned), 0) AS unreported
    FROM part GROUP BY workplace ORDER BY workplace"""

CHARGED = """SELECT c.workplace_id AS workplace, sum(c.amount)::bigint AS amount FROM planning_resourcecharge c
  JOIN planning_journalentry j ON j.id = c.entry_id WHERE j.cycle_id = %s GROUP BY 1"""


@dataclass(frozen=True, eq=False)
class Years:
    """Workplaces' years, one a row, in currency: whose (entity id), the worth of what was made and used up, what the hours
    are paid, and how much of the output is as planned.
    """

    workplace: np.ndarray
    output: np.ndarray
    inputs: np.ndarray
    pay: np.ndarray
    unreported: np.ndarray


def years_of(cycle: Cycle, plan: Plan) -> Years:
    """Return what every workplace made of the plan's year: ``Σ_l y_l b_kl p_k``, ``Σ_l y_l a_il p_i``, ``Σ_l y_l h_ql w_q``.

    ``y_l`` is the output reported, or planned where nothing is reported; coefficients are the techniques', times
    the line's factors, or the line's own. ``p`` are the plan's accounting prices. ``w`` is the pool's accounting wage with
    the premium of the plan's run, inside the charter's ``price_step`` as prices are; where a pool has no wage, what the run
    counted an hour at. Equation: docs/investment.md, "Levy on surplus".
    """
    economy = Overlay(plan.scenario_id)
    query = YEARS.format(
        products=economy.of("workplaces_product"), pools=economy.of("workplaces_labourpool"),
        lines=economy.of("workplaces_line"), workplaces=economy.of("workplaces_workplace"),
        technologies=economy.of("workplaces_technology"), made=MADE,
    )  # fmt: skip
    found_units = Product.objects.in_scenario(plan.scenario).values_list("unit", flat=True).distinct()
    units, step = sorted(set(found_units)), rule(cycle.rules, "price_step")
    parameters = [
        units, _worths(units), plan.pk, money_unit(units), step, step, plan.run_id, int(RunRow.Kind.POOL),
        plan.run_id, int(RunLine.Kind.PRODUCTION), cycle.pk,
    ]  # fmt: skip
    columns = fetch(query, parameters, workplace="i", output="f", inputs="f", pay="f", unreported="f")
    return Years(*(columns[name] for name in ("workplace", "output", "inputs", "pay", "unreported")))


def charged_of(cycle: Cycle, workplaces: np.ndarray) -> np.ndarray:
    """Return what these workplaces (entity ids, in order) were charged for resources in a year, in minor units."""
    found = fetch(CHARGED, [cycle.pk], workplace="i", amount="i")
    place = np.searchsorted(workplaces, found["workplace"])
    charged = np.zeros(len(workplaces), np.int64)
    charged[place] = found["amount"]
    return charged


def _worths(units: Iterable[str]) -> list[float]:
    return [worth(1.0, 1.0, unit) for unit in units]
