"""However columns are brought into order for the passes, the plan is the same."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.layout import arrange
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from tests.planning.engine.optimality import assert_optimal
from tests.planning.engine.test_shared_techniques import own_form, shared_economy

COLUMNS = ("proposal", "lower", "upper", "flexibility", "band", "kappa")


def at_once(work, pieces):
    work(0, pieces)


def scattered(seed: int, lines: int = 400) -> PlanProblem:
    """Lines of a product draw on the same rows, each with coefficients of its own, in no order."""
    problem = own_form(shared_economy(seed, lines=lines))
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.05, len(problem.entry_use)))
    return replace(problem, entry_use=problem.entry_use * noise)


def many_groups(seed: int) -> PlanProblem:
    """Every line has a technique for itself with a group for every entry, a factor each."""
    own = own_form(shared_economy(seed))
    entries = np.diff(own.group_ptr)
    rng = np.random.default_rng(seed)
    factors = np.exp(rng.normal(0, 0.3, len(own.entry_row)))
    return replace(
        own,
        group_ptr=np.arange(len(own.entry_row) + 1),
        tech_ptr=np.r_[0, np.cumsum(entries)],
        factor_ptr=np.r_[0, np.cumsum(entries)],
        factors=factors,
        entry_use=own.entry_use / factors,
    )


def test_lines_on_the_same_rows_become_one_technique():
    problem = scattered(1)
    layout = arrange(problem, at_once)
    assert layout.order is not None
    products = (problem.row_kind == RowKind.PRODUCT).sum()
    assert len(layout.wide_tech) <= products * layout.chunks
    assert layout.widest == 5  # output less own use, three inputs, hours
    np.testing.assert_array_equal(np.sort(layout.order), np.arange(problem.n))


def test_techniques_with_more_groups_than_columns_become_lines_of_their_own():
    layout = arrange(many_groups(1), at_once)
    assert int(layout.start_block[-1]) <= 2 * len(many_groups(1).factors)


def test_lines_that_share_nothing_stay_as_they_are():
    rng = np.random.default_rng(0)
    use = np.zeros((300, 200))
    for j in range(200):
        use[rng.choice(300, 6, replace=False), j] = 1.0
    problem = PlanProblem.own(
        use,
        row_kind=np.zeros(300), target=np.zeros(300), short_price=np.ones(300), glut_price=np.ones(300),
        proposal=np.ones(200), lower=np.zeros(200), upper=np.ones(200), flexibility=np.ones(200),
        band=np.zeros(200), kappa=np.zeros(200),
    )  # fmt: skip
    layout = arrange(problem, at_once)
    assert layout.order is None
    assert np.shares_memory(layout.factors, problem.factors)
    assert np.shares_memory(layout.entry_use, problem.entry_use)


@pytest.mark.parametrize("make", [scattered, many_groups])
@pytest.mark.parametrize("seed", range(3))
def test_rearranged_columns_answer_as_the_matrix_says(make, seed):
    """Levels, flows, couplings and products, against the matrix written out."""
    problem = make(seed)
    sweeper = Sweeper(problem)
    y = np.random.default_rng(seed).normal(0, 0.1, problem.m)
    point = sweeper.at(y)
    use = use_matrix(problem).toarray()
    x, margin, d = (sweeper.in_order(part) for part in (sweeper.x, sweeper.margin, sweeper.curvature))
    assert 0 < (d > 0).sum() < problem.n
    np.testing.assert_allclose(margin, -(use.T @ y), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(point.excess, use @ x - problem.target, rtol=1e-9, atol=1e-9)
    hessian = use * d @ use.T
    np.testing.assert_allclose(sweeper.hessian(), hessian, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(sweeper.times(y), hessian @ y, rtol=1e-9, atol=1e-12)
    scale = 1.0 / np.sqrt(np.maximum(np.diagonal(hessian), 1e-6))
    product, diagonal = sweeper.scaled(scale)
    close = {"rtol": 1e-5, "atol": 1e-6 * np.abs(hessian @ (scale * y)).max()}
    np.testing.assert_allclose(product(y), scale * (hessian @ (scale * y)), **close)
    assert (diagonal >= 0).all()
    width = sweeper.in_order(sweeper.margin_width(np.abs(y)))
    assert (width >= np.abs(margin) * (1 - 1e-9)).all()


@pytest.mark.parametrize("make", [scattered, many_groups])
@pytest.mark.parametrize("rows", [2000, 0])
def test_rearranged_columns_give_the_plan_of_columns_written_out(make, rows, monkeypatch):
    monkeypatch.setattr("planning.engine.solve.DENSE_ROWS", rows)
    problem = make(4)
    result = solve(problem)
    assert result.certificate.method == ("dense" if rows else "pcg")
    assert_optimal(problem, result)


@pytest.mark.parametrize("telling", [0.99, -1.0], ids=["merged", "packed"])
def test_same_bits_on_any_number_of_threads_by_conjugate_gradients(telling, monkeypatch):
    """Below zero no common rows are looked for: every line keeps its own and is packed."""
    monkeypatch.setattr("planning.engine.solve.DENSE_ROWS", 0)
    monkeypatch.setattr("planning.engine.layout.TELLING", telling)
    problem = scattered(5, lines=6000)
    assert Sweeper(problem).chunks > 4
    results = [solve(problem, threads=threads) for threads in (1, 2, 3)]
    assert results[0].certificate.method == "pcg"
    for other in results[1:]:
        assert other.x.tobytes() == results[0].x.tobytes()
        assert other.duals.tobytes() == results[0].duals.tobytes()
        assert other.certificate == results[0].certificate


def test_a_product_with_single_weights_is_symmetric_and_never_negative():
    problem = own_form(shared_economy(2, lines=20))
    sweeper = Sweeper(problem)
    sweeper.at(np.random.default_rng(0).normal(0, 0.05, problem.m))
    product, _ = sweeper.scaled(np.ones(problem.m))
    matrix = np.column_stack([product(unit) for unit in np.eye(problem.m)])
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-12, atol=1e-14)
    assert np.linalg.eigvalsh(matrix).min() > -1e-12
