"""Economies as people may enter them: each ends with a refusal that names its place or with a plan and its gaps.

Never figures that are no numbers, never an endless search, never a silent repair.
"""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.engine import errors
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy, single_row
from tests.planning.engine.optimality import assert_optimal

FLOATS = [f.name for f in fields(PlanProblem) if f.name not in ("row_kind", "entry_row", "col_tech")]
FLOATS = [name for name in FLOATS if not name.endswith("_ptr")]
HOSTILE = [np.nan, np.inf, -np.inf, -1.0, 0.0, 1e-300, 1e300, 1e12]
COLUMNS = ("proposal", "lower", "upper", "flexibility", "band", "kappa")
Change = Callable[[PlanProblem, np.random.Generator], PlanProblem]


def rebuilt(problem: PlanProblem, **arrays: np.ndarray) -> PlanProblem:
    """As the caller would build it, with all checks."""
    return PlanProblem.build(**({f.name: getattr(problem, f.name) for f in fields(PlanProblem)} | arrays))


def own(problem: PlanProblem, use: np.ndarray, **arrays: np.ndarray) -> PlanProblem:
    same = {
        name: getattr(problem, name) for name in ("row_kind", "target", "short_price", "glut_price", *COLUMNS)
    }
    return PlanProblem.own(use, **(same | arrays))


