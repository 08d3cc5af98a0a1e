"""A whole economy from arrays into an open scenario, by COPY, in one transaction."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from psycopg.types.range import DateRange

from workplaces import models
from workplaces.loading.copy import Ids, analyze, copy_rows
from workplaces.loading.encoding import Ragged
from workplaces.loading.places import Country, Places, Settlement, places_ensure, settled_by_region
from workplaces.models import Person, Scenario
from workplaces.record.services import entry_append, lock_chain
from workplaces.tables.arrays import Economy, Technologies
from workplaces.tables.supply_use import Names

# Whoever supplies from outside, by the economy's word for it.
COUNTERPARTIES = {
    "world": ("Rest of the world", {"pt": "Resto do mundo"}),
    "stock": ("Stocks of earlier years", {"pt": "Estoques de anos anteriores"}),
}
WRITTEN = (
    models.Product,
    models.Sector,
    models.LabourPool,
    models.Technology,
    models.Workplace,
    models.SectorMembership,
    models.Line,
    models.DemandLine,
    models.TradeLine,
)
Write = Callable[[type[Any], dict[str, Any], int], Ids]


@dataclass(frozen=True)
class Loaded:
    """Where everything went: ids in the economy's order; ``pools[R, O]``."""

    scenario: Scenario
    places: Places
    products: Ids
    sectors: Ids
    occupations: Ids
    resources: Ids
    pools: Ids
    technologies: Ids
    workplaces: Ids
    lines: Ids
    demand: Ids
    trade: Ids

    def counts(self) -> dict[str, int]:
        """How many rows of each kind were written."""
        kinds = ("products", "sectors", "occupations", "resources", "pools", "technologies", "workplaces")
        return {kind: int(getattr(self, kind).size) for kind in (*kinds, "lines", "demand", "trade")}


@transaction.atomic
def load_economy(
    *,
    economy: Economy,
    scenario: Scenario,
    by: Person | None,
    now: dt.datetime,
    country: Country | None = None,
    settle: Callable[[Economy, Places], Settlement] = settled_by_region,
    band: float | None = None,
) -> Loaded:
    """Write ``economy`` into the open ``scenario`` and an entry into the record, whole or not at all.

    Regions and public bodies are those of ``country`` (made where missing). ``settle`` says who owns the
    workplaces and in which regions the lines of final demand stand. ``band`` is the standing
    mandate of every assembly (None: the charter's). Raises IntegrityError where a constraint refuses.
    """
    lock_chain()
    places = places_ensure(country=country or Country("country", economy.title), regions=economy.regions)
    write: Write = partial(_write, scenario, by)
    settlement = settle(economy, places)
    basis = _basis(economy, write)
    pools = _pools(economy, write, places, basis["occupations"])
    technologies = _technologies(economy, write, basis)
    workplaces = _workplaces(economy, write, places, basis["sectors"], settlement, band)
    lines = _lines(economy, write, basis["products"], technologies, workplaces)
    demand = _demand(economy, write, settlement, basis["products"])
    trade = _trade(economy, write, basis["products"])
    analyze(*WRITTEN)
    loaded = Loaded(
        scenario=scenario,
        places=places,
        pools=pools,
        technologies=technologies,
        workplaces=workplaces,
        lines=lines,
        demand=demand,
        trade=trade,
        **basis,
    )
    entry_append(
        kind="economy.loaded",
        by=by,
        subject=f"scenario:{scenario.public_id}",
        body={"title": economy.title, "seed": economy.seed, "rows": loaded.counts()}
        | {"repairs": [repair.as_dict() for repair in economy.repairs]},
        now=now,
    )
    return loaded


def _write(
    scenario: Scenario, by: Person | None, model: type[Any], columns: Mapping[str, Any], count: int
) -> Ids:
    common = {"scenario_id": scenario.pk, "created_by_id": by.pk if by else None}
    return copy_rows(model, {**common, **columns}, count=count)


def _named(names: Names) -> dict[str, Any]:
    return {"code": list(names.codes), **_both(names.names_en, names.names_pt)}


def _both(english: tuple[str, ...], portuguese: tuple[str, ...]) -> dict[str, Any]:
    pairs = zip(english, portuguese, strict=True)
    return {"name": list(english), "names": [{"pt": pt} if pt != en else {} for en, pt in pairs]}


def _basis(economy: Economy, write: Write) -> dict[str, Ids]:
    """Products, sectors, occupations, resources."""
    products, resources, work = economy.products, economy.resources, economy.occupations
    priced = {"unit": list(products.unit), "price": products.price, "group": products.group}
    capped = {"unit": list(resources.unit), "cap": np.ma.masked_invalid(resources.cap)}
    counted = {"unit": economy.labour_unit}
    return {
        "products": write(models.Product, _named(products) | priced, len(products.codes)),
        "sectors": write(models.Sector, _named(economy.sectors), len(economy.sectors.codes)),
        "occupations": write(models.Occupation, _named(work) | counted, len(work.codes)),
        "resources": write(models.Resource, _named(resources) | capped, len(resources.codes)),
    }


