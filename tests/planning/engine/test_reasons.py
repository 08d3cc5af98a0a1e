"""Reasons add up, helpers can help."""

import math

import numpy as np
import pytest

from planning.engine.errors import IndexOutOfRange
from planning.engine.problem import RowKind, use_matrix
from planning.engine.reasons import helpers_for_row, line_terms, row_uses
from planning.engine.solve import solve
from tests.planning.engine.examples import mill_and_bakery, random_economy, single_row
from tests.planning.engine.test_shared_techniques import shared_economy


@pytest.mark.parametrize("problem", [random_economy(2), shared_economy(2)], ids=["own", "shared"])
def test_terms_add_up_to_the_margin(problem):
    result = solve(problem)
    for column in range(problem.n):
        terms = line_terms(problem, result.duals, column)
        size = sum(abs(term.amount) for term in terms)
        assert math.fsum(term.amount for term in terms) == pytest.approx(
            result.margin[column], abs=1e-13 * size
        )
        assert len({term.row for term in terms}) == len(terms)
        assert all(term.amount == -term.use * term.dual for term in terms)


def test_terms_of_the_bakery():
    """Bread earns 2/5, half a unit of flour costs 7/60, an hour 11/60; together 1/10."""
    problem = mill_and_bakery(hours=153)
    terms = line_terms(problem, solve(problem, tolerance=1e-14).duals, 1)
    by_row = {term.row: (term.kind, term.amount) for term in terms}
    assert by_row[0] == (RowKind.PRODUCT, pytest.approx(-7 / 60))
    assert by_row[1] == (RowKind.PRODUCT, pytest.approx(2 / 5))
    assert by_row[2] == (RowKind.POOL, pytest.approx(-11 / 60))


def test_helpers_of_a_short_row():
    """10 short at the proposals: a line with room 3, one with 20, a firm one, and demand that can give way by 4."""
    problem = single_row(
        [-1, -2, -1, 1],
        proposal=[10, 5, 10, 40],
        upper=[13, 15, 90, 50],
        lower=[0, 0, 0, 36],
        flexibility=[1, 1, 0, 1],
    )
    helpers = helpers_for_row(problem, solve(problem), 0, from_proposals=True)
    assert helpers.missing == pytest.approx(10)
    assert helpers.columns.tolist() == [1, 3, 0]
    assert helpers.direction.tolist() == [1, -1, 1]
    np.testing.assert_allclose(helpers.contribution, [20, 4, 3])
    np.testing.assert_allclose(helpers.response, [4, 1, 1])
    assert helpers.total == pytest.approx(27)
    assert helpers_for_row(problem, solve(problem), 0, from_proposals=True, limit=1).columns.tolist() == [1]


def test_helpers_of_a_row_in_glut_do_less_or_use_more():
    problem = single_row([-1, 1], proposal=[30, 10], upper=[40, 15], lower=[25, 0])
    helpers = helpers_for_row(problem, solve(problem), 0, from_proposals=True)
    assert helpers.missing == pytest.approx(-20)
    assert dict(zip(helpers.columns.tolist(), helpers.direction.tolist(), strict=True)) == {0: -1, 1: 1}


def test_nobody_is_left_to_help_where_a_gap_was_declared():
    problem = single_row([-1, 1], proposal=[100, 120], lower=[0, 120], upper=[110, 130], flexibility=[10, 10])
    helpers = helpers_for_row(problem, solve(problem), 0)
    assert helpers.missing == pytest.approx(10)
    assert len(helpers.columns) == 0


@pytest.mark.parametrize("problem", [random_economy(3), shared_economy(3)], ids=["own", "shared"])
def test_row_uses_are_the_rows_of_the_matrix(problem):
    use = use_matrix(problem).toarray()
    for row in range(problem.m):
        np.testing.assert_allclose(row_uses(problem, row), use[row], atol=1e-15)


def test_unknown_places_are_refused():
    problem = mill_and_bakery(170)
    result = solve(problem)
    with pytest.raises(IndexOutOfRange, match="no column 3"):
        line_terms(problem, result.duals, 3)
    with pytest.raises(IndexOutOfRange, match="no row -1"):
        helpers_for_row(problem, result, -1)
