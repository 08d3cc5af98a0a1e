"""The figures that a sandbox can change: finding one, saying what it is called and what it is now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from planning.models import ConsumptionProposal, Proposal, SandboxChange
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Product,
    Resource,
    Scenario,
    ScenarioRow,
    Technology,
)
from workplaces.selectors import by_entity, inputs_of, version

Kind = SandboxChange.Kind
FOUND = 20
TABLES: dict[str, type[ScenarioRow]] = {
    Kind.FINAL: Product,
    Kind.DEMAND: DemandLine,
    Kind.OUTPUT: Line,
    Kind.CAPACITY: Line,
    Kind.INPUT: Line,
    Kind.COEFFICIENT: Technology,
    Kind.HOURS: LabourPool,
    Kind.CAP: Resource,
}
WITH_PARTS = (Kind.INPUT, Kind.COEFFICIENT)
RELATED = {
    Line: ("workplace__region", "product"),
    DemandLine: ("region", "product"),
    LabourPool: ("region", "occupation"),
}


@dataclass(frozen=True)
class Figure:
    """A figure as a scenario has it. ``old`` is None for a resource without a cap."""

    kind: str
    entity: int
    part: int
    name: str
    unit: str
    old: float | None


def search(scenario: Scenario, kind: str, text: str) -> list[Any]:
    """Return the first rows of that kind whose name holds ``text``."""
    rows = _rows(scenario, kind)
    if text:
        condition = Q()
        for field in _texts(TABLES[kind]):
            condition |= Q(**{f"{field}__icontains": text})
        rows = rows.filter(condition)
    return list(rows.order_by("entity_id")[: FOUND + 1])


def row_of(scenario: Scenario, kind: str, public_id: UUID) -> Any | None:
    """Return the row that a figure of that kind belongs to."""
    found = version(TABLES[kind], scenario, public_id)
    return _rows(scenario, kind).filter(pk=found.pk).first() if found else None


def _rows(scenario: Scenario, kind: str) -> Any:
    table = TABLES[kind]
    rows = table.objects.in_scenario(scenario)
    return rows.select_related(*RELATED[table]) if table in RELATED else rows


def _texts(table: type[ScenarioRow]) -> list[str]:
    own = ["name", "names", "code"]
    if table is Line:
        return [f"{to}__{field}" for to in ("workplace", "product") for field in own]
    if table is DemandLine:
        return [f"{to}__{field}" for to in ("region", "product") for field in own]
    if table is LabourPool:
        return [f"{to}__{field}" for to in ("region", "occupation") for field in own]
    return own


def parts_of(scenario: Scenario, kind: str, row: Any) -> list[Figure]:
    """Return the inputs of a line or technique as figures; the row's one figure for the other kinds."""
    if kind == Kind.INPUT:
        return _inputs(scenario, row)
    if kind == Kind.COEFFICIENT:
        return _coefficients(scenario, row)
    return [READ[kind](scenario, row)]


def figure_of(scenario: Scenario, kind: str, row: Any, part: int) -> Figure | None:
    """Return one figure as the scenario has it; None for an input that is not used."""
    return next((figure for figure in parts_of(scenario, kind, row) if figure.part == part), None)


def standing_output(scenario: Scenario, line: Line) -> tuple[float, Proposal | None]:
    """Return the output that stands for a line, and the proposal it comes from."""
    proposal = Proposal.objects.in_scenario(scenario).filter(line_id=line.entity_id).first()
    return (proposal.output if proposal else line.last_output), proposal


def standing_demand(scenario: Scenario, lines: Iterable[DemandLine]) -> dict[int, float]:
    """Return the quantity that stands for each line of final use, by entity id."""
    last = {line.entity_id: line.last for line in lines}
    asked = ConsumptionProposal.objects.in_scenario(scenario).filter(demand_line_id__in=list(last))
    return last | dict(asked.values_list("demand_line_id", "quantity"))


def demand_lines(scenario: Scenario, product: int) -> list[DemandLine]:
    """Return all final uses of a product."""
    return list(DemandLine.objects.in_scenario(scenario).filter(product_id=product).order_by("entity_id"))