def _pools(economy: Economy, write: Write, places: Places, occupations: Ids) -> Ids:
    hours = economy.occupations.pool_hours
    regions, kinds = hours.shape
    columns = {
        "region_id": np.repeat(places.region_ids, kinds),
        "occupation_id": np.tile(occupations, regions),
        "hours": hours.reshape(-1),
        "wage": np.tile(economy.occupations.wage, regions),
    }
    return write(models.LabourPool, columns, hours.size).reshape(hours.shape)


def _technologies(economy: Economy, write: Write, basis: Mapping[str, Ids]) -> Ids:
    technologies, count = economy.technologies, len(economy.technologies)
    columns = {
        "code": list(technologies.code),
        **_technology_names(economy),
        "sector_id": basis["sectors"][technologies.sector],
        "output_product": basis["products"][technologies.product].reshape(-1, 1),
        "output_coefficient": np.ones((count, 1)),
        "groups": len(economy.groups),
        "labour_group": len(economy.groups) - 1,
        **_patterns(technologies, basis),
    }
    return write(models.Technology, columns, count)


def _technology_names(economy: Economy) -> dict[str, Any]:
    """A technique is called by its product and its sector: “Steel (Metallurgy)”."""
    names = []
    for products, sectors in (
        (economy.products.names_en, economy.sectors.names_en),
        (economy.products.names_pt, economy.sectors.names_pt),
    ):
        pairs = zip(economy.technologies.product.tolist(), economy.technologies.sector.tolist(), strict=True)
        names.append(tuple(_shortened(products[p], sectors[s]) for p, s in pairs))
    return _both(*names)


def _shortened(product: str, sector: str, limit: int = 200) -> str:
    name = product if product == sector else f"{product} ({sector})"
    return name if len(name) <= limit else f"{name[: limit - 1]}…"


def _patterns(technologies: Technologies, basis: Mapping[str, Ids]) -> dict[str, Any]:
    inputs, labour, resources = (
        technologies.input_ptr,
        technologies.labour_ptr,
        technologies.resource_ptr,
    )
    return {
        "input_product": Ragged(basis["products"][technologies.input_product], inputs),
        "input_coefficient": Ragged(technologies.input_coef, inputs),
        "input_group": Ragged(technologies.input_group, inputs),
        "labour_occupation": Ragged(basis["occupations"][technologies.labour_occupation], labour),
        "labour_hours": Ragged(technologies.labour_hours, labour),
        "resource": Ragged(basis["resources"][technologies.resource_index], resources),
        "resource_use": Ragged(technologies.resource_coef, resources),
    }


def _workplaces(
    economy: Economy,
    write: Write,
    places: Places,
    sectors: Ids,
    settlement: Settlement,
    band: float | None,
) -> Ids:
    workplaces, count = economy.workplaces, len(economy.workplaces)
    columns = {
        "code": list(workplaces.code),
        **_both(workplaces.name_en, workplaces.name_pt),
        "form": list(workplaces.form),
        "region_id": places.region_ids[workplaces.region],
        "owner_id": settlement.owner,
        "main_sector_id": sectors[workplaces.sector],
        "size": workplaces.members,
        "band": band,
    }
    ids = write(models.Workplace, columns, count)
    belongs = {
        "workplace_id": ids,
        "sector_id": sectors[workplaces.sector],
        "share": 1.0,
        "validity": DateRange(dt.date(economy.year or 1, 1, 1), None),
    }
    write(models.SectorMembership, belongs, count)
    return ids


def _lines(economy: Economy, write: Write, products: Ids, technologies: Ids, workplaces: Ids) -> Ids:
    lines = economy.lines
    columns = {
        "workplace_id": workplaces[lines.line_workplace],
        "product_id": products[economy.technologies.product[lines.line_technology]],
        "technology_id": technologies[lines.line_technology],
        "factors": lines.line_factors,
        "last_output": lines.line_last_output,
        "capacity": lines.line_capacity,
    }
    return write(models.Line, columns, len(lines))


def _demand(economy: Economy, write: Write, settlement: Settlement, products: Ids) -> Ids:
    demand, row, share = economy.demand, settlement.demand_row, settlement.demand_share
    columns = {
        "region_id": settlement.demand_region,
        "product_id": products[demand.demand_product[row]],
        "category": [demand.demand_category[place] for place in row.tolist()],
        "last": demand.demand_last[row] * share,
        "floor": demand.demand_floor[row] * share,
        "ceiling": np.ma.masked_invalid(demand.demand_ceiling[row] * share),
    }
    return write(models.DemandLine, columns, len(row))


def _trade(economy: Economy, write: Write, products: Ids) -> Ids:
    """Supply from outside the year's production: imports, and what is taken from stock, at no world price."""
    imports = economy.imports
    sources = list(dict.fromkeys(imports.import_source))
    names = {
        "code": sources,
        "name": [COUNTERPARTIES[source][0] for source in sources],
        "names": [COUNTERPARTIES[source][1] for source in sources],
    }
    parties = dict(zip(sources, write(models.Counterparty, names, len(sources)).tolist(), strict=True))
    columns = {
        "counterparty_id": [parties[source] for source in imports.import_source],
        "product_id": products[imports.import_product],
        "direction": models.TradeLine.Direction.IMPORT.value,
        "last": imports.import_last,
        "limit": np.ma.masked_invalid(imports.import_limit),
        "world_price": imports.import_world_price,
    }
    return write(models.TradeLine, columns, len(imports))
