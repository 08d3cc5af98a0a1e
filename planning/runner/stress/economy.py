"""An economy's arrays as the state that an iteration reads, without any database in between.

The same figures as ``load_economy`` writes and ``read_state`` reads back: ids are places counted from one, nobody
has proposed anything, so that last year's figures are the plan.
"""

import numpy as np
from numpy.typing import NDArray

from planning.runner.columns import Columns
from planning.runner.read import State, in_order
from workplaces.models import DemandLine, Product, TradeLine
from workplaces.tables.arrays import Economy

Longs = NDArray[np.int64]


def state_of(economy: Economy, *, band: float) -> State:
    """Return ``economy`` as :func:`planning.runner.read.read_state` would, with ``band`` as everybody's mandate."""
    lines, factors = _lines(economy, band)
    products = economy.products
    resources = economy.resources
    return State(
        products={
            "entity_id": _ids(len(products.codes)),
            "price": products.price.astype(np.float64),
            "flexibility": np.full(len(products.codes), _default(Product)),
        },
        pools=_pools(economy),
        resources={"entity_id": _ids(len(resources.codes)), "cap": resources.cap.astype(np.float64)},
        technologies={
            "entity_id": _ids(len(economy.technologies)),
            "groups": np.full(len(economy.technologies), len(economy.groups)),
            "labour_group": np.full(len(economy.technologies), len(economy.groups) - 1),
        },
        patterns=_patterns(economy),
        own={name: np.zeros(0, np.int64) for name in ("line", "kind", "entity")} | {"amount": np.zeros(0)},
        lines=lines,
        factors=factors,
        demand=_demand(economy),
        trade=_trade(economy),
    )


def _ids(count: int) -> Longs:
    return np.arange(1, count + 1)


def _default(model: type[Product | DemandLine | TradeLine]) -> float:
    return float(model._meta.get_field("flexibility").default)


def _pools(economy: Economy) -> Columns:
    hours = economy.occupations.pool_hours
    regions, kinds = hours.shape
    return {
        "entity_id": _ids(hours.size),
        "region_id": np.repeat(_ids(regions), kinds),
        "occupation_id": np.tile(_ids(kinds), regions),
        "hours": hours.reshape(-1).astype(np.float64),
        "wage": np.tile(economy.occupations.wage, regions).astype(np.float64),
    }


def _patterns(economy: Economy) -> Columns:
    """All techniques' entries, by technique, group, kind and entity."""
    known = economy.technologies
    count, labour_group = len(known), len(economy.groups) - 1

    def part(
        kind: int, pointers: Longs, entity: NDArray[np.integer], amount: NDArray[np.floating],
        group: NDArray[np.integer] | int,
    ) -> list[NDArray[np.generic]]:  # fmt: skip
        of = np.repeat(_ids(count), np.diff(pointers))
        return [of, np.full(len(of), kind), entity + 1, amount, np.broadcast_to(group, len(of))]

    parts = [
        part(0, np.arange(count + 1), known.product, np.ones(count), -1),
        part(1, known.input_ptr, known.input_product, known.input_coef, known.input_group),
        part(2, known.labour_ptr, known.labour_occupation, known.labour_hours, labour_group),
        part(3, known.resource_ptr, known.resource_index, known.resource_coef, -1),
    ]
    technology, kind, entity, amount, group = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    order = np.lexsort([entity, kind, group, technology])
    return {
        "technology": technology[order].astype(np.int64),
        "kind": kind[order].astype(np.int64),
        "entity": entity[order].astype(np.int64),
        "amount": amount[order].astype(np.float64),
        "grp": group[order].astype(np.int64),
    }


def _lines(economy: Economy, band: float) -> tuple[Columns, Columns]:
    lines, count = economy.lines, len(economy.lines)
    last = lines.line_last_output.astype(np.float64)
    none = np.zeros(count, np.int64)
    return in_order(
        {
            "entity_id": _ids(count),
            "workplace_id": lines.line_workplace.astype(np.int64) + 1,
            "region_id": economy.workplaces.region[lines.line_workplace].astype(np.int64) + 1,
            "product_id": economy.technologies.product[lines.line_technology].astype(np.int64) + 1,
            "own": none,
            "factors": np.full(count, lines.line_factors.shape[1]),
            "factors_values": lines.line_factors.astype(np.float64).reshape(-1),
            "technology": lines.line_technology.astype(np.int64) + 1,
            "last_output": last,
            "capacity": lines.line_capacity.astype(np.float64),
            "proposed": last,
            "confirmed": last,
            "firm": none,
            "answered": none,
            "band": np.full(count, band),
        }
    )


def _demand(economy: Economy) -> Columns:
    demand, count = economy.demand, len(economy.demand)
    last = demand.demand_last.astype(np.float64)
    regions = len(economy.regions.codes)
    return {
        "entity_id": _ids(count),
        # what the whole country asks for stands in a place of its own, after the regions
        "region_id": np.where(demand.demand_region < 0, regions, demand.demand_region).astype(np.int64) + 1,
        "product_id": demand.demand_product.astype(np.int64) + 1,
        "export": np.array([category == "export" for category in demand.demand_category], dtype=np.int64),
        "last": last,
        "floor": demand.demand_floor.astype(np.float64),
        "ceiling": demand.demand_ceiling.astype(np.float64),
        "flexibility": np.full(count, _default(DemandLine)),
        "proposed": last,
        "confirmed": last,
        "firm": np.zeros(count, np.int64),
        "answered": np.zeros(count, np.int64),
    }


def _trade(economy: Economy) -> Columns:
    imports, count = economy.imports, len(economy.imports)
    last = imports.import_last.astype(np.float64)
    return {
        "entity_id": _ids(count),
        "product_id": imports.import_product.astype(np.int64) + 1,
        "import": np.ones(count, np.int64),
        "last": last,
        "planned": last,
        "ceiling": imports.import_limit.astype(np.float64),
        "world_price": imports.import_world_price.astype(np.float64),
        "flexibility": np.full(count, _default(TradeLine)),
    }
