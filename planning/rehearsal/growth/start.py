"""Where the collectives of a published economy stand at the start: levels, effectiveness, hours."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.allocation.requests import Floats
from planning.rehearsal.growth.assumptions import Assumptions
from workplaces.hours import HOURS_PER_JOB, IN_HOURS
from workplaces.tables.arrays import Economy
from workplaces.tables.grouped import group_sum
from workplaces.tables.regions import BRAZIL, BRAZIL_POPULATION, BRAZIL_PRODUCT
from workplaces.tables.totals import hours_by_workplace

Places = NDArray[np.intp]
START, SHOCKS, PEOPLE = range(3)  # streams of chance: the same for every setting of the dial


@dataclass(frozen=True, eq=False)
class Collectives:
    """What stays as it is, for ``n`` collectives in ``S`` sectors and ``R`` regions.

    ``table_level`` (n) is the value added per hour that the published table gives the sector, ``returns`` (n) what a
    unit of money truly brings a year: the sector's, times the collective's effectiveness. ``job`` is how many units of
    hours a person works in a year, ``money`` how many minor units a unit of value is.
    """

    sector: Places
    region: Places
    sectors: int
    regions: int
    table_level: Floats
    returns: Floats
    job: float
    money: float

    def __len__(self) -> int:
        return len(self.sector)


def collectives_of(economy: Economy, assumed: Assumptions, seed: int) -> tuple[Economy, Collectives, Floats]:
    """Return the economy with dispersed levels, its collectives, and the levels (n) that they start from.

    In the economy that comes back, inputs per unit are the table's everywhere and hours per unit the table's divided by
    the collective's productivity ``exp(σ ξ + κ log(product a head of the region))``, which is scaled so that every sector
    works the table's hours. Levels are so above 0, and the same whatever a collective makes.
    """
    rng = np.random.default_rng([seed, START])
    count = len(economy.workplaces)
    sector = economy.workplaces.sector.astype(np.intp)
    region = economy.workplaces.region.astype(np.intp)
    rank = rng.standard_normal(count)
    factor = np.exp(-assumed.dispersion * rank - assumed.regional * _regional(economy)[region])
    value, hours = per_unit(economy)
    lines, technique = economy.lines, economy.lines.line_technology
    worked = group_sum(lines.line_last_output * hours[technique], lines.line_workplace, count)
    sectors = len(economy.sectors.codes)
    factor /= (group_sum(worked * factor, sector, sectors) / group_sum(worked, sector, sectors))[sector]
    first = np.unique(economy.technologies.sector, return_index=True)[1]
    table_level = (value / hours)[first][sector]
    of_sector = np.exp(_scattered(rng.standard_normal(sectors), assumed.returns_scatter))
    mixed = assumed.merit * rank + np.sqrt(1 - assumed.merit**2) * rng.standard_normal(count)
    own = np.exp(_scattered(mixed, assumed.effect_scatter))
    made = Collectives(
        sector=sector,
        region=region,
        sectors=sectors,
        regions=len(economy.regions.codes),
        table_level=table_level,
        returns=assumed.returns * of_sector[sector] * own,
        job=HOURS_PER_JOB / IN_HOURS.get(economy.labour_unit, 1.0),
        money=float(economy.money_scale),
    )
    return _with_factors(economy, factor), made, table_level / factor


def _scattered(draw: Floats, sigma: float) -> Floats:
    """Logarithms with that scatter of figures whose mean is 1."""
    return sigma * draw - sigma**2 / 2


def _regional(economy: Economy) -> Floats:
    """The logarithm of each region's product a head, relative to the country's; 0 where the source knows of none."""
    if economy.regions.codes != BRAZIL.codes:
        return np.zeros(len(economy.regions.codes))
    people, product = np.array(BRAZIL_POPULATION, float), np.array(BRAZIL_PRODUCT, float)
    distance: Floats = np.log((product / product.sum()) / (people / people.sum()))
    return distance


def per_unit(economy: Economy) -> tuple[Floats, Floats]:
    """Return value added at the table's prices, and hours, of one unit of each technique's activity, (T) each."""
    known = economy.technologies
    price = economy.products.price
    used = group_sum(
        known.input_coef * price[known.input_product],
        np.repeat(np.arange(len(known)), np.diff(known.input_ptr)),
        len(known),
    )
    hours = group_sum(
        known.labour_hours, np.repeat(np.arange(len(known)), np.diff(known.labour_ptr)), len(known)
    )
    value = price[known.product] - used
    _refuse(economy, "adds no value", value)
    _refuse(economy, "takes no hours", hours)
    return value, hours


def _refuse(economy: Economy, what: str, figure: Floats) -> None:
    if not (figure > 0).all():
        code = economy.technologies.code[int(np.argmin(figure))]
        raise ValueError(f"{code} {what}, so that nobody's value added per hour can be compared there.")


def _with_factors(economy: Economy, factor: Floats) -> Economy:
    """Return the economy in which only hours differ between collectives, and its pools for the hours that these work."""
    lines = economy.lines
    factors = np.ones_like(lines.line_factors)
    factors[:, -1] = factor[lines.line_workplace]
    placed = replace(lines, line_factors=factors)
    count, regions = len(economy.workplaces), len(economy.regions.codes)
    before, after = (hours_by_workplace(economy.technologies, each, count) for each in (lines, placed))
    worked, wanted = np.zeros((2, regions, before.shape[1]))
    np.add.at(worked, economy.workplaces.region, before)
    np.add.at(wanted, economy.workplaces.region, after)
    spare = economy.occupations.pool_hours[:, : before.shape[1]].sum() / worked.sum()
    pools = np.zeros_like(economy.occupations.pool_hours)
    pools[:, : before.shape[1]] = wanted * spare
    return replace(economy, lines=placed, occupations=replace(economy.occupations, pool_hours=pools))
