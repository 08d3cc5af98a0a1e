"""Reading the economy as one scenario shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When

from workplaces import authority, permissions
from workplaces.importing.existing import ORDER
from workplaces.models import (
    Agreement,
    ImportBatch,
    ImportedRow,
    LabourPool,
    Line,
    Occupation,
    Person,
    Product,
    Scenario,
    ScenarioRow,
    Technology,
    TradeLine,
    Workplace,
)
from workplaces.record.models import Entry


def scenario_current() -> Scenario | None:
    """Return the baseline that people work on: the open one with the highest number, else the last closed."""
    is_closed = Case(When(state=Scenario.State.OPEN, then=0), default=1)
    return Scenario.objects.filter(kind=Scenario.Kind.BASELINE).order_by(is_closed, "-number").first()


def scenario_seen(person: Person, public_id: UUID | str | None) -> Scenario | None:
    """Return the scenario of that id if the person may see it; the current one without an id."""
    if public_id is None:
        return scenario_current()
    found = Scenario.objects.filter(public_id=public_id).select_related("parent").first()
    return found if found and permissions.can_see_scenario(person, found) else None


def version[Row: ScenarioRow](table: type[Row], scenario: Scenario, public_id: UUID | str) -> Row | None:
    """Return the row of that public id as the scenario shows it."""
    entities = table.objects.filter(public_id=public_id, scenario_id__in=scenario.chain())
    found = table.objects.in_scenario(scenario).filter(entity_id__in=entities.values("entity_id"))
    return found.first()


def by_entity(table: type[ScenarioRow], scenario: Scenario, entities: Iterable[int]) -> dict[int, Any]:
    """Return the rows of these entities as the scenario shows them, by entity id."""
    found = table.objects.in_scenario(scenario).filter(entity_id__in=list(entities))
    return {row.entity_id: row for row in found}


def by_code(table: type[ScenarioRow], scenario: Scenario, code: str) -> Any | None:
    """Return the row with that code as the scenario shows it."""
    return table.objects.in_scenario(scenario).filter(code=code).first()


@dataclass(frozen=True)
class Use:
    """What a line uses for what it made last: a product or occupation, the quantity, and per unit of output."""

    what: Any
    quantity: float
    per_unit: float


def inputs_of(line: Line, scenario: Scenario) -> list[Use]:
    """Return the line's inputs in absolute quantities: coefficient times last output."""
    per_unit = dict(zip(line.own_input_product, line.own_input_coefficient, strict=True))
    shared = _technology(line, scenario)
    if shared:
        factors = line.factors or [1.0] * shared.groups
        per_unit = {
            product: coefficient * factors[group]
            for product, coefficient, group in zip(
                shared.input_product, shared.input_coefficient, shared.input_group, strict=True
            )
        }
    return _uses(per_unit, by_entity(Product, scenario, per_unit), line.last_output)


def labour_of(line: Line, scenario: Scenario) -> list[Use]:
    """Return the line's labour in hours: hours per unit times last output."""
    per_unit = dict(zip(line.own_labour_occupation, line.own_labour_hours, strict=True))
    shared = _technology(line, scenario)
    if shared:
        factor = line.factors[shared.labour_group] if line.factors else 1.0
        per_unit = {
            job: hours * factor
            for job, hours in zip(shared.labour_occupation, shared.labour_hours, strict=True)
        }
    return _uses(per_unit, by_entity(Occupation, scenario, per_unit), line.last_output)


def _technology(line: Line, scenario: Scenario) -> Technology | None:
    if line.technology_id is None:
        return None
    found: dict[int, Technology] = by_entity(Technology, scenario, [line.technology_id])
    return found.get(line.technology_id)


def _uses(per_unit: dict[int, float], names: dict[int, Any], output: float) -> list[Use]:
    uses = [Use(names.get(key), value * output, value) for key, value in per_unit.items()]
    return sorted(uses, key=lambda use: -use.per_unit)


def agreements_of(workplace: Workplace, scenario: Scenario) -> QuerySet[Agreement]:
    """Return the agreements of a workplace, on either side, latest first."""
    side = Q(supplier_id=workplace.entity_id) | Q(client_id=workplace.entity_id)
    return agreements(scenario).filter(side)


