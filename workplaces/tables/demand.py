"""Final demand by region, and supply from outside."""

import numpy as np

from workplaces.tables.arrays import Demand, Imports, Ints
from workplaces.tables.supply_use import NATIONAL, SupplyUse
from workplaces.tables.table import Floats

# The categories of the plan's demand lines: non-profit institutions serve the public.
CATEGORY = {"nonprofit": "public", "inventories": "stocks"}
# Guaranteed floor and upper bound of a demand line as shares of last year's (assumed; councils set their own).
BOUNDS = {
    "household": (0.85, 1.25),
    "public": (0.90, 1.25),
    "investment": (0.60, 1.40),
    "stocks": (0.00, 1.50),
    "export": (0.60, 1.30),
}
NOWHERE = -1


def demand_lines(source: SupplyUse) -> Demand:
    """Household, public and investment demand by region's population share; stocks and exports for the country."""
    parts = [_of_category(source, category) for category in BOUNDS]
    region, product, last = (np.concatenate(column) for column in zip(*parts, strict=True))
    category = np.repeat(list(BOUNDS), [len(part[0]) for part in parts])
    floor, ceiling = np.array([BOUNDS[name] for name in category.tolist()]).reshape(-1, 2).T
    return Demand(
        demand_region=region,
        demand_product=product,
        demand_category=tuple(category.tolist()),
        demand_last=last,
        demand_floor=last * floor,
        demand_ceiling=last * ceiling,
        demand_world_price=np.where(category == "export", 1.0, 0.0),
    )


def _of_category(source: SupplyUse, category: str) -> tuple[Ints, Ints, Floats]:
    """Region, product and amount of the lines of one category; nothing for what is not demanded."""
    kinds = [k for k, kind in enumerate(source.kinds) if CATEGORY.get(kind, kind) == category]
    amount = source.final_demand[:, kinds].sum(axis=1)
    product = np.flatnonzero(amount > 0).astype(np.int32)
    if any(source.kinds[k] in NATIONAL for k in kinds):
        return np.full(len(product), NOWHERE, dtype=np.int32), product, amount[product]
    regions = len(source.region_share)
    region = np.repeat(np.arange(regions, dtype=np.int32), len(product))
    return region, np.tile(product, regions), np.outer(source.region_share, amount[product]).ravel()


def import_lines(source: SupplyUse, *, import_slack: float) -> Imports:
    """Imports at the world's price, up to last year's and ``import_slack`` more; stocks at no price, up to last
    year's."""
    world, stock = np.flatnonzero(source.imports > 0), np.flatnonzero(source.stock > 0)
    last = np.concatenate([source.imports[world], source.stock[stock]])
    abroad = np.repeat([1.0, 0.0], [len(world), len(stock)])
    return Imports(
        import_product=np.concatenate([world, stock]).astype(np.int32),
        import_source=("world",) * len(world) + ("stock",) * len(stock),
        import_last=last,
        import_limit=last * (1 + import_slack * abroad),
        import_world_price=abroad,
    )
