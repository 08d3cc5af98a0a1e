"""What is asked of an envelope, and by whom."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.allocation.errors import AllocationError

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
MOST_MONEY = 2**53  # minor units up to which a float holds every whole number


@dataclass(frozen=True, eq=False)
class Requests:
    """Requests of ``n`` collectives; arrays of length ``n``, in the order in which ties are broken.

    ``level``    what a collective has now, at least 0: audited value added per hour at constant prices, or a service
                 indicator that the sector agreed on; never what the collective says of itself
    ``effect``   by how much one minor unit of money per unit of size raises the level, above 0: estimated from past grants
    ``size``     what the level is a mean over, above 0: hours worked a year where it is value added per hour
    ``asked``    the sum asked for, in minor units of money
    ``ceiling``  level beyond which nothing is given: that of the best; infinite where there is none
    ``weight``   what the social criteria that were voted multiply the collective's benefit by; 1 where there are none

    A grant of ``z`` lifts the level to ``level + effect · z / size``; ``Σ size · level`` is what all make together, of
    which a unit of money adds ``effect``. Raises AllocationError for lengths that differ and for figures outside these
    limits.
    """

    level: Floats
    effect: Floats
    size: Floats
    asked: Longs
    ceiling: Floats
    weight: Floats

    def __post_init__(self) -> None:
        """Refuse what cannot be shared out."""
        for field in fields(self):
            array = getattr(self, field.name)
            if array.shape != self.level.shape or array.ndim != 1:
                message = f"There are {len(self.level)} levels and {array.size} figures for {field.name}."
                raise AllocationError(message, array=field.name)
        self._hold("level", np.isfinite(self.level) & (self.level >= 0), "is a finite number of at least 0")
        self._hold("effect", np.isfinite(self.effect) & (self.effect > 0), "is a finite number above 0")
        self._hold("size", np.isfinite(self.size) & (self.size > 0), "is a finite number above 0")
        self._hold(
            "asked", (self.asked >= 0) & (self.asked <= MOST_MONEY), f"is from 0 to {MOST_MONEY} minor units"
        )
        self._hold("ceiling", self.ceiling >= 0, "is at least 0, or infinite")
        self._hold("weight", np.isfinite(self.weight) & (self.weight > 0), "is a finite number above 0")

    def _hold(self, name: str, good: NDArray[np.bool_], rule: str) -> None:
        if not good.all():
            index = int(np.argmin(good))
            message = f"Request {index + 1}: its {name} is {getattr(self, name)[index]}; it {rule}."
            raise AllocationError(message, array=name, index=index)

    @classmethod
    def of(
        cls,
        *,
        level: ArrayLike,
        effect: ArrayLike,
        size: ArrayLike,
        asked: ArrayLike,
        ceiling: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> "Requests":
        """Return them from anything array-like; whole sums of money only. Raises AllocationError."""
        levels, sums = np.atleast_1d(np.asarray(level, float)), np.atleast_1d(np.asarray(asked))
        if sums.dtype.kind not in "iu" and not np.array_equal(sums, np.trunc(sums)):
            raise AllocationError("Money is asked for in whole minor units.", array="asked")
        every = levels.shape
        return cls(
            level=levels,
            effect=np.atleast_1d(np.asarray(effect, float)),
            size=np.atleast_1d(np.asarray(size, float)),
            asked=sums.astype(np.int64),
            ceiling=np.full(every, np.inf) if ceiling is None else np.atleast_1d(np.asarray(ceiling, float)),
            weight=np.ones(every) if weight is None else np.atleast_1d(np.asarray(weight, float)),
        )

    def __len__(self) -> int:
        """How many requests."""
        return len(self.level)

    @cached_property
    def most(self) -> Longs:
        """What each can be given at most: what it asks for, and not beyond its ceiling."""
        room = np.maximum(self.ceiling - self.level, 0.0) * self.size / self.effect
        return np.minimum(self.asked, np.floor(np.minimum(room, MOST_MONEY)).astype(np.int64))

    def lifted(self, grants: NDArray[np.number]) -> Floats:
        """Return the levels once ``grants`` (n, minor units) have had their effect."""
        lifted: Floats = self.level + self.effect * grants / self.size
        return lifted

    def only(self, chosen: NDArray[np.bool_]) -> "Requests":
        """Return those that are chosen."""
        return Requests(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})
