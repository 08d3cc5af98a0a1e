"""The synthetic economy as arrays, ready to be copied into the database."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.supply_use import Names
from workplaces.tables.table import Floats, Repair

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Shorts = NDArray[np.int16]


@dataclass(frozen=True)
class Products(Names):
    """``unit`` of each product, ``price`` (basic price index: 1, as quantities are money at basic prices),
    ``group`` index into Economy.groups of the input group it belongs to."""

    unit: tuple[str, ...]
    price: Floats
    group: Shorts


@dataclass(frozen=True)
class Regions(Names):
    """``share[R]`` of the population; adds up to 1."""

    share: Floats


@dataclass(frozen=True)
class Occupations(Names):
    """``pool_hours[R, O]`` on offer in Economy.labour_unit, ``wage[O]`` money per hour (unit of both cancels)."""

    pool_hours: Floats
    wage: Floats


@dataclass(frozen=True)
class Resources(Names):
    """``cap`` per year in ``unit``; ``last`` what was used."""

    unit: tuple[str, ...]
    cap: Floats
    last: Floats


@dataclass(frozen=True)
class Technologies:
    """One technique per (activity, product) of the make table, per unit of output; T of them.

    Inputs of t: ``input_product[a:b]``, ``input_coef[a:b]``, ``input_group[a:b]`` with a, b = ``input_ptr[t:t+2]``;
    labour and resources likewise. A line's factor of ``input_group`` multiplies the inputs, its last factor the
    labour; resources have no factor. ``pay_coef`` and ``surplus_coef`` split the rest of the price.
    """

    code: tuple[str, ...]
    sector: Ints
    product: Ints
    input_ptr: Longs
    input_product: Ints
    input_coef: Floats
    input_group: Shorts
    labour_ptr: Longs
    labour_occupation: Ints
    labour_hours: Floats
    resource_ptr: Longs
    resource_index: Ints
    resource_coef: Floats
    pay_coef: Floats
    surplus_coef: Floats

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True)
class Workplaces:
    """``members[W]`` people each stands for (they add up to the table's jobs), ``demo_members[W]`` a handful."""

    code: tuple[str, ...]
    name_en: tuple[str, ...]
    name_pt: tuple[str, ...]
    region: Ints
    sector: Ints
    members: Ints
    demo_members: Ints
    form: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True)
class Lines:
    """L lines; ``line_factors[L, G]`` in the order of Economy.groups, outputs and capacities in product units."""

    line_workplace: Ints
    line_technology: Ints
    line_factors: Floats
    line_last_output: Floats
    line_capacity: Floats

    def __len__(self) -> int:
        return len(self.line_workplace)


@dataclass(frozen=True)
class Demand:
    """D lines of final use; ``demand_region`` is −1 where the whole country is meant (stocks, exports).

    ``demand_category``: household, public, investment, stocks, export. ``demand_world_price`` is 0 but for exports.
    """

    demand_region: Ints
    demand_product: Ints
    demand_category: tuple[str, ...]
    demand_last: Floats
    demand_floor: Floats
    demand_ceiling: Floats
    demand_world_price: Floats

    def __len__(self) -> int:
        return len(self.demand_region)


@dataclass(frozen=True)
class Imports:
    """I lines of supply from outside; ``import_source`` is world, or stock (from stocks, at world price 0)."""

    import_product: Ints
    import_source: tuple[str, ...]
    import_last: Floats
    import_limit: Floats
    import_world_price: Floats

    def __len__(self) -> int:
        return len(self.import_product)


@dataclass(frozen=True)
class Economy:
    """A population of workplaces whose lines add up to a published table exactly.

    ``unit`` of all quantities; ``money_scale`` minor units of ``currency`` in one of them; ``synthetic_note`` says
    what the table does not give and was made up by ``seed``.
    """

    title: str
    year: int | None
    currency: str
    unit: str
    money_scale: int
    labour_unit: str
    source_note: str
    synthetic_note: str
    seed: int
    groups: tuple[str, ...]
    products: Products
    sectors: Names
    regions: Regions
    occupations: Occupations
    resources: Resources
    technologies: Technologies
    workplaces: Workplaces
    lines: Lines
    demand: Demand
    imports: Imports
    repairs: tuple[Repair, ...]