def not_productive(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """Every line needs more of its product than it makes of it (Hawkins–Simon fails)."""
    use = use_matrix(problem).toarray()
    made = use[:12, :60] < 0
    use[:12, :60][made] *= -rng.uniform(0.1, 2)
    return own(problem, use)


def floor_out_of_reach(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """A guaranteed floor of a thousand times what all lines can make."""
    lower, upper, proposal = (getattr(problem, name).copy() for name in ("lower", "upper", "proposal"))
    j = 60 + rng.integers(12)
    lower[j] = proposal[j] = upper[j] = 1e3 * np.minimum(problem.upper, 1e6).sum()
    return replace(problem, lower=lower, upper=upper, proposal=proposal)


def caps_of_zero(problem: PlanProblem, _: np.random.Generator) -> PlanProblem:
    """Nothing may be used of any resource and there are no hours, and firm lines draw on them all the same."""
    firm = problem.flexibility * (np.arange(problem.n) % 2)
    return replace(problem, target=np.zeros(problem.m), flexibility=firm)


def firm_lines_overdraw(problem: PlanProblem, _: np.random.Generator) -> PlanProblem:
    """Nobody moves, and hours are half of what is proposed."""
    return replace(problem, flexibility=np.zeros(problem.n), target=problem.target / 2)


def empty_product(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """A product that nobody makes, uses or imports, and one that is only wanted."""
    use = use_matrix(problem).toarray()
    use[rng.integers(12)] = 0.0
    wanted = rng.integers(12)
    use[wanted] = np.maximum(use[wanted], 0.0)
    return own(problem, use)


def no_inputs(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """Lines that make something out of nothing, and lines that neither make nor need anything."""
    use = use_matrix(problem).toarray()
    some, idle = rng.permutation(60)[:20].reshape(2, 10)
    use[:, some] = np.minimum(use[:, some], 0.0)
    use[:, idle] = 0.0
    return own(problem, use)


def start_ups(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """No past output: proposals of zero with capacity, flexibility by capacity, bands of zero."""
    new = rng.random(problem.n) < 0.3
    capacity = np.maximum(problem.upper, 1.0)
    return replace(
        problem,
        proposal=np.where(new, 0.0, problem.proposal),
        lower=np.where(new, 0.0, problem.lower),
        upper=np.where(new, capacity, problem.upper),
        band=np.where(new, 0.0, problem.band),
        flexibility=np.where(new, 0.015 * capacity, problem.flexibility),
    )


def duplicated(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """The same lines many times over."""
    again = rng.integers(0, problem.n, 3 * problem.n)
    use = use_matrix(problem).toarray()[:, again]
    return own(problem, use, **{name: getattr(problem, name)[again] for name in COLUMNS})


def scales_apart(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """Rows and columns in units 10¹² apart."""
    row, column = (10.0 ** rng.uniform(-6, 6, size) for size in (problem.m, problem.n))
    return own(
        problem,
        use_matrix(problem).toarray() * row[:, None] / column,
        target=problem.target * row, short_price=problem.short_price / row, glut_price=problem.glut_price / row,
        proposal=problem.proposal * column, lower=problem.lower * column, upper=problem.upper * column,
        flexibility=problem.flexibility * column**2, band=problem.band * column, kappa=problem.kappa / column,
    )  # fmt: skip


def worthless_gaps(problem: PlanProblem, rng: np.random.Generator) -> PlanProblem:
    """Gaps that cost nothing in some rows, and changes that cost hardly anything."""
    free = rng.random(problem.m) < 0.3
    return replace(
        problem,
        short_price=np.where(free, 0.0, problem.short_price),
        flexibility=problem.flexibility * 10.0 ** rng.uniform(-6, 6, problem.n),
    )


CHANGES: list[Change] = [
    not_productive, floor_out_of_reach, caps_of_zero, firm_lines_overdraw, empty_product, no_inputs, start_ups,
    duplicated, scales_apart, worthless_gaps,
]  # fmt: skip


def assert_sound(problem: PlanProblem, result: PlanResult) -> None:
    """A certified plan: numbers everywhere, inside bounds, nothing moved that is firm."""
    for name in ("x", "duals", "margin", "shortfall", "glut", "use_after", "supply_after", "imbalance_after"):
        assert np.isfinite(getattr(result, name)).all(), name
    assert ((result.x >= problem.lower) & (result.x <= problem.upper)).all()
    firm = problem.flexibility == 0
    np.testing.assert_array_equal(result.x[firm], problem.proposal[firm])
    assert result.certificate.worst_residual <= 1e-9
    assert result.certificate.worst_violation == 0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("rows", [2000, 0], ids=["dense", "pcg"])
def test_unreasonable_economies_end_with_a_plan_and_its_gaps(change, rows, monkeypatch):
    monkeypatch.setattr("planning.engine.solve.DENSE_ROWS", rows)
    problem = change(random_economy(3), np.random.default_rng(3))
    problem.validate()
    result = solve(problem)
    assert_sound(problem, result)
    if change is not worthless_gaps:
        assert_optimal(problem, result, 1e-6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(0, 10**6), st.lists(st.sampled_from(CHANGES[1:4] + CHANGES[6:7] + CHANGES[9:]), max_size=3)
)
def test_combinations_end_with_a_plan_and_its_gaps(seed, changes):
    rng = np.random.default_rng(seed)
    problem = random_economy(seed % 1000)
    for change in changes:
        problem = change(problem, rng)
    problem.validate()
    assert_sound(problem, solve(problem))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(FLOATS), st.integers(0, 10**6), st.sampled_from(HOSTILE))
def test_a_hostile_figure_is_refused_with_its_place_or_planned_with(name, seed, value):
    problem = random_economy(seed % 50, products=4, lines=12)
    values = getattr(problem, name).copy()
    place = seed % len(values)
    values[place] = value
    answer = planned(problem, name, values)
    if isinstance(answer, PlanResult):
        assert_sound(replace(problem, **{name: values}), answer)
    elif isinstance(answer, errors.NotConverged):
        assert answer.result is not None
        assert np.isfinite(answer.result.x).all()
        assert answer.result.certificate.worst_residual > 1e-9
    else:
        assert answer.index is not None
        assert str(answer.index) in str(answer)


def planned(problem: PlanProblem, name: str, values: np.ndarray) -> PlanResult | errors.EngineError:
    """The plan with ``values`` in place of one array, or the refusal."""
    try:
        return solve(rebuilt(problem, **{name: values}))
    except errors.EngineError as refusal:
        return refusal


def test_what_a_cap_of_zero_leaves_over_is_said_by_row():
    """One line held at 10 with 0.5 hours a unit in a pool without hours: five hours short, no more, no less."""
    problem = PlanProblem.own(
        [[-1.0, 1.0], [0.5, 0.0]],
        row_kind=[RowKind.PRODUCT, RowKind.POOL], target=[0, 0], short_price=[100, 100], glut_price=[100, 0],
        proposal=[10, 10], lower=[0, 0], upper=[20, 20], flexibility=[0, 0], band=[0, 0], kappa=[0, 0],
    )  # fmt: skip
    result = solve(problem)
    np.testing.assert_allclose(result.shortfall, [0, 5])
    assert result.certificate.short_rows == 1
    assert result.certificate.avoidable_gap == 0


def test_a_line_that_eats_more_than_it_makes_is_not_asked_for_more():
    """1.5 units of itself per unit made: the only help is to do less."""
    result = solve(single_row([0.5, 1.0], proposal=[10, 1], flexibility=[1.0, 0.0]))
    assert result.x[0] == 0
    np.testing.assert_allclose(result.shortfall, [1.0])
