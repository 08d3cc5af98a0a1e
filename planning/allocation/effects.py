"""What money brings in each workplace: its own record of past grants, shrunk towards what it brought in its sector."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.allocation.requests import Floats

STEPS = 200


@dataclass(frozen=True, eq=False)
class Records:
    """Of ``n`` workplaces with finished grants: their sector's number, ``money`` granted and value added ``gained``.

    ``size`` is value added a year, ``years`` how many lie between before and after. ``drift`` and ``stray`` are by how much
    value added moves in a year where nothing was granted: mean and standard deviation, as shares of it.
    """

    sector: NDArray[np.intp]
    money: Floats
    gained: Floats
    size: Floats
    years: Floats
    drift: float
    stray: float


def shrunk(records: Records, known: Floats) -> Floats:
    """Return the value added gained per year and unit of money in each workplace (n); ``known`` (n) is its sector's.

    Its own record is ``d_i = (gained − drift · years · size) / money``, less the same of the whole sector, with the variance
    ``v_i = stray² · years · (size / money)²``. The estimate is ``known_i + (1 − B_i) d_i``, where

        B_i = v_i / (v_i + τ²)

    with both in shares of the sector's figure. ``τ²`` says how much ``k`` workplaces of ``s`` sectors truly differ: the
    root of ``Σ w_i (k/m · u_i² − v_i − τ²) = 0``, ``u_i = d_i / known_i``, ``w_i = 1/(v_i + τ²)``, ``m = k − s``, not below
    0. Where it is 0, where ``m < 3``, and for the only workplace of a sector, the sector's figure stands.

    Empirical Bayes with unequal variances, as in Efron and Morris 1975; James and Stein's rule where they are equal (Efron
    and Morris 1973). ``τ²`` by moments: Morris 1983.
    """
    count = int(records.sector.max()) + 1 if len(records.sector) else 0
    own = records.gained - records.drift * records.years * records.size
    sums = [np.bincount(records.sector, each, count) for each in (own, records.money)]
    there = np.bincount(records.sector, minlength=count)
    whole = np.divide(sums[0], sums[1], out=np.zeros(count), where=sums[1] > 0)
    apart = own / records.money - whole[records.sector]
    several = there[records.sector] > 1
    freedom = int(several.sum() - (there > 1).sum())
    if freedom < 3:
        return known.copy()
    noise = (records.stray * records.size / (records.money * known)) ** 2 * records.years
    spread = _spread((apart / known)[several], noise[several], freedom)
    if spread == 0.0:
        return known.copy()
    back = noise / (noise + spread)
    return np.where(several, known + (1 - back) * apart, known)


def _spread(apart: Floats, noise: Floats, freedom: int) -> float:
    """Return ``τ²``: by how much truths differ beyond what noise explains."""
    squares = len(apart) / freedom * apart**2
    spread = max(float((squares - noise).mean()), 0.0)
    for _step in range(STEPS):
        weight = 1 / np.maximum(noise + spread, 1e-300)
        again = max(float((weight * (squares - noise)).sum() / weight.sum()), 0.0)
        if abs(again - spread) <= 1e-12 * (1 + spread):
            return again
        spread = again
    return spread
