"""Why a line is asked to change, out of what a run stored.

The margin of line ``w`` is ``m_w = Σ_k b_kw π_k − Σ_i a_iw π_i − ℓ_w λ − Σ_e g_ew τ_e`` with the run's duals;
its terms are read for the one line, not for the whole economy, and add up to ``RunLine.margin``.
"""

from dataclasses import dataclass

from planning.models import Proposal, Run, RunRow
from planning.runner.build import INPUT, LABOUR, OUTPUT, RESOURCE
from workplaces.models import LabourPool, Line, Scenario, Technology, Workplace

ROW_KINDS = {
    OUTPUT: RunRow.Kind.PRODUCT,
    INPUT: RunRow.Kind.PRODUCT,
    LABOUR: RunRow.Kind.POOL,
    RESOURCE: RunRow.Kind.RESOURCE,
}


@dataclass(frozen=True)
class Use:
    """What one unit of a line's activity makes (``use < 0``) or draws on, before any premium."""

    kind: int  # OUTPUT, INPUT, LABOUR, RESOURCE
    entity: int  # product, labour pool or resource
    use: float


@dataclass(frozen=True)
class LineTerm:
    """One summand of a margin: ``amount = −use · dual``, money per unit of activity."""

    kind: int
    entity: int
    use: float
    dual: float
    price: float  # of the row, premium included
    amount: float


def line_uses(scenario: Scenario, line: Line) -> list[Use]:
    """Return what a unit of the line makes and draws on, as the iteration of that scenario counts it."""
    region = Workplace.objects.in_scenario(scenario).get(entity_id=line.workplace_id).region_id
    proposal = Proposal.objects.in_scenario(scenario).filter(line_id=line.entity_id).first()
    technology = None
    if line.technology_id is not None:
        technology = Technology.objects.in_scenario(scenario).get(entity_id=line.technology_id)
    uses = _own(line) if technology is None else _shared(line, technology)
    return _with_pools(scenario, region, _stated(uses, proposal))


def _factor(line: Line, group: int) -> float:
    return float(line.factors[group]) if group < len(line.factors) else 1.0


def _shared(line: Line, t: Technology) -> list[Use]:
    """Use the shared technique, scaled by the line's factors per input group."""
    made = [Use(OUTPUT, e, -b) for e, b in zip(t.output_product, t.output_coefficient, strict=True)]
    inputs = zip(t.input_product, t.input_coefficient, t.input_group, strict=True)
    return [*made, *(Use(INPUT, e, a * _factor(line, g)) for e, a, g in inputs), *_common(line, t)]


def _common(line: Line, t: Technology) -> list[Use]:
    factor = _factor(line, t.labour_group)
    labour = [Use(LABOUR, e, h * factor) for e, h in zip(t.labour_occupation, t.labour_hours, strict=True)]
    return labour + [Use(RESOURCE, e, g) for e, g in zip(t.resource, t.resource_use, strict=True)]


def _own(line: Line) -> list[Use]:
    """Use the line's own coefficients."""
    pairs = zip(line.own_input_product, line.own_input_coefficient, strict=True)
    inputs = [Use(INPUT, e, a) for e, a in pairs]
    hours = zip(line.own_labour_occupation, line.own_labour_hours, strict=True)
    return [Use(OUTPUT, line.product_id, -1.0), *inputs, *(Use(LABOUR, e, h) for e, h in hours)]


def _stated(uses: list[Use], proposal: Proposal | None) -> list[Use]:
    """Replace the inputs of which the proposal states a quantity; all others stay as the technique has them."""
    if proposal is None or proposal.output <= 0:
        return uses
    given = dict(zip(proposal.input_product, proposal.input_quantity, strict=True))
    kept = [use for use in uses if use.kind != INPUT or use.entity not in given]
    return kept + [Use(INPUT, e, q / proposal.output) for e, q in given.items()]


def _with_pools(scenario: Scenario, region: int, uses: list[Use]) -> list[Use]:
    """Replace occupations by the pools of the line's region."""
    pools = dict(
        LabourPool.objects.in_scenario(scenario)
        .filter(region_id=region, occupation_id__in=[u.entity for u in uses if u.kind == LABOUR])
        .values_list("occupation_id", "entity_id")
    )
    return [Use(u.kind, pools.get(u.entity, 0), u.use) if u.kind == LABOUR else u for u in uses]


def line_terms(run: Run, scenario: Scenario, line: Line) -> list[LineTerm]:
    """Return the reasons of the line's margin: they add up to its ``RunLine.margin``, to rounding.

    A resource without a cap has no row and no term.
    """
    uses = line_uses(scenario, line)
    entities = {u.entity for u in uses}
    rows = {(row.kind, row.entity): row for row in RunRow.objects.filter(run=run, entity__in=entities)}
    found = [(use, rows.get((ROW_KINDS[use.kind], use.entity))) for use in uses]
    return [
        LineTerm(use.kind, use.entity, use.use, row.dual, row.price, -use.use * row.dual)
        for use, row in found
        if row is not None
    ]
