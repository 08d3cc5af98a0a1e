"""Independent Markets by its definition, many profiles at once: medians of wishes and phantoms, the slope by bisection."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
STEPS = 70


@dataclass(frozen=True, eq=False)
class Profiles:
    """``p`` profiles of ``v`` voters on ``m`` options: wishes (p, v, m) that add up to 1, whole weights (p, v) of one sum."""

    wishes: Floats
    weights: Longs

    @property
    def weighted(self) -> Floats:
        """The wishes (p, n, m), each as often as it weighs."""
        count = len(self.wishes)
        voter = np.repeat(np.tile(np.arange(self.weights.shape[1]), count), self.weights.ravel())
        return self.wishes[np.arange(count)[:, None], voter.reshape(count, -1)]

    def with_first(self, wish: Floats) -> "Profiles":
        """The same with other wishes (p, m) of the first voter."""
        return Profiles(np.concatenate([wish[:, None], self.wishes[:, 1:]], axis=1), self.weights)


def drawn(seed: int, count: int, voters: int, options: int) -> Profiles:
    """Random profiles, with many zeros and equal wishes."""
    rng = np.random.default_rng(seed)
    parts = rng.choice([0, 0, 1, 2, 3, 7], (count, voters, options)).astype(float)
    empty = parts.sum(axis=2) == 0
    parts[empty, rng.integers(0, options, int(empty.sum()))] = 1.0
    weights = 1 + rng.multinomial(voters, np.full(voters, 1 / voters), count)
    return Profiles(parts / parts.sum(axis=2, keepdims=True), weights)


def markets(profiles: Profiles) -> Floats:
    """Return the shares (p, m): medians of n wishes and n + 1 phantoms min(1, t (n − k)), with the t at which they add up."""
    wishes = profiles.weighted
    people = wishes.shape[1]
    steps = np.arange(people + 1.0)
    low, high = np.zeros(len(wishes)), np.full(len(wishes), 1.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        above = _medians(wishes, middle, steps).sum(axis=1) >= 1.0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return _medians(wishes, high, steps)


def _medians(wishes: Floats, slope: Floats, steps: Floats) -> Floats:
    people = wishes.shape[1]
    phantoms = np.minimum(1.0, slope[:, None] * steps)[:, :, None]
    there = np.concatenate(
        [wishes, np.broadcast_to(phantoms, (len(wishes), people + 1, wishes.shape[2]))], axis=1
    )
    found: Floats = np.partition(there, people, axis=1)[:, people]
    return found


def mean(profiles: Profiles) -> Floats:
    """The mean: a rule that rewards lies."""
    found: Floats = profiles.weighted.mean(axis=1)
    return found


def normalised_median(profiles: Profiles) -> Floats:
    """The median of each share by itself, all divided by their sum: another; the mean where all are 0."""
    wishes = profiles.weighted
    middle = np.sort(wishes, axis=1)[:, (wishes.shape[1] - 1) // 2]
    total = middle.sum(axis=1, keepdims=True)
    return np.where(total > 0, middle / np.where(total > 0, total, 1.0), mean(profiles))
