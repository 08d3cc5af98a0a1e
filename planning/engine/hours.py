"""Hours that a plan frees or takes up, and where they are."""

from dataclasses import dataclass

import numpy as np

from planning.engine.errors import WrongShape
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.engine.result import PlanResult


@dataclass(frozen=True)
class FreedHours:
    """By labour pool, in hours: ``there_are`` before and after, ``worked`` before and after; arrays of one length."""

    pools: Longs  # rows of the problem
    there_are: tuple[Floats, Floats]
    worked: tuple[Floats, Floats]

    @property
    def idle(self) -> tuple[Floats, Floats]:
        """Hours there are and nobody needs, before and after; a pool that is short has none."""
        before, after = (
            np.maximum(there - worked, 0.0) for there, worked in zip(self.there_are, self.worked, strict=True)
        )
        return before, after

    @property
    def freed(self) -> Floats:
        """Hours worked before and not after; negative where more are needed."""
        return self.worked[0] - self.worked[1]

    def by(self, label: Longs, count: int) -> "FreedHours":
        """The same summed over pools with equal ``label`` (from 0 to ``count`` − 1): by region, by occupation."""
        if len(label) != len(self.pools):
            message = f"{len(self.pools)} labels are needed, there are {len(label)}."
            raise WrongShape(message, array="label")

        def total(pair: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
            return np.bincount(label, pair[0], count), np.bincount(label, pair[1], count)

        return FreedHours(np.arange(count), total(self.there_are), total(self.worked))


def freed_hours(
    before: PlanProblem, result_before: PlanResult, after: PlanProblem, result_after: PlanResult
) -> FreedHours:
    """Compares two plans over the same rows, pool by pool.

    Summed over all pools ``Σ freed = Σ_j ℓ_j (x_j − x'_j)``: hours freed are those of the work that is no longer done.
    Raises ``WrongShape`` if the two problems have different rows.
    """
    if not np.array_equal(before.row_kind, after.row_kind):
        raise WrongShape("The two plans have different rows and cannot be compared.", array="row_kind")
    pools = np.flatnonzero(before.row_kind == RowKind.POOL)
    worked = tuple(
        result.use_after[pools] - result.supply_after[pools] + problem.target[pools]
        for problem, result in ((before, result_before), (after, result_after))
    )
    return FreedHours(pools, (before.target[pools], after.target[pools]), (worked[0], worked[1]))
