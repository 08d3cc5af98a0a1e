"""One line: what it proposed, what was suggested, what it answered, round after round."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from planning.models import Cycle, Proposal, Response, Round, Run, RunLine, RunRow
from planning.selectors.rounds import kept_of
from planning.selectors.sql import nearest, select
from workplaces.kept import kept
from workplaces.models import Line, Product, Scenario, Technology, Workplace


@dataclass(frozen=True)
class Subject:
    """A line with the workplace and the product it belongs to, as a scenario sees them."""

    line: Line
    workplace: Workplace
    product: Product


def line_subject(scenario: Scenario, public_id: UUID) -> Subject | None:
    """Return the line with that public id, or None."""
    line = Line.objects.in_scenario(scenario).filter(public_id=public_id).first()
    if line is None:
        return None
    workplace = (
        Workplace.objects.in_scenario(scenario).select_related("region").get(entity_id=line.workplace_id)
    )
    product = Product.objects.in_scenario(scenario).get(entity_id=line.product_id)
    return Subject(line, workplace, product)


def suggestion(run: Run | None, entity: int, kind: int = RunLine.Kind.PRODUCTION) -> RunLine | None:
    """Return what the run suggests to the line."""
    if run is None:
        return None
    return RunLine.objects.filter(run=run, kind=kind, entity=entity).first()


def response(round: Round, line: Line) -> Response | None:
    """Return the answer given in this round."""
    return Response.objects.select_related("by").filter(round=round, line_id=line.entity_id).first()


def standing_proposal(scenario: Scenario | None, line: Line) -> Proposal | None:
    """Return the line's proposal as it stands in the scenario."""
    if scenario is None:
        return None
    return Proposal.objects.in_scenario(scenario).filter(line_id=line.entity_id).first()


def product_row(run: Run, product: int) -> RunRow | None:
    """Return the product's row of the run."""
    return run.rows.filter(kind=RunRow.Kind.PRODUCT, entity=product).first()


class Able(NamedTuple):
    """How many workplaces could make more, or less, of a product."""

    workplaces: int


ABLE = f"""SELECT count(DISTINCT l.workplace_id) AS workplaces FROM {nearest("workplaces_line")} l
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id
  WHERE l.product_id = %s AND r.flexibility > 0 AND CASE WHEN %s THEN r.upper - r.proposed > 1e-9 * r.upper
    ELSE r.proposed > r.lower END"""  # noqa: S608


def able_workplaces(run: Run, scenario: Scenario, product: int, *, more: bool) -> int:
    """Count the workplaces that could make more, or less, of the product."""
    able = kept_of(
        run, f"able:{product}:{more}", lambda: select(ABLE, [scenario.pk, scenario.pk, run.pk, product, more]), Able
    )  # fmt: skip
    return able[0].workplaces


CLIENTS = f"""SELECT count(*) AS workplaces FROM (
    SELECT DISTINCT l.workplace_id FROM {nearest("workplaces_line")} l
    WHERE l.technology_id IN (SELECT t.entity_id FROM {nearest("workplaces_technology")} t
        WHERE t.input_product @> ARRAY[%s::bigint])
      OR l.technology_id IS NULL AND l.own_input_product @> ARRAY[%s::bigint]) w"""  # noqa: S608


def client_workplaces(scenario: Scenario, product: int) -> int:
    """Count the workplaces whose technique uses the product; of a closed scenario they are counted once."""

    def count() -> int:
        return int(select(CLIENTS, [*[scenario.pk] * 4, product, product])[0].workplaces)

    if not scenario.digest:
        return count()
    return kept(f"clients:{scenario.public_id}:{scenario.digest}:{product}", count, int)


HISTORY = f"""SELECT n.number, n.state, r.proposed, r.suggested, r.asked, a.kind AS answer, a.figure, a.reason,
    a.source, a.at, b.name AS by, l.public_id AS line, l.entity_id, p.code, p.name AS product, p.names, p.unit
  FROM planning_round n
  JOIN planning_runline r ON r.run_id = n.published_run_id AND r.kind = 0
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_response a ON a.round_id = n.id AND a.line_id = r.entity
  LEFT JOIN workplaces_person b ON b.id = a.by_id
  WHERE n.cycle_id = %s AND {{which}} ORDER BY l.entity_id, n.number"""  # noqa: S608


