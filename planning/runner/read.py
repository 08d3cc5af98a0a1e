"""Reads one scenario: products, pools, resources, techniques, lines with their standing figures."""

from dataclasses import dataclass

import numpy as np

from planning.runner.columns import Columns, Overlay, fetch

PRODUCTS = "SELECT entity_id, price, flexibility FROM {workplaces_product} p ORDER BY entity_id"
POOLS = """SELECT entity_id, region_id, occupation_id, hours, wage
  FROM {workplaces_labourpool} q ORDER BY entity_id"""
RESOURCES = """SELECT entity_id, coalesce(cap, 'Infinity'::float8) AS cap
  FROM {workplaces_resource} e ORDER BY entity_id"""
# A line has coefficients of its own if it shares no technique, or if its proposal states absolute inputs.
STANDING = """SELECT l.entity_id, l.workplace_id, w.region_id, l.product_id, l.technology_id, l.factors,
    l.own_input_product, l.own_input_coefficient, l.own_labour_occupation, l.own_labour_hours,
    l.last_output, l.capacity, w.band, p.output, p.confirmed, p.firm, p.answered, p.input_product, p.input_quantity,
    l.technology_id IS NULL OR (p.output > 0 AND cardinality(p.input_product) > 0) IS TRUE AS own
  FROM {workplaces_line} l
  JOIN {workplaces_workplace} w ON w.entity_id = l.workplace_id
  LEFT JOIN {planning_proposal} p ON p.line_id = l.entity_id"""
LINES = """SELECT entity_id, workplace_id, region_id, product_id, own::int AS own, factors,
    CASE WHEN own THEN 0 ELSE technology_id END AS technology, last_output, capacity,
    coalesce(output, last_output) AS proposed, coalesce(confirmed, last_output) AS confirmed,
    coalesce(firm, false)::int AS firm, coalesce(answered, 0) AS answered, coalesce(band, %s) AS band
  FROM ({standing}) s"""
TECHNOLOGIES = """SELECT entity_id, groups, labour_group
  FROM {workplaces_technology} t ORDER BY entity_id"""
PATTERNS = """SELECT t.entity_id AS technology, e.kind, e.entity, e.amount, e.grp FROM {workplaces_technology} t
  CROSS JOIN LATERAL (
    SELECT 0 AS kind, a AS entity, b AS amount, -1 AS grp FROM unnest(t.output_product, t.output_coefficient) u(a, b)
    UNION ALL SELECT 1, a, b, c FROM unnest(t.input_product, t.input_coefficient, t.input_group) u(a, b, c)
    UNION ALL SELECT 2, a, b, t.labour_group FROM unnest(t.labour_occupation, t.labour_hours) u(a, b)
    UNION ALL SELECT 3, a, b, -1 FROM unnest(t.resource, t.resource_use) u(a, b)) e
  ORDER BY t.entity_id, e.grp, e.kind, e.entity"""
# A stated quantity replaces what the technique needs of that product; of the others it needs as much as ever.
OWN = """SELECT s.entity_id AS line, e.kind, e.entity, e.amount FROM ({standing}) s
  LEFT JOIN {workplaces_technology} t ON t.entity_id = s.technology_id
  CROSS JOIN LATERAL (
    SELECT 0 AS kind, s.product_id AS entity, 1.0::float8 AS amount WHERE t.id IS NULL
    UNION ALL SELECT 0, a, b FROM unnest(t.output_product, t.output_coefficient) u(a, b)
    UNION ALL SELECT 1, a, b FROM unnest(s.own_input_product, s.own_input_coefficient) u(a, b)
     WHERE NOT (s.output > 0 AND a = ANY (s.input_product)) IS TRUE
    UNION ALL SELECT 1, a, b * coalesce(s.factors[g + 1], 1)
      FROM unnest(t.input_product, t.input_coefficient, t.input_group) u(a, b, g)
     WHERE NOT (s.output > 0 AND a = ANY (s.input_product)) IS TRUE
    UNION ALL SELECT 1, a, b / s.output FROM unnest(s.input_product, s.input_quantity) u(a, b) WHERE s.output > 0
    UNION ALL SELECT 2, a, b FROM unnest(s.own_labour_occupation, s.own_labour_hours) u(a, b)
    UNION ALL SELECT 2, a, b * coalesce(s.factors[t.labour_group + 1], 1)
      FROM unnest(t.labour_occupation, t.labour_hours) u(a, b)
    UNION ALL SELECT 3, a, b FROM unnest(t.resource, t.resource_use) u(a, b)) e
  WHERE s.own ORDER BY s.entity_id, e.kind, e.entity"""
