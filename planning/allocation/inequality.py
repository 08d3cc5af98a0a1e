"""How unequal levels are: Gini, Theil within and between groups, Atkinson, Palma."""

from dataclasses import dataclass

import numpy as np

from planning.allocation.errors import AllocationError
from planning.allocation.requests import Floats, Longs

RICHEST, POOREST = 0.1, 0.4  # Palma's tenth and four tenths


@dataclass(frozen=True, eq=False)
class Lorenz:
    """Points of the Lorenz curve (n + 1 each): cumulated shares of the people, the least first, and of what they have."""

    people: Floats
    held: Floats

    def at(self, share: float) -> float:
        """Return what the poorest ``share`` of the people hold, of 1; within a group everyone holds the same."""
        return float(np.interp(share, self.people, self.held))


def lorenz(level: Floats, members: Floats) -> Lorenz:
    """Return the curve of ``level`` (n, per member, not negative) over ``members`` (n, positive) (Lorenz 1905).

    Raises AllocationError for figures outside these limits, no members, or nothing held at all.
    """
    _check(level, members)
    order = np.argsort(level, kind="stable")
    people, held = np.cumsum(members[order]), np.cumsum((level * members)[order])
    return Lorenz(np.r_[0.0, people / people[-1]], np.r_[0.0, held / held[-1]])


def gini(level: Floats, members: Floats) -> float:
    """Return twice the area between equality and the Lorenz curve, from 0 to 1 (Gini 1914; Sen 1973, ch. 2).

    Equal to ``Σ_ij n_i n_j |y_i − y_j| / (2 N² ȳ)``. Raises as ``lorenz``.
    """
    curve = lorenz(level, members)
    return float(1.0 - (np.diff(curve.people) * (curve.held[1:] + curve.held[:-1])).sum())


def palma(level: Floats, members: Floats) -> float:
    """Return what the richest tenth holds over what the poorest four tenths hold (Palma 2011); ∞ if these hold nothing.

    Raises as ``lorenz``.
    """
    curve = lorenz(level, members)
    poorest = curve.at(POOREST)
    return (1.0 - curve.at(1.0 - RICHEST)) / poorest if poorest else float("inf")


def atkinson(level: Floats, members: Floats, aversion: float) -> float:
    """Return ``1 − y_e/ȳ``, ``y_e`` the equal level that would be worth as much (Atkinson 1970).

    ``aversion`` above 0 is the α of the dial: ``y_e = (Σ n y^(1−α)/N)^(1/(1−α))``, at 1 the geometric mean, at ∞ the
    lowest. Raises as ``lorenz``, and for an aversion that is not above 0.
    """
    _check(level, members)
    if not aversion > 0:
        raise AllocationError(f"The aversion to inequality is {aversion}; it is above 0.")
    share, relative = members / members.sum(), level / _mean(level, members)
    lowest = float(relative.min())
    if aversion == np.inf or (lowest == 0 and aversion >= 1):
        return 1.0 - lowest
    with np.errstate(divide="ignore"):
        logs = np.log(relative)
    if aversion == 1:
        return float(-np.expm1((share * logs).sum()))
    power = 1.0 - aversion
    top = float((power * logs).max())  # the largest term, taken out so that no power overflows
    return float(-np.expm1((top + np.log((share * np.exp(power * logs - top)).sum())) / power))


@dataclass(frozen=True)
class Theil:
    """Theil's index, and how much of it lies between the groups and within them: ``total = between + within``."""

    total: float
    between: float
    within: float


def theil(level: Floats, members: Floats, group: Longs) -> Theil:
    """Return ``Σ (n/N)(y/ȳ) log(y/ȳ)`` and its parts over ``group`` (n, from 0) (Theil 1967, ch. 4; Shorrocks 1980).

    Between: the same over the groups' means. Within: the groups' own indices, weighted by what each holds.
    Raises as ``lorenz``.
    """
    _check(level, members)
    count = int(group.max()) + 1
    people, held = np.bincount(group, members, count), np.bincount(group, members * level, count)
    there = people > 0
    means = np.divide(held, people, out=np.zeros(count), where=there)
    between = _theil(means[there], people[there])
    mean, total = _mean(level, members), _theil(level, members)
    own = means[group]
    ratio = np.divide(level, own, out=np.ones(len(level)), where=own > 0)
    within = float((members * level * _log(ratio)).sum() / (members.sum() * mean))
    return Theil(total, between, within)


def _theil(level: Floats, members: Floats) -> float:
    ratio = level / _mean(level, members)
    return float((members / members.sum() * ratio * _log(ratio)).sum())


def _log(ratio: Floats) -> Floats:
    """The logarithm, and 0 where nothing is held: ``y log y`` goes to 0 there."""
    return np.log(np.where(ratio > 0, ratio, 1.0))


def _mean(level: Floats, members: Floats) -> float:
    return float((level * members).sum() / members.sum())


def _check(level: Floats, members: Floats) -> None:
    if level.shape != members.shape or not len(level):
        raise AllocationError(
            f"There are {len(level)} levels and {len(members)} numbers of members; some are needed."
        )
    if not (np.isfinite(level).all() and (level >= 0).all()):
        raise AllocationError("Levels are finite numbers of at least 0.", array="level")
    if not (np.isfinite(members).all() and (members > 0).all()):
        raise AllocationError("Numbers of members are finite and above 0.", array="members")
    if not (level * members).sum() > 0:
        raise AllocationError("Nobody holds anything: there is nothing to compare.", array="level")
