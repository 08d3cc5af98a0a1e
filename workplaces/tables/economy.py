"""A synthetic, seeded population of workplaces whose lines add up to a published table exactly."""

import numpy as np

from workplaces.tables.arrays import Economy, Ints, Occupations, Products, Regions, Resources
from workplaces.tables.classify import GROUPS
from workplaces.tables.convert import supply_use
from workplaces.tables.demand import demand_lines, import_lines
from workplaces.tables.grouped import share_of_group
from workplaces.tables.lines import place_lines, scattered_lines
from workplaces.tables.occupations import OCCUPATIONS
from workplaces.tables.population import settled, spread_over_regions, workplaces_by_sector
from workplaces.tables.sources import read_source
from workplaces.tables.supply_use import Names, SupplyUse
from workplaces.tables.table import Floats, Table
from workplaces.tables.techniques import technologies
from workplaces.tables.totals import hours_by_workplace

SYNTHETIC_NOTE = (
    "Synthetic, made by a seeded generator: the workplaces with their number, sizes, regions, names and forms; how "
    "techniques scatter around the table's (their output-weighted mean is the table's); capacities and import "
    "limits; the split of hours over occupations; floors and ceilings of demand; labour pools and resource caps."
)


def build_economy(
    source: str | Table | SupplyUse,
    *,
    workplaces: int,
    seed: int,
    scatter: float = 0.15,
    slack: float = 0.15,
    labour_slack: float = 0.10,
    import_slack: float = 0.30,
    resource_slack: float = 0.05,
) -> Economy:
    """About ``workplaces`` workplaces over ``source`` ("brazil-2021", "folder:PATH", a Table or a SupplyUse).

    ``scatter`` standard deviation of the lines' factors, ``slack`` mean spare capacity, the other slacks likewise
    for labour pools, imports, resource caps, all as shares of last year's. The same arguments give the same arrays.
    For every product: Σ line outputs + imports = Σ line inputs + demand, to rounding. Raises TableError, ValueError.
    """
    _refuse_senseless(workplaces, scatter, slack, labour_slack, import_slack, resource_slack)
    table = _as_supply_use(source)
    rng = np.random.default_rng(seed)
    techniques, made = technologies(table)
    cells = np.bincount(techniques.sector, minlength=len(table.sectors))
    count = workplaces_by_sector(table.output(), cells, workplaces)
    sector = np.repeat(np.arange(len(count), dtype=np.int32), count)
    region = spread_over_regions(sector, len(count), table.region_share, rng)
    placed = place_lines(techniques, made, count)
    lines = scattered_lines(placed, made, groups=len(GROUPS), scatter=scatter, slack=slack, rng=rng)
    hours = hours_by_workplace(techniques, lines, len(sector))
    share = share_of_group(hours.sum(axis=1), sector, len(count))
    return Economy(
        title=table.title,
        year=table.year,
        currency=table.currency,
        unit=table.unit,
        money_scale=table.money_scale,
        labour_unit=table.labour_unit,
        source_note=" ".join(
            f"{note.rstrip('.')}."
            for note in (table.source_note, table.labour_note, table.region_note)
            if note
        ),
        synthetic_note=SYNTHETIC_NOTE,
        seed=seed,
        groups=GROUPS,
        products=_products(table),
        sectors=table.sectors,
        regions=Regions(*_fields(table.regions), share=table.region_share),
        occupations=_occupations(table, hours, region, labour_slack),
        resources=_resources(table, resource_slack),
        technologies=techniques,
        workplaces=settled(table, sector=sector, region=region, labour_share=share, rng=rng),
        lines=lines,
        demand=demand_lines(table),
        imports=import_lines(table, import_slack=import_slack),
        repairs=table.repairs,
    )


def _refuse_senseless(workplaces: int, *shares: float) -> None:
    if workplaces < 1:
        raise ValueError(f"{workplaces} workplaces were asked for; at least one is needed.")
    if not all(0 <= share < 10 for share in shares):
        raise ValueError(f"scatter and slacks are shares such as 0.15 and not negative, not {shares}.")


def _as_supply_use(source: str | Table | SupplyUse) -> SupplyUse:
    if isinstance(source, str):
        return read_source(source)
    return supply_use(source) if isinstance(source, Table) else source


def _fields(names: Names) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return names.codes, names.names_en, names.names_pt


def _products(table: SupplyUse) -> Products:
    number = len(table.products)
    unit = (table.short_unit,) * number
    return Products(*_fields(table.products), unit=unit, price=np.ones(number), group=table.product_group)


def _occupations(table: SupplyUse, hours: Floats, region: Ints, slack: float) -> Occupations:
    """Pools of ``1 + slack`` times the hours worked in each region; one wage, all pay by all hours."""
    worked = np.zeros((len(table.regions), len(OCCUPATIONS)))
    np.add.at(worked, region, hours)
    wage = np.full(len(OCCUPATIONS), table.pay.sum() / table.labour.sum())
    return Occupations(*_fields(OCCUPATIONS), pool_hours=worked * (1 + slack), wage=wage)


def _resources(table: SupplyUse, slack: float) -> Resources:
    used = table.resources.sum(axis=1)
    return Resources(
        *_fields(table.resource_names), unit=table.resource_units, cap=used * (1 + slack), last=used
    )