def offers_to(workplaces: Iterable[int], scenario: Scenario) -> list[tuple[int, Agreement]]:
    """Return the offers that wait for these workplaces (entity ids), each with the one that answers it."""
    mine = set(workplaces)
    side = Q(supplier_id__in=mine) | Q(client_id__in=mine)
    waiting = agreements(scenario).filter(side, state=Agreement.State.OFFERED)
    answering = ((mine.intersection(permissions.answering_sides(offer)), offer) for offer in waiting)
    return [(min(sides), offer) for sides, offer in answering if sides]


def agreements(scenario: Scenario) -> QuerySet[Agreement]:
    """Return all agreements as the scenario shows them, latest first."""
    found = Agreement.objects.in_scenario(scenario)
    related = found.select_related("supplier", "client", "counterparty", "product")
    ordered: QuerySet[Agreement] = related.order_by("-period", "-pk")
    return ordered


def makers(product: Product, scenario: Scenario) -> QuerySet[Line]:
    """Return the lines that make a product, the largest first."""
    found: QuerySet[Line] = Line.objects.in_scenario(scenario).filter(product_id=product.entity_id)
    return found.select_related("workplace__region", "product").order_by("-capacity", "pk")


def users(product: Product, scenario: Scenario) -> QuerySet[Line]:
    """Return the lines whose technique, own or shared, needs a product."""
    shared = Technology.objects.in_scenario(scenario).filter(input_product__contains=[product.entity_id])
    uses = Q(own_input_product__contains=[product.entity_id]) | Q(
        technology_id__in=list(shared.values_list("entity_id", flat=True))
    )
    found: QuerySet[Line] = Line.objects.in_scenario(scenario).filter(uses)
    return found.select_related("workplace__region", "product").order_by("-last_output", "pk")


def trade(scenario: Scenario, **where: Any) -> QuerySet[TradeLine]:
    """Return trade with the outside as the scenario shows it."""
    found: QuerySet[TradeLine] = TradeLine.objects.in_scenario(scenario).filter(**where)
    return found.select_related("counterparty", "product", "region").order_by("-last", "pk")


def pool_occupations(region: int, scenario: Scenario) -> set[int]:
    """Return the occupations (entity ids) that have a labour pool in a region."""
    pools = LabourPool.objects.in_scenario(scenario).filter(region_id=region)
    return set(pools.values_list("occupation_id", flat=True))


def origin_batch(row: ScenarioRow) -> ImportBatch | None:
    """Return the import that last made or changed a row, if one did."""
    notes = ImportedRow.objects.filter(table=row._meta.db_table, row_id=row.pk)
    note = notes.select_related("batch__created_by").order_by("-pk").first()
    return note.batch if note else None


def closing(scenario: Scenario) -> Entry | None:
    """Return the record's entry of closing a scenario."""
    return Entry.objects.filter(kind="scenario.closed", subject=f"scenario:{scenario.public_id}").first()


def batches(person: Person, on: Any) -> QuerySet[ImportBatch]:
    """Return the imports that the person may see, latest first."""
    found = ImportBatch.objects.select_related("scenario", "created_by", "undone_by").order_by("-pk")
    if any(hat.role in permissions.SEE_PEOPLE for hat in authority.hats(person, on)):
        return found
    return found.exclude(kind__in=permissions.PRIVATE_KINDS)


def batch_rows(batch: ImportBatch, limit: int) -> list[tuple[Any, Any]]:
    """Return (table, row) for the first rows that a batch made or changed."""
    tables = {table._meta.db_table: table for table in ORDER}
    notes = list(batch.made.order_by("pk").values_list("table", "row_id")[:limit])
    found: dict[tuple[str, int], Any] = {}
    for name in {name for name, _pk in notes}:
        rows = tables[name]._default_manager.filter(pk__in=[pk for other, pk in notes if other == name])
        found |= {(name, row.pk): row for row in rows}
    return [(tables[name], found.get((name, pk))) for name, pk in notes]


def counts(scenario: Scenario, tables: Sequence[type[ScenarioRow]]) -> list[tuple[type[ScenarioRow], int]]:
    """Return how many rows of each table the scenario shows."""
    return [(table, table.objects.in_scenario(scenario).count()) for table in tables]
