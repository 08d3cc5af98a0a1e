"""What if one column holds firm, moves no further than so much, or proposes something else? Who else moves then?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from planning.engine import errors
from planning.engine.answers import change_cost
from planning.engine.checks import vector
from planning.engine.problem import Floats, Longs, PlanProblem
from planning.engine.result import Certificate, PlanResult
from planning.engine.solve import solve

NEGLIGIBLE = 1e-9  # of a column's or row's own size: rounding, not an effect


@dataclass(frozen=True)
class Change:
    """What one column does instead. Without anything else it proposes what it proposed.

    ``proposal`` is its new proposal, ``most`` how far it goes from there at most, either way, in its unit;
    ``firm``: not at all, as with ``most`` 0.
    """

    column: int
    proposal: float | None = None
    most: float | None = None
    firm: bool = False


@dataclass(frozen=True)
class Tradeoff:
    """What changes for others. Columns by the value of their movement, rows by that of their gap, largest first.

    ``extra_cost`` is the rise of the plan's cost; it is ``own_cost + Σ burden + Σ gap_cost`` over all columns and
    rows. Arrays ``columns``, ``extra_change``, ``value``, ``burden`` share a length, and so do ``rows`` and theirs.
    """

    column: int
    withheld: float  # what the column does less than in the plan (negative: more)
    columns: Longs  # the others that move differently
    extra_change: Floats  # their further change, in their units
    value: Floats  # the same in money, at the unit prices given
    burden: Floats  # how much dearer their change becomes, in the money of the plan's cost
    newly_asked: Longs  # the others whose change now exceeds their band and did not before
    rows: Longs  # rows whose declared gap differs
    extra_shortfall: Floats
    extra_glut: Floats
    gap_cost: Floats
    opened: Longs  # those of the rows that had no gap before
    own_cost: float
    extra_cost: float
    certificate: Certificate

    @property
    def others_cost(self) -> float:
        """What the change costs everybody else, in the money of the plan's cost."""
        return self.extra_cost - self.own_cost

    def bearers(self, share: float = 0.9) -> int:
        """How many of the leading columns bear ``share`` of all further movement, by value."""
        moved = np.cumsum(np.abs(self.value))
        return int(np.searchsorted(moved, share * moved[-1]) + 1) if len(moved) and moved[-1] > 0 else 0


def changed(problem: PlanProblem, change: Change) -> PlanProblem:
    """``problem`` with one column doing something else.

    Raises ``IndexOutOfRange``, ``NotFinite``, ``NegativeCoefficient`` (``most`` below 0) and
    ``ProposalOutOfBounds``: a proposal beyond the column's bounds is the caller's to decide.
    """
    j = change.column
    _check(problem, change)
    proposal, lower, upper, flexibility = (
        getattr(problem, name).copy() for name in ("proposal", "lower", "upper", "flexibility")
    )
    if change.proposal is not None:
        proposal[j] = change.proposal
    if change.most is not None:
        lower[j] = max(lower[j], proposal[j] - change.most)
        upper[j] = min(upper[j], proposal[j] + change.most)
    if change.firm or change.most == 0:
        flexibility[j] = 0.0
    return replace(problem, proposal=proposal, lower=lower, upper=upper, flexibility=flexibility)


def _check(problem: PlanProblem, change: Change) -> None:
    j = change.column
    if not 0 <= j < problem.n:
        message = f"There is no column {j}; they are numbered 0 to {problem.n - 1}."
        raise errors.IndexOutOfRange(message, axis="column", index=j)
    for name, figure in (("proposal", change.proposal), ("largest change", change.most)):
        if figure is not None and not np.isfinite(figure):
            message = f"The {name} of column {j} is not a finite number."
            raise errors.NotFinite(message, axis="column", index=j)
    if change.most is not None and change.most < 0:
        message = f"The largest change of column {j} is negative; 0 means that it holds firm."
        raise errors.NegativeCoefficient(message, axis="column", index=j)
    low, high = problem.lower[j], problem.upper[j]
    if change.proposal is not None and not low <= change.proposal <= high:
        message = (
            f"The proposal {change.proposal:g} of column {j} lies outside its bounds {low:g} to {high:g}."
        )
        raise errors.ProposalOutOfBounds(message, array="proposal", axis="column", index=j)


def what_if(
    problem: PlanProblem,
    result: PlanResult,
    change: Change,
    *,
    unit_price: ArrayLike | None = None,
    start: ArrayLike | None = None,
    threads: int | None = None,
) -> Tradeoff:
    """Solves again from the present duals with one column changed, and compares: exact, with a certificate.

    ``result`` is the plan of ``problem``; ``unit_price [n]`` is the money that one unit of a column is worth, by
    which movements of unlike things are put in order (1 if not given). ``start [m]`` are duals nearer to the answer, if
    known (:meth:`nearby.Nearby.predict`): they save steps and change nothing else. The optimal value as a function of
    one bound: Rockafellar 1970, § 29. Raises what :func:`changed` and ``solve`` raise.
    """
    other_problem = changed(problem, change)
    warm = result.duals if start is None else start
    other = solve(other_problem, warm=warm, threads=threads, prepared=result.prepared)
    return compare(problem, result, other_problem, other, change.column, unit_price=unit_price)


def compare(
    problem: PlanProblem, result: PlanResult, other_problem: PlanProblem, other: PlanResult, column: int,
    *, unit_price: ArrayLike | None = None,
) -> Tradeoff:  # fmt: skip
    """What moves from one plan to another that differs in one column's terms."""
    move = other.x - result.x
    dearer = change_cost(other_problem, other.x) - change_cost(problem, result.x)
    withheld, own_cost = -float(move[column]), float(dearer[column])
    move[column] = dearer[column] = 0.0
    price = np.ones(problem.n) if unit_price is None else vector("unit_price", unit_price, problem.n)
    size = np.maximum(np.abs(problem.proposal), np.abs(result.x))
    columns = largest(move * price, NEGLIGIBLE * size * np.abs(price))
    asked = other.asked & ~result.asked
    asked[column] = False
    short, glut = other.shortfall - result.shortfall, other.glut - result.glut
    gross = np.maximum(result.use_after, result.supply_after)
    # an unused cap costs nothing and is no gap: it is not told
    told = problem.short_price * np.abs(short) + problem.glut_price * np.abs(glut)
    rows = largest(told, NEGLIGIBLE * gross * np.maximum(problem.short_price, problem.glut_price))
    before = problem.short_price * result.shortfall + problem.glut_price * result.glut
    noise = NEGLIGIBLE * gross * np.maximum(problem.short_price, problem.glut_price)
    return Tradeoff(
        column=column,
        withheld=withheld,
        columns=columns,
        extra_change=move[columns],
        value=(move * price)[columns],
        burden=dearer[columns],
        newly_asked=np.flatnonzero(asked),
        rows=rows,
        extra_shortfall=short[rows],
        extra_glut=glut[rows],
        gap_cost=(problem.short_price * short + problem.glut_price * glut)[rows],
        opened=rows[(before <= noise)[rows]],
        own_cost=own_cost,
        extra_cost=other.certificate.primal_value - result.certificate.primal_value,
        certificate=other.certificate,
    )


def largest(values: Floats, noise: Floats) -> Longs:
    """Places of the values above their noise, largest first, equal ones by place."""
    places = np.flatnonzero(np.abs(values) > noise)
    order = np.argsort(-np.abs(values[places]), kind="stable")
    chosen: Longs = places[order].astype(np.int64)
    return chosen
