"""Proposals as a scenario has them, for many lines at once: last year's figure where nobody proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from planning.models import ConsumptionProposal, Proposal
from planning.models.answers import Source
from workplaces.models import DemandLine, Line, Product, Scenario


@dataclass(frozen=True)
class StandingProposal:
    """A line with what stands for it."""

    line: UUID
    workplace: UUID
    product: str
    unit: str
    output: float
    confirmed: float
    capacity: float
    firm: bool
    source: str
    inputs: list[dict[str, Any]]
    note: str


@dataclass(frozen=True)
class StandingConsumption:
    """A demand line with what stands for it."""

    demand_line: UUID
    region: str
    product: str
    unit: str
    category: str
    quantity: float
    confirmed: float
    floor: float
    ceiling: float | None
    firm: bool
    source: str
    note: str


def standing_proposals(scenario: Scenario, lines: Sequence[Line]) -> list[StandingProposal]:
    """Return what stands for each of the lines (with ``workplace`` and ``product`` loaded)."""
    ids = [line.entity_id for line in lines]
    found = {p.line_id: p for p in Proposal.objects.in_scenario(scenario).filter(line_id__in=ids)}
    stated = {entity for proposal in found.values() for entity in proposal.input_product}
    codes = dict(Product.objects.filter(pk__in=stated).values_list("entity_id", "code")) if stated else {}
    return [_proposal(line, found.get(line.entity_id), codes) for line in lines]


def _proposal(line: Line, proposal: Proposal | None, codes: dict[int, str]) -> StandingProposal:
    output = proposal.output if proposal else line.last_output
    pairs = zip(proposal.input_product, proposal.input_quantity, strict=True) if proposal else ()
    return StandingProposal(
        line=line.public_id,
        workplace=line.workplace.public_id,
        product=line.product.code,
        unit=line.product.unit,
        output=output,
        confirmed=proposal.confirmed if proposal else output,
        capacity=line.capacity,
        firm=bool(proposal and proposal.firm),
        source=proposal.source if proposal else Source.LAST_YEAR,
        inputs=[{"product": codes[entity], "quantity": quantity} for entity, quantity in pairs],
        note=proposal.note if proposal else "",
    )


def standing_consumption(scenario: Scenario, lines: Sequence[DemandLine]) -> list[StandingConsumption]:
    """Return what stands for each of the demand lines (with ``region`` and ``product`` loaded)."""
    ids = [line.entity_id for line in lines]
    proposals = ConsumptionProposal.objects.in_scenario(scenario).filter(demand_line_id__in=ids)
    found = {p.demand_line_id: p for p in proposals}
    return [_consumption(line, found.get(line.entity_id)) for line in lines]


def _consumption(line: DemandLine, proposal: ConsumptionProposal | None) -> StandingConsumption:
    quantity = proposal.quantity if proposal else line.last
    return StandingConsumption(
        demand_line=line.public_id,
        region=line.region.code,
        product=line.product.code,
        unit=line.product.unit,
        category=line.category,
        quantity=quantity,
        confirmed=proposal.confirmed if proposal else quantity,
        floor=line.floor,
        ceiling=line.ceiling,
        firm=bool(proposal and proposal.firm),
        source=proposal.source if proposal else Source.LAST_YEAR,
        note=proposal.note if proposal else "",
    )