def line_history(cycle: Cycle, scenario: Scenario, line: Line) -> list[Any]:
    """Return round by round what was proposed, suggested and answered for the line."""
    query = HISTORY.format(which="l.entity_id = %s")
    return select(query, [*[scenario.pk] * 4, cycle.pk, line.entity_id])


def workplace_history(cycle: Cycle, scenario: Scenario, workplace: Workplace) -> list[Any]:
    """Return the same for all lines of a workplace."""
    query = HISTORY.format(which="l.workplace_id = %s")
    return select(query, [*[scenario.pk] * 4, cycle.pk, workplace.entity_id])


SUGGESTED = f"""SELECT l.id, l.entity_id, l.public_id, l.last_output AS last, 0.0::float8 AS floor, l.capacity AS ceiling,
    p.code, p.name AS product, p.names, p.unit, r.proposed, r.suggested, r.asked, a.kind AS answer, a.figure, a.reason,
    a.source, b.name AS by, x.imbalance_before
  FROM {nearest("workplaces_line")} l
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id
  LEFT JOIN planning_runrow x ON x.run_id = %s AND x.kind = 0 AND x.entity = l.product_id
  LEFT JOIN planning_response a ON a.round_id = %s AND a.line_id = l.entity_id
  LEFT JOIN workplaces_person b ON b.id = a.by_id
  WHERE l.workplace_id = %s
  ORDER BY r.asked DESC, abs(r.suggested - r.proposed) / greatest(abs(r.proposed), 1e-300) DESC, l.entity_id"""  # noqa: S608


def suggested_lines(round: Round, run: Run, workplace: Workplace) -> list[Any]:
    """Return the workplace's lines with what the run suggests and what was answered, asked ones first."""
    return select(SUGGESTED, [*[round.scenario_id] * 4, run.pk, run.pk, round.pk, workplace.entity_id])


def workplace_lines(scenario: Scenario, workplace: Workplace) -> list[tuple[Line, Product]]:
    """Return the workplace's lines with their products."""
    lines = list(
        Line.objects.in_scenario(scenario).filter(workplace_id=workplace.entity_id).order_by("entity_id")
    )
    products = {
        p.entity_id: p
        for p in Product.objects.in_scenario(scenario).filter(
            entity_id__in=[line.product_id for line in lines]
        )
    }
    return [(line, products[line.product_id]) for line in lines]


def makers_of(scenario: Scenario, product: Product) -> set[int]:
    """Return the entity ids of the lines that make a product."""
    found = Line.objects.in_scenario(scenario).filter(product_id=product.entity_id)
    return set(found.values_list("entity_id", flat=True))


def usual_inputs(scenario: Scenario, line: Line) -> list[tuple[Product, float]]:
    """Return the products that a unit of the line uses, by its technique, largest first."""
    if line.technology_id is None:
        pairs = dict(zip(line.own_input_product, line.own_input_coefficient, strict=True))
    else:
        t = Technology.objects.in_scenario(scenario).get(entity_id=line.technology_id)
        factors = line.factors
        pairs = {
            e: a * (factors[g] if g < len(factors) else 1.0)
            for e, a, g in zip(t.input_product, t.input_coefficient, t.input_group, strict=True)
        }
    known = Product.objects.in_scenario(scenario).filter(entity_id__in=list(pairs))
    found = [(product, pairs[product.entity_id]) for product in known]
    return sorted(found, key=lambda pair: (-pair[1] * pair[0].price, pair[0].entity_id))


def stated_inputs(scenario: Scenario, proposal: Proposal | None) -> dict[Product, float]:
    """Return the inputs of which a proposal states the quantity, as far as the scenario has their products."""
    if proposal is None or not proposal.input_product:
        return {}
    known = {
        p.entity_id: p
        for p in Product.objects.in_scenario(scenario).filter(entity_id__in=proposal.input_product)
    }
    pairs = zip(proposal.input_product, proposal.input_quantity, strict=True)
    return {known[entity]: quantity for entity, quantity in pairs if entity in known}
