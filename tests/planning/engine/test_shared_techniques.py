"""Lines that share a technique give the same plan as lines with coefficients of their own."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine import solve as engine
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from tests.planning.engine.examples import random_economy
from tests.planning.engine.optimality import assert_optimal

COLUMNS = ("proposal", "lower", "upper", "flexibility", "band", "kappa")
ROWS = ("row_kind", "target", "short_price", "glut_price")


def shared_economy(seed: int, *, products: int = 6, lines: int = 200) -> PlanProblem:
    """Techniques of three groups (output, materials with own use of the product, labour) and demand lines."""
    rng = np.random.default_rng(seed)
    rows, uses, groups = [], [], []
    for product in range(products):
        inputs = rng.choice(products, 3, replace=False)
        rows += [[product], [*inputs, product], [products + product % 2]]
        uses += [[-1.0], [*(0.15 * rng.random(3)), 0.05], [0.3]]
        groups.append(3)
    for product in range(products):
        rows.append([product])
        uses.append([1.0])
        groups.append(1)
    col_tech = np.r_[rng.integers(0, products, lines), products + np.arange(products)]
    factors = [*np.exp(rng.normal(0, 0.2, (lines, 3))), *np.ones((products, 1))]
    proposal = np.exp(rng.normal(0, 1, lines + products))
    m = products + 2
    return PlanProblem.build(
        row_kind=[RowKind.PRODUCT] * products + [RowKind.POOL] * 2,
        target=np.r_[np.zeros(products), 0.15 * lines * np.ones(2)],
        short_price=np.full(m, 30.0),
        glut_price=np.r_[np.full(products, 30.0), 0.1, 0.1],
        entry_row=np.concatenate(rows),
        entry_use=np.concatenate(uses),
        group_ptr=np.r_[0, np.cumsum([len(part) for part in rows])],
        tech_ptr=np.r_[0, np.cumsum(groups)],
        col_tech=col_tech,
        factor_ptr=np.r_[0, np.cumsum([len(part) for part in factors])],
        factors=np.concatenate(factors),
        proposal=proposal,
        lower=0 * proposal,
        upper=1.3 * proposal,
        flexibility=0.3 * proposal * (rng.random(len(proposal)) < 0.9),
        band=0.05 * proposal,
        kappa=np.full(len(proposal), 0.02),
    )


def own_form(problem: PlanProblem) -> PlanProblem:
    same = {name: getattr(problem, name) for name in (*ROWS, *COLUMNS)}
    return PlanProblem.own(use_matrix(problem), **same)


@pytest.mark.parametrize("seed", range(5))
def test_shared_form_equals_own_form(seed):
    problem = shared_economy(seed)
    shared, own = solve(problem, tolerance=1e-13), solve(own_form(problem), tolerance=1e-13)
    np.testing.assert_allclose(shared.x, own.x, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(shared.duals, own.duals, rtol=1e-9, atol=1e-11)
    assert shared.certificate.primal_value == pytest.approx(own.certificate.primal_value, rel=1e-11)
    assert_optimal(problem, shared)


def test_use_matrix_adds_repeated_rows():
    """A product used in its own making stands in two groups; the matrix holds the net figure."""
    problem = shared_economy(0)
    rows, uses = problem.column(0)
    product = int(problem.col_tech[0])
    assert (rows == product).sum() >= 2
    assert use_matrix(problem)[product, 0] == pytest.approx(uses[rows == product].sum())


@pytest.mark.parametrize("seed", range(3))
def test_conjugate_gradients_agree_with_the_dense_way(seed, monkeypatch):
    problem = random_economy(seed, products=20, lines=300)
    dense = solve(problem)
    monkeypatch.setattr(engine, "DENSE_ROWS", 0)
    other = solve(problem)
    assert (dense.certificate.method, other.certificate.method) == ("dense", "pcg")
    np.testing.assert_allclose(other.x, dense.x, rtol=1e-7, atol=1e-8)
    assert other.certificate.primal_value == pytest.approx(dense.certificate.primal_value, rel=1e-9)
    assert_optimal(problem, other)


def test_columns_in_any_order_of_techniques():
    """The sweep sorts by technique; what comes out is in the caller's order."""
    problem = shared_economy(3)
    order = np.random.default_rng(0).permutation(problem.n)
    widths = np.diff(problem.factor_ptr)[order]
    pieces = [problem.factors[problem.factor_ptr[j] : problem.factor_ptr[j + 1]] for j in order]
    same = {
        name: getattr(problem, name) for name in (*ROWS, "entry_row", "entry_use", "group_ptr", "tech_ptr")
    }
    moved = {name: getattr(problem, name)[order] for name in (*COLUMNS, "col_tech")}
    mixed = PlanProblem.build(
        factor_ptr=np.r_[0, np.cumsum(widths)], factors=np.concatenate(pieces), **same, **moved
    )
    first, second = solve(problem), solve(mixed)
    np.testing.assert_allclose(second.x, first.x[order], rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(second.asked, first.asked[order])


@pytest.mark.parametrize("seed", range(3))
def test_hessian_is_what_it_is_by_definition(seed):
    """``K D Kᵀ`` from the matrix written out, with rows that repeat inside a group and across groups."""
    problem = shared_economy(seed)
    doubled = problem.entry_row.copy()
    doubled[1] = doubled[2]  # the same input twice in one group
    problem = replace(problem, entry_row=doubled)
    sweeper = Sweeper(problem)
    sweeper.at(np.random.default_rng(seed).normal(0, 0.1, problem.m))
    use = use_matrix(problem).toarray()
    curvature = sweeper.in_order(sweeper.curvature)
    assert 0 < (curvature > 0).sum() < problem.n
    np.testing.assert_allclose(sweeper.hessian(), use * curvature @ use.T, rtol=1e-11, atol=1e-13)
    v = np.arange(1.0, problem.m + 1)
    np.testing.assert_allclose(sweeper.times(v), use * curvature @ use.T @ v, rtol=1e-10, atol=1e-12)
