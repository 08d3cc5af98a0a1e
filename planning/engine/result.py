"""What a solved iteration says, and the certificate that lets anyone check it."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.engine.prepared import Prepared
from planning.engine.problem import Floats


@dataclass(frozen=True)
class StepInfo:
    """Progress: one Newton step. ``residual`` is the worst row's, relative to its gross flow."""

    step: int
    residual: float
    dual_value: float
    step_length: float
    free_rows: int


@dataclass(frozen=True)
class Certificate:
    """Why the plan is optimal: the dual value bounds every plan from below, the gap to it is stated.

    ``complementarity`` is the money gap ``Σ (P−y)u + (R+y)v``, which equals primal minus dual value exactly.
    ``gaps_at_bounds`` says that every row left short has its dual at ``P`` and every row left with a priced
    glut at ``−R``: a change that lowers the gap costs at least as much as it lowers it by. ``avoidable_gap`` bounds the gap
    itself, whatever change costs: no permitted plan has a priced gap below ``priced_gap − avoidable_gap``.
    """

    primal_value: float
    dual_value: float
    gap: float  # complementarity, relative: see docs/mathematics.md, "The certificate"
    worst_residual: float  # projected excess of the worst row, relative to its gross flow
    worst_violation: (
        float  # of a column's bounds or a dual's box, relative to the column's size or the box: 0 in a plan
    )
    complementarity: float
    priced_gap: float  # Σ P u + R v, in money
    avoidable_gap: float  # at most this much of it any permitted change could remove, in money
    short_rows: int  # rows with a declared shortfall
    glut_rows: int  # rows with a declared glut that has a price
    gaps_at_bounds: bool
    tolerance: float
    steps: int
    method: str  # "dense" or "pcg"
    digest: str  # SHA-256 of the inputs

    @property
    def declared_gap(self) -> bool:
        return self.short_rows + self.glut_rows > 0

    @property
    def balanced(self) -> bool:
        return not self.declared_gap

    def as_dict(self) -> dict[str, Any]:
        """Plain Python values, for JSON."""
        return asdict(self) | {"declared_gap": self.declared_gap}


@dataclass(frozen=True)
class PlanResult:
    """Arrays in the caller's order: columns [n], rows [m]. Money per unit for duals and margins."""

    x: Floats
    duals: Floats
    margin: Floats  # premium earned by one more unit of activity: −use_j · duals
    shortfall: Floats
    glut: Floats
    use_before: Floats  # gross use at the proposals
    supply_before: Floats
    use_after: Floats
    supply_after: Floats
    imbalance_before: Floats  # signed, two-sided: see relative_imbalance
    imbalance_after: Floats
    asked: NDArray[np.bool_]  # changed beyond the band: a person must answer
    steps: tuple[StepInfo, ...]
    certificate: Certificate
    prepared: Prepared = field(repr=False, compare=False)  # for the next solution with the same techniques


def relative_imbalance(use: Floats, supply: Floats) -> Floats:
    """Two-sided imbalance ``(use − supply) / max(use, supply)`` in [−1, 1]; short is positive; 0 if both
    are 0.

    ``use`` and ``supply`` are gross flows [m] in the row's unit, as in ``PlanResult``.
    """
    gross = np.maximum(use, supply)
    return np.divide(use - supply, gross, out=np.zeros_like(gross), where=gross > 0)


def worst_imbalance(imbalance: Floats, *, free_glut: NDArray[np.bool_] | None = None) -> float:
    """The largest imbalance by size; rows of ``free_glut`` (unused resources) count only when short."""
    counted = imbalance if free_glut is None else np.where(free_glut, np.maximum(imbalance, 0.0), imbalance)
    return float(np.abs(counted).max(initial=0.0))
