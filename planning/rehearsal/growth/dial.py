"""A year's envelopes shared out at a setting of the dial, by the functions that councils' sharing uses."""

from dataclasses import dataclass

import numpy as np

from planning.allocation.ceilings import ceiling
from planning.allocation.dividing import by_size
from planning.allocation.requests import Floats, Longs, Requests
from planning.allocation.sharing import share_out
from planning.rehearsal.growth.assumptions import Assumptions
from planning.rehearsal.growth.start import Collectives


@dataclass(frozen=True, eq=False)
class Granted:
    """What a year's envelopes became, in whole minor units.

    ``grants`` (n) from both streams together; ``envelopes``, what was ``given`` out of them and what is ``unspent`` (S + R)
    with the sectors first.
    ``expected`` is ``Σ e z``, the value added gained a year (in units of value a job) as far as anybody can know.
    """

    grants: Longs
    envelopes: Longs
    given: Longs
    unspent: Longs
    expected: float

    @property
    def fund(self) -> int:
        """All that was set aside."""
        return int(self.envelopes.sum())


def nothing(of: Collectives) -> Granted:
    """Return a year without envelopes."""
    none = np.zeros(of.sectors + of.regions, np.int64)
    return Granted(np.zeros(len(of), np.int64), none, none, none, 0.0)


def by_value(of: Collectives, level: Floats, hours: Floats, returns: Floats, assumed: Assumptions) -> Granted:
    """Return the same fund left where it was earned: to everybody by its own value added, without council or ceiling."""
    value = level * hours
    grants = by_size(value, int(assumed.fund * value.sum() * of.money), 0.0)[1]
    sums = np.bincount(of.sector, grants, of.sectors + of.regions).astype(np.int64)
    expected = float((returns * grants).sum() / (of.money * of.job))
    return Granted(grants, sums, sums, np.zeros_like(sums), expected)


def ceilings(of: Collectives, level: Floats, members: Floats) -> Floats:
    """Return for each collective (n) the level of the best tenth of its sector's people; ∞ in a small sector."""
    found = np.full(of.sectors, np.inf)
    for sector in range(of.sectors):
        mine = of.sector == sector
        found[sector] = ceiling(level[mine], members[mine])
    return found[of.sector]


def shared(
    of: Collectives, level: Floats, hours: Floats, returns: Floats, alpha: float, assumed: Assumptions
) -> Granted:
    """Share the year's fund out at ``alpha``; ``level``, ``hours`` and the estimated ``returns`` are (n).

    The fund is a share of the value added; its streams are divided by value added and by people, after the legal
    minimum of 0 that the charter has by default. Everybody asks its sector and its region, in the proportion of the streams,
    for ``ask`` years of its hours at its sector's mean level together. Nobody is lifted beyond the ceiling by either.
    """
    members = people(of, hours)
    value = level * hours
    fund = int(assumed.fund * value.sum() * of.money)
    for_regions = int(fund * assumed.region_stream)
    sums = np.concatenate([
        by_size(np.bincount(of.sector, value, of.sectors), fund - for_regions, 0.0)[1],
        by_size(np.bincount(of.region, members, of.regions), for_regions, 0.0)[1],
    ])  # fmt: skip
    worked = np.bincount(of.sector, hours, of.sectors)
    mean = np.divide(
        np.bincount(of.sector, value, of.sectors), worked, out=np.zeros(of.sectors), where=worked > 0
    )
    most = np.floor(assumed.ask * mean[of.sector] * hours * of.money)
    parts = np.floor(assumed.region_stream * most)
    best = ceilings(of, level, members)
    effect = returns / (of.money * of.job)
    grants, expected = np.zeros(len(of), np.int64), 0.0
    given, unspent = np.zeros((2, len(sums)), np.int64)
    for stream, group, asked in ((0, of.sector, most - parts), (of.sectors, of.region, parts)):
        for place in range(of.regions if stream else of.sectors):
            mine = np.flatnonzero(group == place)
            requests = Requests.of(
                level=level[mine],
                effect=effect[mine],
                size=members[mine],
                asked=asked[mine],
                ceiling=best[mine],
            )
            found = share_out(requests, int(sums[stream + place]), alpha)
            grants[mine] += found.grants
            given[stream + place], unspent[stream + place] = found.grants.sum(), found.unspent
            expected += float((effect[mine] * found.grants).sum())
    return Granted(grants, sums, given, unspent, expected)


def people(of: Collectives, hours: Floats) -> Floats:
    """Return how many work those hours (n), at least one in each collective."""
    return np.maximum(hours / of.job, 1.0)
