"""The common form of every source: a supply-use system at basic prices, total of home-made and imported."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.table import Floats, Repair

# Kinds of final demand; the last two belong to no region.
KINDS = ("household", "nonprofit", "public", "investment", "inventories", "export")
NATIONAL = frozenset({"inventories", "export"})


@dataclass(frozen=True)
class Names:
    """Codes with their names in English and Portuguese."""

    codes: tuple[str, ...]
    names_en: tuple[str, ...]
    names_pt: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class SupplyUse:
    """One year of P products and S sectors; money in ``unit`` at basic prices, labour in ``labour_unit``.

    Every product balances: ``make.sum(1) + imports + stock = use.sum(1) + final_demand.sum(1)``.

    ``make[p, s]``          what sector s makes of product p, never negative
    ``use[p, s]``           what sector s uses of product p, home-made and imported
    ``final_demand[p, k]``  for ``kinds[k]`` out of KINDS, never negative
    ``imports[p]``          imports at the border's price
    ``stock[p]``            supply from stocks, second hand or by-products (negative demand as published)
    ``imported_use[p, s]``  the part of ``use`` that is imported; None where the source does not tell
    ``labour[s]``           hours (or pay where no persons are published: ``labour_unit`` says which)
    ``jobs[s]``             persons; None where the source has none
    ``pay[s]``, ``value_added[s]``   compensation and value added
    ``mixed_income[s]``     share of value added earned by the self-employed and co-operators, 0..1
    ``resources[e, s]``     emissions, water … of the year in ``resource_units[e]``
    """

    name: str
    title: str
    year: int | None
    unit: str
    currency: str
    money_scale: int
    source_note: str
    products: Names
    sectors: Names
    workplace_nouns: tuple[tuple[str, ...], tuple[str, ...]]
    make: Floats
    use: Floats
    final_demand: Floats
    kinds: tuple[str, ...]
    imports: Floats
    stock: Floats
    imported_use: Floats | None
    labour: Floats
    labour_unit: str
    labour_note: str
    jobs: Floats | None
    pay: Floats
    value_added: Floats
    mixed_income: Floats
    resources: Floats
    resource_names: Names
    resource_units: tuple[str, ...]
    regions: Names
    region_share: Floats
    region_note: str
    product_group: NDArray[np.int16]
    sector_kind: tuple[str, ...]
    repairs: tuple[Repair, ...]

    def balance(self) -> Floats:
        """Supply less use by product; zero to rounding."""
        supply = self.make.sum(axis=1) + self.imports + self.stock
        return supply - self.use.sum(axis=1) - self.final_demand.sum(axis=1)

    @property
    def short_unit(self) -> str:
        """The unit without what kind of prices it is in, for the products."""
        return "R$ million" if self.currency == "BRL" else f"million {self.currency}"

    def output(self) -> Floats:
        """Output by sector."""
        return self.make.sum(axis=0)

    def coefficients(self) -> Floats:
        """Inputs of product p per unit of sector s's output, B = U diag(g)⁻¹ (industry technology)."""
        output = self.output()
        return np.divide(self.use, output, out=np.zeros_like(self.use), where=output > 0)


def split_negative(demand: Floats) -> tuple[Floats, Floats]:
    """Demand without its negative entries, and those entries as a supply from stock, by product."""
    return np.maximum(demand, 0), -np.minimum(demand, 0).sum(axis=1)
