"""What one line's holding firm would mean for others: solved again, exactly."""

import threading
import uuid
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planning.engine.nearby import Nearby
from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from planning.engine.whatif import Change, what_if
from planning.models import Run, RunLine
from planning.runner.build import Layout, Rules, build_problem, column_prices
from planning.runner.read import read_state

RESOLVABLE = 250_000  # columns up to which it is solved again while somebody waits
TRADE = 2
ONE_AT_A_TIME = threading.Lock()  # the linear system keeps its last point


@dataclass(frozen=True)
class Moved:
    """How much further something moves: a line (kind as in RunLine) or the gap of a row (kind as in RunRow)."""

    kind: int
    entity: int
    amount: float
    share: float  # of the figure that it would have without


@dataclass(frozen=True)
class Firmness:
    """What changes for others if one line holds firm. ``exact``: solved again, else a first-order estimate."""

    withheld: float
    lines: list[Moved]
    gaps: list[Moved]
    cost: float
    exact: bool
    asked: int = 0  # lines that are asked beyond their bands because of it


def firmness(run: Run, suggestion: RunLine, product: int) -> Firmness:
    """Return what holding firm means for others; solved again where that takes a moment, else estimated."""
    if run.lines.count() <= RESOLVABLE:
        return _resolved(run, suggestion)
    return estimated(run, suggestion, product)


@dataclass(frozen=True)
class Solved:
    """A run's problem and plan, as arrays."""

    problem: PlanProblem
    layout: Layout
    prices: np.ndarray
    result: PlanResult
    nearby: Nearby


@lru_cache(maxsize=1)
def solved(run: uuid.UUID, _digest: str) -> Solved:
    """Read and solve a finished run once: its scenario is closed, so the answer never changes.

    Reading is most of the wait; whoever asks about the next line of the round finds it done.
    """
    found = Run.objects.get(public_id=run)
    rules = Rules.of(found.parameters)
    state = read_state(found.scenario_id, band=rules.band)
    problem, layout = build_problem(state, rules)
    result = solve(problem, warm=_stored_duals(found, layout))
    return Solved(problem, layout, column_prices(state), result, Nearby(problem, result))


def _resolved(run: Run, suggestion: RunLine) -> Firmness:
    known = solved(run.public_id, run.input_digest)
    layout, result = known.layout, known.result
    mine = (layout.column_kind == suggestion.kind) & (layout.column_entity == suggestion.entity)
    column = int(np.flatnonzero(mine)[0])
    change = Change(column, firm=True)
    with ONE_AT_A_TIME:
        start = known.nearby.predict(change)
    other = what_if(known.problem, result, change, unit_price=known.prices, start=start)
    level = np.maximum(np.abs(result.x), 1e-300)
    use = np.maximum(result.use_after, 1e-300)
    return Firmness(
        withheld=other.withheld,
        lines=[
            Moved(int(layout.column_kind[j]), int(layout.column_entity[j]), float(t), float(t / level[j]))
            for j, t in zip(other.columns.tolist(), other.extra_change.tolist(), strict=True)
        ],
        gaps=[
            Moved(int(layout.row_kind[i]), int(layout.row_entity[i]), float(u), float(u / use[i]))
            for i, u in zip(other.rows.tolist(), other.extra_shortfall.tolist(), strict=True)
        ],
        cost=other.extra_cost,
        exact=True,
        asked=int((layout.column_kind[other.newly_asked] != TRADE).sum()),
    )


def _stored_duals(run: Run, layout: Layout) -> np.ndarray:
    stored = {(kind, entity): dual for kind, entity, dual in run.rows.values_list("kind", "entity", "dual")}
    pairs = zip(layout.row_kind.tolist(), layout.row_entity.tolist(), strict=True)
    return np.array([stored.get(pair, 0.0) for pair in pairs])


MAKERS = """SELECT r.entity, r.flexibility, r.suggested FROM planning_runline r
  JOIN workplaces_line l ON l.id = r.entity
  WHERE r.run_id = %s AND r.kind = 0 AND l.product_id = %s AND r.entity <> %s AND r.flexibility > 0
    AND r.suggested > r.lower AND r.suggested < r.upper"""


def estimated(run: Run, suggestion: RunLine, product: int) -> Firmness:
    """Spread what is withheld over the other makers of the product, by flexibility, at all other premiums as
    they are: ``t_j = withheld · s_j / Σ s``."""
    makers = list(RunLine.objects.raw(f"SELECT r.id, {MAKERS.split('SELECT ', 1)[1]}",
                                      [run.pk, product, suggestion.entity]))  # fmt: skip
    withheld = suggestion.suggested - suggestion.proposed
    total = sum(maker.flexibility for maker in makers)
    moved = [
        Moved(0, m.entity, withheld * m.flexibility / total, withheld * m.flexibility / total / m.suggested)
        for m in makers
    ]
    return Firmness(withheld, sorted(moved, key=lambda m: -abs(m.amount)), [], 0.0, exact=False)
