"""Rounds guided by prices, tried on an economy's own proposals: how many askings they need beside the least change.

Nobody knows beforehand how people will answer prices. Here everybody answers as the iteration assumes that everybody answers
a margin: in proportion to it, by the flexibility of the product, inside capacities, floors and limits. Mandates play no
part: at prices everybody is asked in every round.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from planning.engine.answers import curvature, levels
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.engine.rounds.anderson import Anderson
from planning.engine.rounds.councils import Answers, Question, check_prices
from planning.engine.rounds.mechanism import Course, published_imbalance, run
from planning.engine.rounds.newton import Newton
from planning.engine.rounds.published import PublishedRule
from planning.engine.rounds.slopes import Slopes
from planning.engine.solve import solve
from planning.runner.build import Layout
from planning.runner.read import State
from planning.runner.write import asked
from workplaces.errors import Invalid

LIMIT = 60  # rounds of a price-guided procedure
MOST_GOODS = 2000  # elasticities are a table of goods by goods
TOLERANCES = (0.20, 0.10, 0.05, 0.03, 0.01)
PROCEDURES: dict[str, Any] = {
    "published price rule": PublishedRule,
    "Newton, elasticities reported": Newton,
    "secants, quantities only": Anderson,
}


@dataclass(frozen=True)
class Outcome:
    """One procedure: the worst good's imbalance (published measure) by round, and what its last round would have.

    ``asked`` is the share of workplaces whose answer every round needs; ``moved`` the value of all changes of output
    over that of the proposals; ``overdrawn`` how many labour pools and caps the last figures exceed.
    """

    name: str
    worst: list[float]
    asked: list[float]
    moved: float
    overdrawn: int

    def rounds_to(self, tolerance: float) -> int | None:
        """The first round, counted from 1, whose worst imbalance is below ``tolerance``; None if none was."""
        below = np.flatnonzero(np.array(self.worst) < tolerance)
        return int(below[0]) + 1 if len(below) else None


@dataclass(frozen=True)
class Comparison:
    """All procedures on the same proposals; ``left_out`` products that nobody makes, or nobody uses, at any price."""

    goods: int
    left_out: int
    workplaces: int
    outcomes: list[Outcome]


@dataclass(frozen=True, eq=False)
class PricedLines:
    """The columns of a problem, asked at prices of the goods ``rows [g]``; every other premium is zero.

    Column ``j`` answers ``x̂_j + s_j m_j`` inside its bounds, ``m_j`` its margin at the prices less the accounting prices
    ``base [g]``.
    ``uses``, ``supplies [m, n]`` are what a unit of a column draws and supplies, gross.
    """

    problem: PlanProblem
    rows: Longs
    base: Floats
    uses: sparse.csr_array
    supplies: sparse.csr_array

    @property
    def goods(self) -> int:
        """How many goods have a price."""
        return len(self.rows)

    def answer(self, question: Question, *, slopes: bool = False) -> Answers:
        """Raises ``NotPositive`` or ``NotFinite`` for a price nobody can answer."""
        price = check_prices(question.prices, self.goods)
        premium = price - self.base
        own = (self.uses - self.supplies)[self.rows]
        margin = -(own.T @ premium)
        x = levels(self.problem, margin)
        use, supply = self.uses[self.rows], self.supplies[self.rows]
        found = None
        if slopes:
            response = (
                sparse.diags_array(-curvature(self.problem, margin)) @ own.T @ sparse.diags_array(price)
            )
            found = Slopes((supply @ response).toarray(), (use @ response).toarray())
        nothing = np.empty(0)
        return Answers(x, nothing, nothing, np.empty((0, 0)), supply @ x, use @ x, found)


def priced_lines(problem: PlanProblem, layout: Layout) -> PricedLines:
    """Ask the problem's columns at prices. Raises Invalid where there are more than 2,000 goods, or none."""
    free = replace(problem, band=np.full(problem.n, np.inf))
    uses, supplies = _gross(problem)
    able = np.where(problem.flexibility > 0, np.minimum(problem.upper, 1e300), problem.proposal)
    both = (uses @ able > 0) & (supplies @ able > 0) & (problem.row_kind == RowKind.PRODUCT)
    rows = np.flatnonzero(both)
    if not 0 < len(rows) <= MOST_GOODS:
        raise Invalid(
            f"Prices can be tried on 1 to {MOST_GOODS} products that are made and used; here are {len(rows)}."
        )
    return PricedLines(free, rows, layout.row_price[rows], uses, supplies)


