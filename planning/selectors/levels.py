"""What workplaces make of an hour: value added at constant accounting prices, out of last year's actual outputs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workplaces.hours import IN_HOURS
from workplaces.models import Line, Occupation, Product, Scenario, Technology
from workplaces.presentation.figures import worth


@dataclass(frozen=True)
class Made:
    """A workplace's value added (currency per year) and hours (per year); ``level`` is value added per hour, not below 0."""

    value_added: float
    hours: float

    @property
    def level(self) -> float:
        """Value added per hour; where no hour was worked yet, or more was used up than made, 0."""
        return max(self.value_added / self.hours, 0.0) if self.hours > 0 else 0.0


@dataclass(frozen=True)
class PerUnit:
    """Of one unit of a line's activity: value added (currency) and hours."""

    value_added: float
    hours: float


@dataclass
class Shared:
    """A technology: worth of its outputs, worth of its inputs by factor group, hours, and the group of labour."""

    output: float
    inputs: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    hours: float = 0.0
    labour_group: int = 0

    def per_unit(self, factors: Sequence[float]) -> PerUnit:
        """Return both figures for a line with these factors; a group without one has the factor 1."""

        def factor(group: int) -> float:
            return factors[group] if group < len(factors) else 1.0

        used = sum(value * factor(group) for group, value in self.inputs.items())
        return PerUnit(self.output - used, self.hours * factor(self.labour_group))


def money_unit(units: Iterable[str]) -> float:
    """Return in how many units of the currency a run counts: a million where all products are measured in millions of it."""
    worths = {worth(1.0, 1.0, unit) for unit in units}
    return worths.pop() if len(worths) == 1 else 1.0


class Economy:
    """A scenario's prices, units of hours and technologies, read once; every price in currency per unit."""

    def __init__(self, scenario: Scenario, price: Mapping[int, float] | None = None) -> None:
        """Read them; with ``price`` (currency per unit, by entity) those count and not the scenario's own."""
        self.scenario = scenario
        products = Product.objects.in_scenario(scenario).values_list("entity_id", "price", "unit")
        self.price = (
            {entity: worth(1.0, one, unit) for entity, one, unit in products} if price is None else price
        )
        units = Occupation.objects.in_scenario(scenario).values_list("entity_id", "unit")
        self.in_hours = {entity: IN_HOURS.get(unit, 1.0) for entity, unit in units}
        self.shared = {t.entity_id: self._shared(t) for t in Technology.objects.in_scenario(scenario)}

    def _shared(self, one: Technology) -> Shared:
        found = Shared(self._worth(one.output_product, one.output_coefficient))
        found.hours = self._hours(one.labour_occupation, one.labour_hours)
        found.labour_group = one.labour_group
        for product, used, group in zip(
            one.input_product, one.input_coefficient, one.input_group, strict=True
        ):
            found.inputs[group] += used * self.price.get(product, 0.0)
        return found

    def _worth(self, products: Sequence[int], quantities: Sequence[float]) -> float:
        return sum(q * self.price.get(p, 0.0) for p, q in zip(products, quantities, strict=True))

    def _hours(self, occupations: Sequence[int], hours: Sequence[float]) -> float:
        return sum(h * self.in_hours.get(o, 1.0) for o, h in zip(occupations, hours, strict=True))

    def per_unit(self, line: Line) -> PerUnit:
        """Return value added and hours of one unit of a line's activity."""
        if line.technology_id is not None:
            return self.shared[line.technology_id].per_unit(line.factors)
        used = self._worth(line.own_input_product, line.own_input_coefficient)
        hours = self._hours(line.own_labour_occupation, line.own_labour_hours)
        return PerUnit(self.price.get(line.product_id, 0.0) - used, hours)

    def made(self, workplaces: Collection[int] | None = None) -> dict[int, Made]:
        """Return what each workplace (entity id) made last year; of all of them unless some are named."""
        lines = Line.objects.in_scenario(self.scenario)
        if workplaces is not None:
            lines = lines.filter(workplace_id__in=workplaces)
        value, hours = defaultdict[int, float](float), defaultdict[int, float](float)
        for line in lines.iterator(chunk_size=2000):
            unit = self.per_unit(line)
            value[line.workplace_id] += unit.value_added * line.last_output
            hours[line.workplace_id] += unit.hours * line.last_output
        return {workplace: Made(value[workplace], hours[workplace]) for workplace in value}