DEMAND = """SELECT d.entity_id, d.region_id, d.product_id, (d.category = 'export')::int AS export, d.last, d.floor,
    coalesce(d.ceiling, 'Infinity'::float8) AS ceiling, d.flexibility,
    coalesce(p.quantity, d.last) AS proposed, coalesce(p.confirmed, d.last) AS confirmed,
    coalesce(p.firm, false)::int AS firm, coalesce(p.answered, 0) AS answered
  FROM {workplaces_demandline} d
  LEFT JOIN {planning_consumptionproposal} p ON p.demand_line_id = d.entity_id
  ORDER BY d.entity_id"""
TRADE = """SELECT entity_id, product_id, (direction = 'import')::int AS import, last,
    coalesce(planned, last) AS planned, coalesce("limit", 'Infinity'::float8) AS ceiling, world_price, flexibility
  FROM {workplaces_tradeline} t ORDER BY entity_id"""
KEYS = {"planning_proposal": "line_id", "planning_consumptionproposal": "demand_line_id"}
TABLES = [
    "workplaces_product", "workplaces_labourpool", "workplaces_resource", "workplaces_line", "workplaces_workplace",
    "workplaces_technology", "workplaces_demandline", "workplaces_tradeline", *KEYS,
]  # fmt: skip


@dataclass(frozen=True)
class State:
    """A scenario as arrays: each attribute a table, each table columns of one length."""

    products: Columns
    pools: Columns
    resources: Columns
    technologies: Columns
    patterns: Columns
    own: Columns
    lines: Columns
    factors: Columns
    demand: Columns
    trade: Columns


def read_state(scenario: int, *, band: float) -> State:
    """Read the scenario with that id; ``band`` is the charter's for workplaces that voted none of their own."""
    overlay = Overlay(scenario)
    views = {table: overlay.of(table, KEYS.get(table, "entity_id")) for table in TABLES}
    views["standing"] = STANDING.format(**views)

    def read(query: str, *parameters: float, **kinds: str) -> Columns:
        return fetch(query.format(**views), parameters, **kinds)

    lines, factors = in_order(
        read(
            LINES, band, entity_id="i", workplace_id="i", region_id="i", product_id="i", own="i", factors="a",
            technology="i", last_output="f", capacity="f", proposed="f", confirmed="f", firm="i", answered="i",
            band="f",
        )
    )  # fmt: skip
    return State(
        products=read(PRODUCTS, entity_id="i", price="f", flexibility="f"),
        pools=read(POOLS, entity_id="i", region_id="i", occupation_id="i", hours="f", wage="f"),
        resources=read(RESOURCES, entity_id="i", cap="f"),
        technologies=read(TECHNOLOGIES, entity_id="i", groups="i", labour_group="i"),
        patterns=read(PATTERNS, technology="i", kind="i", entity="i", amount="f", grp="i"),
        own=read(OWN, line="i", kind="i", entity="i", amount="f"),
        lines=lines,
        factors=factors,
        demand=read(
            DEMAND, entity_id="i", region_id="i", product_id="i", export="i", last="f", floor="f", ceiling="f",
            flexibility="f", proposed="f", confirmed="f", firm="i", answered="i",
        ),
        trade=read(
            TRADE, entity_id="i", product_id="i", **{"import": "i"}, last="f", planned="f", ceiling="f",
            world_price="f", flexibility="f",
        ),
    )  # fmt: skip


def in_order(rows: Columns) -> tuple[Columns, Columns]:
    """Return the lines by technique and region, those with coefficients of their own last, and their factors.

    Sorting a hundred thousand numbers here is much faster than sorting wide rows in the database.
    """
    values, counts = rows.pop("factors_values"), rows.pop("factors")
    own = rows["own"] > 0
    order = np.lexsort([rows["entity_id"], np.where(own, 0, rows["region_id"]), rows["technology"], own])
    shared = order[~own[order]]
    count, first = counts[shared], (np.cumsum(counts) - counts)[shared]
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    factors = {
        "entity_id": np.repeat(rows["entity_id"][shared], count),
        "value": values[np.repeat(first, count) + within],
    }
    return {name: column[order] for name, column in rows.items()}, factors