def _gross(problem: PlanProblem) -> tuple[sparse.csr_array, sparse.csr_array]:
    """What a unit of every column draws and supplies [m, n]; a product used in its own making counts in both."""
    width = np.diff(problem.factor_ptr)
    column = np.repeat(np.arange(problem.n), width)
    group = problem.tech_ptr[problem.col_tech[column]] + np.arange(len(column)) - problem.factor_ptr[column]
    length = np.diff(problem.group_ptr)[group]
    start = np.repeat(problem.group_ptr[group] - np.cumsum(length) + length, length)
    entry = start + np.arange(int(length.sum()))
    amount = np.repeat(problem.factors, length) * problem.entry_use[entry]
    place = (problem.entry_row[entry], np.repeat(column, length))
    shape = (problem.m, problem.n)
    drawn, made = (
        sparse.csr_array((np.maximum(sign * amount, 0.0), place), shape=shape) for sign in (1.0, -1.0)
    )
    return drawn, made


def compare(state: State, problem: PlanProblem, layout: Layout) -> Comparison:
    """Hold the rounds of every procedure on the proposals of ``problem``; the least change first, all going along.

    Raises Invalid as :func:`priced_lines`, and what the engine's ``solve`` raises.
    """
    lines = priced_lines(problem, layout)
    outcomes = [_least_change(state, problem, layout, lines)]
    for name, make in PROCEDURES.items():
        course = run(make(), lines, lines.base, tolerance=min(TOLERANCES), limit=LIMIT)
        outcomes.append(_priced(name, course, problem, layout, lines))
    products = int((problem.row_kind == RowKind.PRODUCT).sum())
    return Comparison(
        lines.goods, products - lines.goods, len(np.unique(state.lines["workplace_id"])), outcomes
    )


def _least_change(state: State, problem: PlanProblem, layout: Layout, lines: PricedLines) -> Outcome:
    result = solve(problem)
    worst = [
        float(published_imbalance(lines.supplies[lines.rows] @ x, lines.uses[lines.rows] @ x).max())
        for x in (problem.proposal, result.x)
    ]
    beyond = asked(problem, layout, result)[layout.column_kind == 0]
    share = len(np.unique(state.lines["workplace_id"][beyond])) / len(np.unique(state.lines["workplace_id"]))
    return Outcome(
        "least change, all go along", worst, [1.0, share], *_costs(problem, layout, lines, result.x)
    )


def _priced(name: str, course: Course, problem: PlanProblem, layout: Layout, lines: PricedLines) -> Outcome:
    worst = [float(figure) for figure in course.worst_published]
    return Outcome(name, worst, [1.0] * len(worst), *_costs(problem, layout, lines, course.answers.output))


def _costs(problem: PlanProblem, layout: Layout, lines: PricedLines, x: Floats) -> tuple[float, int]:
    """Value of the changes of what is made over that of the proposals; pools and caps overdrawn by more than rounding."""
    made = layout.column_kind == 0
    worth = lines.supplies.T @ np.where(problem.row_kind == RowKind.PRODUCT, layout.row_price, 0.0)
    whole = float((worth * np.abs(problem.proposal))[made].sum())
    moved = float((worth * np.abs(x - problem.proposal))[made].sum())
    capped = (problem.row_kind == RowKind.POOL) | (problem.row_kind == RowKind.RESOURCE)
    drawn = (lines.uses - lines.supplies) @ x
    over = capped & (drawn > problem.target * (1 + 1e-6))
    return (moved / whole if whole else 0.0), int(over.sum())
