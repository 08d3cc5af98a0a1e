"""How far apart levels are: gaps inside sectors, and the application's measures of inequality."""

from dataclasses import dataclass

import numpy as np

from planning.allocation.ceilings import BEST, WEAKEST, quantile
from planning.allocation.inequality import atkinson, gini, palma, theil
from planning.allocation.requests import Floats
from planning.rehearsal.growth.start import Collectives


@dataclass(frozen=True)
class Apart:
    """How far levels are apart. Gaps are shares by which the weakest stand below the best of their sector.

    ``gap`` compares the weakest with the best collective of each sector, on average over the people; ``worst`` is the
    largest, in the sector number ``where``; ``tenths`` compares the weakest tenth of the people with the best tenth. The
    measures of inequality are those of levels relative to their sector's mean, by people; ``gini_all`` is that of
    the levels as they are, across all sectors.
    """

    gap: float
    worst: float
    where: int
    tenths: float
    gini: float
    theil: float
    between: float
    within: float
    palma: float
    atkinson: float
    gini_all: float


def apart(of: Collectives, level: Floats, members: Floats, aversion: float) -> Apart:
    """Return the measures of ``level`` over ``members``, (n) each."""
    gaps, tenths = np.zeros(of.sectors), np.zeros(of.sectors)
    for sector in range(of.sectors):
        mine = of.sector == sector
        own, who = level[mine], members[mine]
        if len(own):
            gaps[sector] = 1 - own.min() / own.max()
            tenths[sector] = 1 - quantile(own, who, WEAKEST) / quantile(own, who, BEST)
    there = np.bincount(of.sector, members, of.sectors)
    mean = np.bincount(of.sector, level * members, of.sectors) / np.maximum(there, 1.0)
    relative = level / mean[of.sector]
    parts = theil(relative, members, of.region.astype(np.int64))
    return Apart(
        gap=float(np.average(gaps, weights=there)),
        worst=float(gaps.max()),
        where=int(gaps.argmax()),
        tenths=float(np.average(tenths, weights=there)),
        gini=gini(relative, members),
        theil=parts.total,
        between=parts.between,
        within=parts.within,
        palma=palma(relative, members),
        atkinson=atkinson(relative, members, aversion),
        gini_all=gini(level, members),
    )
