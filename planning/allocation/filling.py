"""The level to which an envelope fills requests, exactly and in linear time.

Every rule here fills along a line. With ``y_i = l_i + e_i z_i / n_i``, the condition for the greatest
``Σ n_i ω_i y_i^(1−α)/(1−α)`` with ``Σ z_i = E`` and ``0 ≤ z_i ≤ cap_i`` (Karush–Kuhn–Tucker; Mo and Walrand 2000, "Fair
end-to-end window-based congestion control") is ``y_i = (ω_i e_i / μ)^(1/α)`` unless a bound holds:

    z_i(ν) = clip((n_i/e_i) (h_i ν − l_i), 0, cap_i),   h_i = (ω_i e_i)^(1/α),   ν = μ^(−1/α)

which rises along one straight piece in ``ν``. For α → ∞ all ``h_i`` are 1 and ``ν`` is a water level: the least are
lifted first (Bertsekas and Gallager 1992, "Data Networks", § 6.5.2). So one search over the bends finds ``ν``: half of
those that are left fall away at a time. ``h`` and ``ν`` are kept as logarithms: for small α they leave the floats.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.allocation.requests import Floats, Requests

Places = NDArray[np.intp]
CORRECTIONS = 3  # what rounding left over of the envelope is shared along the same line, so many times


@dataclass(frozen=True, eq=False)
class Filled:
    """``grants`` (n, minor units, not yet whole) and the logarithm of ``ν``; −∞ if nothing is given, +∞ if all is."""

    grants: Floats
    log_level: float


def filled(requests: Requests, envelope: int, *, power: float) -> Filled:
    """Fill ``requests`` from ``envelope`` (minor units); ``power`` is ``1/α``, 0 for water-filling. O(n)."""
    if envelope <= 0:
        return Filled(np.zeros(len(requests)), -np.inf)
    if requests.most.sum() <= envelope:
        return Filled(requests.most.astype(float), np.inf)
    pieces = Pieces(requests, power)
    log_level = _search(pieces, float(envelope))
    for _ in range(CORRECTIONS):
        grants = pieces.grants(log_level)
        rises = (grants > 0) & (grants < pieces.most)
        slope = float((grants[rises] + pieces.held[rises]).sum())
        missing = envelope - float(grants.sum())
        if not slope or abs(missing) <= 1e-15 * envelope:
            break
        log_level += float(np.log1p(missing / slope))
    return Filled(pieces.grants(log_level), log_level)


class Pieces:
    """The straight pieces of ``z_i(ν)``: from ``start`` to ``end`` (logarithms of ``ν``)."""

    def __init__(self, requests: Requests, power: float) -> None:
        """Work them out."""
        self.most = requests.most.astype(float)
        self.per_level = requests.size / requests.effect
        self.held = self.per_level * requests.level  # what the level now would have cost
        self.height = power * np.log(requests.weight * requests.effect)
        with np.errstate(divide="ignore"):
            self.start = np.log(requests.level) - self.height
            self.end = np.log(requests.lifted(self.most)) - self.height

    def grants(self, log_level: float, chosen: Places | slice = slice(None)) -> Floats:
        """Return what each takes at ``log ν``."""
        with np.errstate(over="ignore"):
            wanted = self.per_level[chosen] * np.exp(self.height[chosen] + log_level) - self.held[chosen]
        grants: Floats = np.clip(wanted, 0.0, self.most[chosen])
        return grants


@dataclass
class Settled:
    """What those take of whom the search knows on which piece they are: ``fixed + rising · exp(log ν − at) − held``."""

    at: float
    fixed: float = 0.0
    rising: float = 0.0
    held: float = 0.0

    def move(self, at: float) -> None:
        """Refer what rises to another ``log ν``."""
        self.rising *= float(np.exp(at - self.at))
        self.at = at

    def total(self, log_level: float) -> float:
        """Return the sum taken at ``log_level``, which is not above ``at``."""
        return self.fixed + self.rising * float(np.exp(log_level - self.at)) - self.held


def _search(pieces: Pieces, envelope: float) -> float:
    """Return ``log ν``: bends outside the bracket are dropped, and the median of those inside halves it."""
    left = np.flatnonzero(pieces.most > 0)
    low, high = -np.inf, float(pieces.end[left].max())
    settled = Settled(high)
    while True:
        left = _settle(settled, pieces, left, low, high)
        bends = np.concatenate([pieces.start[left], pieces.end[left]])
        bends = bends[(bends > low) & (bends < high)]
        if not len(bends):
            break
        middle = float(np.partition(bends, len(bends) // 2)[len(bends) // 2])
        if settled.total(middle) + float(pieces.grants(middle, left).sum()) >= envelope:
            high = middle
            settled.move(high)
        else:
            low = middle
    share = (envelope - settled.fixed + settled.held) / settled.rising if settled.rising > 0 else 1.0
    return float(np.clip(high + np.log(share), low, high)) if share > 0 else low


def _settle(settled: Settled, pieces: Pieces, left: Places, low: float, high: float) -> Places:
    """Add up those that have no bend inside the bracket; return the others."""
    start, end = pieces.start[left], pieces.end[left]
    full, dry = end <= low, start >= high
    rising = (start <= low) & (end >= high) & ~full & ~dry
    settled.fixed += float(pieces.most[left[full]].sum())
    chosen = left[rising]
    settled.rising += float((pieces.per_level[chosen] * np.exp(pieces.height[chosen] + settled.at)).sum())
    settled.held += float(pieces.held[chosen].sum())
    return left[~(full | dry | rising)]
