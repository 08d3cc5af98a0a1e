"""Names of lines that would move, production and demand together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from planning.selectors import names
from workplaces.models import DemandLine, Line, Scenario, Workplace


class Mover(Protocol):
    """A line by kind (0 production, 1 demand) and entity id."""

    @property
    def kind(self) -> int:
        """The kind of line."""

    @property
    def entity(self) -> int:
        """The line's entity id."""


@dataclass(frozen=True)
class MoverName:
    """Who moves what: the workplace or the region, the product and its unit."""

    place: str
    product: str
    unit: str
    category: str = ""


def mover_names(
    scenario: Scenario, lines: Iterable[Mover], demand: Iterable[Mover]
) -> dict[tuple[int, int], MoverName]:
    """Return the names by kind and entity: four queries, however many there are."""
    made = list(Line.objects.in_scenario(scenario).filter(entity_id__in=[m.entity for m in lines]))
    eaten = list(DemandLine.objects.in_scenario(scenario).filter(entity_id__in=[m.entity for m in demand]))
    products = names.products(scenario, {row.product_id for row in [*made, *eaten]})
    works = {
        w.entity_id: w.label
        for w in Workplace.objects.in_scenario(scenario).filter(
            entity_id__in={line.workplace_id for line in made}
        )
    }
    places = names.regions({row.region_id for row in eaten})
    found = {
        (0, line.entity_id): MoverName(
            works.get(line.workplace_id, ""),
            products[line.product_id].label,
            products[line.product_id].unit,
        )
        for line in made
    }
    found |= {
        (1, row.entity_id): MoverName(
            places.get(row.region_id, ""),
            products[row.product_id].label,
            products[row.product_id].unit,
            row.get_category_display(),
        )
        for row in eaten
    }
    return found
