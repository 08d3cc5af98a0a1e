"""Where the workplaces of each activity stand, how large they are, what they are called: synthetic, by seed."""

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.arrays import Ints, Workplaces
from workplaces.tables.grouped import apportion, rank_in_group
from workplaces.tables.supply_use import SupplyUse
from workplaces.tables.table import Floats

# A workplace has at most this many lines, so an activity with many products needs several workplaces.
MOST_LINES = 4
DEMO_MEMBERS = (3, 9)


def workplaces_by_sector(output: Floats, cells: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """How many workplaces each activity gets: enough for its products, the rest by the square root of output.

    The square root keeps small activities from hanging on one workplace. The sum is ``wanted``, or the least
    that the products need where that is more.
    """
    least = np.maximum(1, -(-cells // MOST_LINES))
    spare = max(0, wanted - int(least.sum()))
    everything = np.zeros(len(output), dtype=np.int64)
    return least + apportion(np.array([spare]), np.sqrt(output), everything)


def spread_over_regions(sector: Ints, sectors: int, share: Floats, rng: np.random.Generator) -> Ints:
    """A region for each workplace: systematic sampling in each activity, so that shares are met as near as can be."""
    count = np.bincount(sector, minlength=sectors)
    place = (rank_in_group(rng.random(len(sector)), sector) + rng.random(sectors)[sector]) / count[sector]
    bounds = np.cumsum(share)
    return np.minimum(np.searchsorted(bounds, place, side="right"), len(share) - 1).astype(np.int32)


def settled(
    source: SupplyUse, *, sector: Ints, region: Ints, labour_share: Floats, rng: np.random.Generator
) -> Workplaces:
    """The workplaces with names, forms and members; ``labour_share[W]`` is each workplace's share of its activity's hours."""
    number = _number(sector, region, len(source.regions))
    few = rng.integers(*DEMO_MEMBERS, size=len(sector), dtype=np.int32, endpoint=True)
    cooperative = rng.random(len(sector)) < source.mixed_income[sector]
    name_en, name_pt = _names(source, sector, region, number)
    return Workplaces(
        code=tuple(f"W{index:06d}" for index in range(1, len(sector) + 1)),
        name_en=name_en,
        name_pt=name_pt,
        region=region,
        sector=sector,
        members=few if source.jobs is None else _members(source.jobs, sector, labour_share),
        demo_members=few,
        form=tuple(np.where(cooperative, "cooperative", "collective").tolist()),
    )


def _members(jobs: Floats, sector: Ints, labour_share: Floats) -> Ints:
    """Jobs of each activity shared out in whole numbers, one to each workplace first as far as they go."""
    count = np.bincount(sector, minlength=len(jobs))
    total = np.rint(jobs).astype(np.int64)
    first = (total >= count).astype(np.int64)
    rest = apportion(total - first * count, labour_share, sector)
    return (first[sector] + rest).astype(np.int32)


def _number(sector: Ints, region: Ints, regions: int) -> NDArray[np.int64]:
    """1, 2, 3 … within the same activity and region."""
    return rank_in_group(np.zeros(len(sector)), sector.astype(np.int64) * regions + region) + 1


def _names(
    source: SupplyUse, sector: Ints, region: Ints, number: NDArray[np.int64]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names such as "Steelworks 3, Southeast" and "Siderúrgica 3, Sudeste"."""
    names = []
    for nouns, places in zip(
        source.workplace_nouns, (source.regions.names_en, source.regions.names_pt), strict=True
    ):
        parts = zip(sector.tolist(), number.tolist(), region.tolist(), strict=True)
        if len(places) == 1:
            names.append(tuple(f"{nouns[s]} {k}" for s, k, _ in parts))
        else:
            names.append(tuple(f"{nouns[s]} {k}, {places[r]}" for s, k, r in parts))
    return names[0], names[1]
