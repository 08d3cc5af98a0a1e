"""Names and units of what a run speaks of, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from planning.models import RunRow
from workplaces.models import LabourPool, Occupation, Product, Region, Resource, Scenario


@dataclass(frozen=True)
class Name:
    """What a row or a line is called, and its unit."""

    label: str
    unit: str = ""
    code: str = ""
    price: float = 1.0


def products(scenario: Scenario, entities: Iterable[int] | None = None) -> dict[int, Name]:
    """Return the products by entity id; all of them without ``entities``."""
    found = Product.objects.in_scenario(scenario)
    if entities is not None:
        found = found.filter(entity_id__in=list(entities))
    return {p.entity_id: Name(p.label, p.unit, p.code, p.price) for p in found}


def regions(ids: Iterable[int]) -> dict[int, str]:
    """Return the regions' names by id."""
    return {region.pk: region.label for region in Region.objects.filter(pk__in=list(ids))}


def pools(scenario: Scenario, entities: Iterable[int]) -> dict[int, Name]:
    """Return labour pools by entity id: “metalworkers, Sudeste”."""
    found = list(LabourPool.objects.in_scenario(scenario).filter(entity_id__in=list(entities)))
    occupations = {
        o.entity_id: o
        for o in Occupation.objects.in_scenario(scenario).filter(
            entity_id__in=[p.occupation_id for p in found]
        )
    }
    places = regions(p.region_id for p in found)
    named = [(p, occupations.get(p.occupation_id), places.get(p.region_id, "")) for p in found]
    return {
        pool.entity_id: Name(
            f"{work.label}, {place}" if work else place, work.unit if work else "hours", "", pool.wage
        )
        for pool, work, place in named
    }


def resources(scenario: Scenario, entities: Iterable[int]) -> dict[int, Name]:
    """Return limited resources by entity id."""
    found = Resource.objects.in_scenario(scenario).filter(entity_id__in=list(entities))
    return {r.entity_id: Name(r.label, r.unit, r.code) for r in found}


def of_rows(scenario: Scenario, rows: Iterable[RunRow]) -> dict[tuple[int, int], Name]:
    """Return the names of run rows by kind and entity."""
    by_kind: dict[int, list[int]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.entity)
    look = {RunRow.Kind.PRODUCT: products, RunRow.Kind.POOL: pools, RunRow.Kind.RESOURCE: resources}
    return {
        (kind, entity): name
        for kind, entities in by_kind.items()
        if kind in look
        for entity, name in look[RunRow.Kind(kind)](scenario, entities).items()
    }


def money_unit(scenario: Scenario) -> str:
    """Name what one is of money: where all products are counted in one unit of money, that, else the currency."""
    units = set(Product.objects.in_scenario(scenario).values_list("unit", flat=True))
    return units.pop() if len(units) == 1 else scenario.currency


def hour_unit(scenario: Scenario) -> str:
    """Name the unit in which occupations' hours are counted; all of them where there are several."""
    units = set(Occupation.objects.in_scenario(scenario).values_list("unit", flat=True))
    return ", ".join(sorted(units)) or "hours"
