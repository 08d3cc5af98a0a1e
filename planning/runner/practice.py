"""A practice round: two bakeries, a mill and a village, balanced by the same engine as any round. It exists nowhere."""

from dataclasses import dataclass

import numpy as np

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.reasons import line_terms
from planning.engine.solve import solve

YOU, OTHER, MILL, VILLAGE = range(4)
BREAD, FLOUR, HOURS = range(3)
PROPOSED = (90.0, 60.0, 78.0, 170.0)  # t of bread, bread, flour; bread wanted
LOWER, UPPER = (0.0, 0.0, 0.0, 150.0), (120.0, 70.0, 100.0, 200.0)
BAND, ETA, KAPPA, AGAIN, GAP = 0.05, 0.3, 0.02, 10.0, 10.0
# Rows are bread, flour and hours; columns you, the other bakery, the mill, the village. Supply is negative.
USE = ((-1.0, -1.0, 0.0, 1.0), (0.5, 0.5, -1.0, 0.0), (0.2, 0.2, 0.1, 0.0))
HOURS_THERE = 60.0


@dataclass(frozen=True)
class Practised:
    """What an iteration finds: columns [4] before and after, rows [3] by how much they are out (short positive)."""

    proposed: tuple[float, ...]
    suggested: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    premiums: tuple[float, ...]
    terms: tuple[tuple[int, float], ...]  # of your line: row, money per unit
    asked: tuple[bool, ...]


def practised(kind: str = "", figure: float | None = None) -> Practised:
    """Return the first iteration, or the one after your answer: ``accept``, ``counter`` or ``firm`` with its figure.

    The model is that of docs/mathematics.md, with prices 1; whoever answered is asked again at ten times κ.
    """
    problem = _problem(kind, figure)
    result = solve(problem)
    return Practised(
        proposed=tuple(problem.proposal.tolist()),
        suggested=tuple(result.x.tolist()),
        before=tuple(result.imbalance_before.tolist()),
        after=tuple(result.imbalance_after.tolist()),
        premiums=tuple(result.duals.tolist()),
        terms=tuple((term.row, term.amount) for term in line_terms(problem, result.duals, YOU)),
        asked=tuple(result.asked.tolist()),
    )


def _problem(kind: str, figure: float | None) -> PlanProblem:
    proposal, flexibility = np.array(PROPOSED), ETA * np.array(PROPOSED)
    kappa = np.full(4, KAPPA)
    if kind and figure is not None:
        proposal[YOU] = figure
        kappa[YOU] *= AGAIN
        flexibility[YOU] = 0.0 if kind == "firm" else ETA * figure
    return PlanProblem.own(
        np.array(USE),
        row_kind=[RowKind.PRODUCT, RowKind.PRODUCT, RowKind.POOL],
        target=[0.0, 0.0, HOURS_THERE],
        short_price=[GAP, GAP, GAP],
        glut_price=[GAP, GAP, 0.0],
        proposal=proposal,
        lower=LOWER,
        upper=UPPER,
        flexibility=flexibility,
        band=BAND * proposal,
        kappa=kappa,
    )
