"""Sharing an envelope out by the equality dial α, with minimum shares for groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from math import inf, isnan, log

import numpy as np
from numpy.typing import NDArray

from planning.allocation.errors import AllocationError
from planning.allocation.filling import filled
from planning.allocation.requests import Floats, Longs, Requests
from planning.allocation.whole import whole

Chosen = NDArray[np.bool_]
LEAST_ALPHA = 1e-3  # below it the order is that of α = 0 for all figures that people can measure


class Standing(IntEnum):
    """Why a request got what it got."""

    NOTHING = 0  # it stands above the line, or can be given nothing
    LINE = 1  # lifted to the line that the envelope reaches
    ASKED = 2  # all it asked for
    CEILING = 3  # as much as lifts it to the ceiling


@dataclass(frozen=True, eq=False)
class Least:
    """Minimum shares: ``group`` (n) numbers the group of each request, −1 for none; ``sums`` their minor units."""

    group: Longs
    sums: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class Sharing:
    """How an envelope was shared out.

    ``grants`` (n) are whole minor units that add up to the envelope less ``unspent`` exactly; ``before``, ``after``
    (n) the levels; ``standing`` (n, ``Standing``) says of each why. ``log_line`` is the logarithm of the common
    ``y / (ω e)^(1/α)`` of those lifted to the line: at α = ∞ that of the water level itself; at α = 0 that of the ``ω e``
    down to which money went; −∞ if nothing was given, +∞ if all could be. ``bound`` names the groups that their minimum
    share lifted, which have lines of their own; ``short`` by how much a group's requests stay below its minimum share.
    """

    grants: Longs
    before: Floats
    after: Floats
    standing: NDArray[np.int8]
    log_line: float
    unspent: int
    bound: tuple[int, ...]
    short: Mapping[int, int]


def share_out(requests: Requests, envelope: int, alpha: float, least: Least | None = None) -> Sharing:
    """Share ``envelope`` (minor units) out so that ``Σ n ω y^(1−α)/(1−α)`` is greatest.

    ``alpha`` is the equality dial: 0 gives where money brings most, 1 is Nash's product (the sum of
    logarithms), ``inf`` lifts the lowest level first (Atkinson 1970, "On the measurement of inequality"; Mo and Walrand
    2000, "Fair end-to-end window-based congestion control"). At ``inf`` weights have no say: the lowest comes first,
    whoever it is. Of those equal at 0 the lowest is lifted first.

    Minimum shares: a group that would get less than its sum is given the sum (or all that its requests can take), and
    the rest is shared out anew, until every group has its own. As what is left only gets smaller, none that was set
    would want more: this is the optimum under the minimum shares too.
    Raises AllocationError for a negative envelope, a dial below 0 or between 0 and 0.001, minimum shares that are
    negative or exceed the envelope.
    """
    if envelope < 0:
        raise AllocationError(f"The envelope is {envelope}; it cannot be negative.")
    if isnan(alpha) or alpha < 0 or 0 < alpha < LEAST_ALPHA:
        message = f"The equality dial stands at {alpha}; it is 0, or from {LEAST_ALPHA} to infinity."
        raise AllocationError(message)
    groups = _groups(requests, envelope, least)
    ends = (
        {key: min(least.sums[key], int(requests.most[chosen].sum())) for key, chosen in groups.items()}
        if least
        else {}
    )
    grants, rest, left, bound = np.zeros(len(requests), np.int64), np.ones(len(requests), bool), envelope, []
    while True:
        amounts, line = _amounts(requests.only(rest), left, alpha)
        grants[rest] = whole(amounts, min(left, int(requests.most[rest].sum())), requests.most[rest])
        missing = [
            key for key, chosen in groups.items() if key not in bound and grants[chosen].sum() < ends[key]
        ]
        if not missing:
            break
        for key in missing:
            chosen = groups[key]
            amounts, _ = _amounts(requests.only(chosen), ends[key], alpha)
            grants[chosen] = whole(amounts, ends[key], requests.most[chosen])
            rest, left = rest & ~chosen, left - ends[key]
        bound += missing
    short = (
        {key: least.sums[key] - end for key, end in ends.items() if end < least.sums[key]} if least else {}
    )
    return Sharing(
        grants,
        requests.level,
        requests.lifted(grants),
        _standing(requests, grants),
        line,
        envelope - int(grants.sum()),
        tuple(sorted(bound)),
        short,
    )


def _amounts(requests: Requests, envelope: int, alpha: float) -> tuple[Floats, float]:
    if alpha == 0:
        return _best_first(requests, envelope)
    found = filled(requests, envelope, power=0.0 if alpha == inf else 1.0 / alpha)
    return found.grants, found.log_level


def _best_first(requests: Requests, envelope: int) -> tuple[Floats, float]:
    """Fill those with the greatest ``ω e`` first; those equal to the last one are lifted from the lowest up."""
    gain = requests.weight * requests.effect
    order = np.argsort(-gain, kind="stable")
    upto = np.cumsum(requests.most[order])
    last = int(np.searchsorted(upto, envelope))
    if last == len(order):
        return requests.most.astype(float), inf
    marginal = float(gain[order[last]])
    grants = np.where(gain > marginal, requests.most, 0).astype(float)
    same = gain == marginal
    grants[same] = filled(requests.only(same), envelope - int(grants.sum()), power=0.0).grants
    return grants, log(marginal)


def _groups(requests: Requests, envelope: int, least: Least | None) -> dict[int, Chosen]:
    if least is None:
        return {}
    if least.group.shape != requests.level.shape:
        message = f"There are {len(requests)} requests and {least.group.size} numbers of groups."
        raise AllocationError(message, array="group")
    for key, total in least.sums.items():
        if total < 0:
            raise AllocationError(f"The minimum share of group {key} is {total}; it cannot be negative.")
    if sum(least.sums.values()) > envelope:
        message = f"The minimum shares add up to {sum(least.sums.values())}, the envelope holds {envelope}."
        raise AllocationError(message)
    return {key: least.group == key for key in least.sums}


def _standing(requests: Requests, grants: Longs) -> NDArray[np.int8]:
    every = (grants == requests.most) & (grants > 0)
    standing = np.where(grants > 0, Standing.LINE, Standing.NOTHING)
    standing = np.where(
        every, np.where(requests.asked == requests.most, Standing.ASKED, Standing.CEILING), standing
    )
    # Who is at the ceiling already can be given nothing, for that reason.
    at_ceiling = (requests.most == 0) & (requests.asked > 0)
    return np.where(at_ceiling, Standing.CEILING, standing).astype(np.int8)
