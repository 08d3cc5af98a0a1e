"""What of a problem stays while only figures change: its techniques, arranged for the passes, and their digest.

A round's proposals, bounds and answers change from one iteration to the next, a what-if changes one column's; who makes
what from what stays. Arranging a million columns takes longer than balancing them once more.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from planning.engine import errors
from planning.engine.layout import Layout
from planning.engine.problem import TECHNIQUES, PlanProblem, Seal


@dataclass(frozen=True)
class Prepared:
    """The techniques of a problem, by identity of their arrays, which nobody may write to meanwhile."""

    arrays: tuple[np.ndarray[Any, Any], ...]
    rows: int
    layout: Layout
    seal: Seal  # of the techniques: the digest goes on from here

    @classmethod
    def of(cls, problem: PlanProblem, layout: Layout, seal: Seal) -> Self:
        """Keep ``layout`` and ``seal`` as those of the problem's techniques."""
        return cls(tuple(getattr(problem, name) for name in TECHNIQUES), problem.m, layout, seal)

    def fits(self, problem: PlanProblem) -> bool:
        """Whether these are the very arrays of ``problem``."""
        theirs = tuple(getattr(problem, name) for name in TECHNIQUES)
        return self.rows == problem.m and all(a is b for a, b in zip(self.arrays, theirs, strict=True))

    def check(self, problem: PlanProblem) -> None:
        """Raise WrongShape where ``problem`` has techniques of its own."""
        if not self.fits(problem):
            raise errors.WrongShape(
                "What was prepared belongs to other techniques; make the problem with dataclasses.replace, "
                "so that it keeps their arrays."
            )