def named(scenario: Scenario, changes: Iterable[SandboxChange]) -> list[tuple[SandboxChange, Figure]]:
    """Return the changes with what their figures are called; ``scenario`` is the sandbox's parent."""
    listed = list(changes)
    rows: dict[tuple[str, int], Any] = {}
    for kind in {change.kind for change in listed}:
        wanted = [change.entity for change in listed if change.kind == kind]
        rows |= {(kind, row.entity_id): row for row in _rows(scenario, kind).filter(entity_id__in=wanted)}
    products = by_entity(Product, scenario, [change.part for change in listed if change.part])
    return [
        (change, _named(change, rows[change.kind, change.entity], products.get(change.part)))
        for change in listed
        if (change.kind, change.entity) in rows
    ]


def _named(change: SandboxChange, row: Any, part: Product | None) -> Figure:
    name = NAME[change.kind](row)
    if part is not None:
        name = f"{name}: {part.label}"
    unit = part.unit if part is not None else _unit(change.kind, row)
    if change.kind == Kind.COEFFICIENT and part is not None:
        unit = _("%(unit)s for each unit made") % {"unit": part.unit}
    return Figure(change.kind, change.entity, change.part, name, unit, change.old)


def _unit(kind: str, row: Any) -> str:
    if kind == Kind.HOURS:
        return str(row.occupation.unit)
    if kind in {Kind.FINAL, Kind.CAP}:
        return str(row.unit)
    return str(getattr(row, "product", row).unit)


def line_name(row: Line) -> str:
    """Say whose line makes what."""
    return f"{row.workplace.label}, {row.product.label}"


NAME: dict[str, Callable[[Any], str]] = {
    Kind.FINAL: lambda row: _("Final demand of %(product)s") % {"product": row.label},
    Kind.DEMAND: lambda row: f"{row.product.label}, {row.get_category_display()}, {row.region.label}",
    Kind.OUTPUT: lambda row: _("Output of %(line)s") % {"line": line_name(row)},
    Kind.CAPACITY: lambda row: _("Capacity of %(line)s") % {"line": line_name(row)},
    Kind.INPUT: lambda row: _("Input of %(line)s") % {"line": line_name(row)},
    Kind.COEFFICIENT: lambda row: _("Technique “%(name)s”") % {"name": row.label},
    Kind.HOURS: lambda row: _("Hours of %(who)s") % {"who": f"{row.occupation.label}, {row.region.label}"},
    Kind.CAP: lambda row: _("Cap of %(resource)s") % {"resource": row.label},
}


def _simple(kind: str, row: Any, old: float | None) -> Figure:
    return Figure(kind, row.entity_id, 0, NAME[kind](row), _unit(kind, row), old)


READ: dict[str, Callable[[Scenario, Any], Figure]] = {
    Kind.FINAL: lambda scenario, row: _simple(
        Kind.FINAL,
        row,
        sum(standing_demand(scenario, demand_lines(scenario, row.entity_id)).values()),
    ),
    Kind.DEMAND: lambda scenario, row: _simple(
        Kind.DEMAND, row, standing_demand(scenario, [row])[row.entity_id]
    ),
    Kind.OUTPUT: lambda scenario, row: _simple(Kind.OUTPUT, row, standing_output(scenario, row)[0]),
    Kind.CAPACITY: lambda _scenario, row: _simple(Kind.CAPACITY, row, row.capacity),
    Kind.HOURS: lambda _scenario, row: _simple(Kind.HOURS, row, row.hours),
    Kind.CAP: lambda _scenario, row: _simple(Kind.CAP, row, row.cap),
}


def _inputs(scenario: Scenario, line: Line) -> list[Figure]:
    """A stated quantity stands; of the other inputs the technique's share of what is made."""
    output, proposal = standing_output(scenario, line)
    stated = dict(zip(proposal.input_product, proposal.input_quantity, strict=True)) if proposal else {}
    needed = {use.what.entity_id: use.per_unit * output for use in inputs_of(line, scenario) if use.what}
    amounts = needed | stated
    products = by_entity(Product, scenario, amounts)
    return [
        Figure(Kind.INPUT, line.entity_id, entity, products[entity].label, products[entity].unit, amount)
        for entity, amount in amounts.items()
        if entity in products
    ]


def _coefficients(scenario: Scenario, technology: Technology) -> list[Figure]:
    pairs = list(zip(technology.input_product, technology.input_coefficient, strict=True))
    products = by_entity(Product, scenario, [entity for entity, _amount in pairs])
    return [
        Figure(Kind.COEFFICIENT, technology.entity_id, entity, products[entity].label, products[entity].unit, amount)
        for entity, amount in sorted(pairs, key=lambda pair: -pair[1])
        if entity in products
    ]  # fmt: skip
