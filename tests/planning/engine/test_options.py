"""What is said beside the problem itself: options, shares, prices, duals. Each refusal says which and why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from planning.engine import errors
from planning.engine.answers import change_cost, levels
from planning.engine.prices import dearest_change, gap_prices, prove_gaps, solve_gaps_first
from planning.engine.reasons import helpers_for_row, line_terms
from planning.engine.shocks import Shock, shocked, stress
from planning.engine.solve import solve
from planning.engine.whatif import Change, what_if
from tests.planning.engine.examples import mill_and_bakery, single_row

NAN = float("nan")
PROBLEM = mill_and_bakery(hours=170.0)
MILL_BY_HALF = Shock(np.array([0.5, 0.0, 0.0]), np.zeros(3))
PRODUCT = np.zeros(1, np.int8)


def plan() -> Any:
    return solve(PROBLEM)


def dearest(**figures: list[float]) -> float:
    usual = {"proposal": [1.0], "lower": [0.0], "upper": [2.0], "flexibility": [1.0], "kappa": [0.0],
             "unit_price": [1.0]}  # fmt: skip
    return dearest_change(**{name: np.array(values) for name, values in (usual | figures).items()})


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: solve(PROBLEM, tolerance=NAN), errors.OutOfRange, "tolerance is nan"),
        (lambda: solve(PROBLEM, tolerance=-1.0), errors.OutOfRange, "0 or more"),
        (lambda: solve(PROBLEM, threads=0), errors.OutOfRange, "threads is 0"),
        (lambda: solve(PROBLEM, threads=-1), errors.OutOfRange, "threads is -1"),
        (lambda: shocked(PROBLEM, plan().x, MILL_BY_HALF, 2.0), errors.OutOfRange, "size is 2.0"),
        (lambda: shocked(PROBLEM, plan().x, MILL_BY_HALF, -0.5), errors.OutOfRange, "0 to 1"),
        (lambda: stress(PROBLEM, plan().x, MILL_BY_HALF, resolution=NAN), errors.OutOfRange, "resolution"),
        (lambda: stress(PROBLEM, plan().x, MILL_BY_HALF, most=0), errors.OutOfRange, "most"),
        (lambda: stress(PROBLEM, plan().x, MILL_BY_HALF, group=np.zeros(2)), errors.WrongShape, "group"),
        (lambda: prove_gaps(PROBLEM, plan(), factor=0.0), errors.OutOfRange, "factor"),
        (lambda: solve_gaps_first(PROBLEM, factor=NAN), errors.OutOfRange, "factor"),
        (lambda: gap_prices(PRODUCT, np.array([NAN]), dearest=1, chain=1), errors.NotFinite, "unit_price"),
        (lambda: gap_prices(PRODUCT, np.array([-1.0]), dearest=1, chain=1), errors.NegativeCoefficient, "Row 0"),
        (lambda: gap_prices(PRODUCT, np.ones(1), dearest=np.inf, chain=1), errors.OutOfRange, "dearest"),
        (lambda: dearest(unit_price=[NAN]), errors.NotFinite, "unit_price"),
        (lambda: dearest(kappa=[0.0, 1.0]), errors.WrongShape, "kappa"),
        (lambda: what_if(PROBLEM, plan(), Change(0, firm=True), unit_price=[1, 2]), errors.WrongShape, "unit_price"),
        (lambda: what_if(PROBLEM, plan(), Change(0, firm=True), unit_price=[1, NAN, 1]), errors.NotFinite, "place 1"),
        (lambda: line_terms(PROBLEM, np.zeros(1), 0), errors.WrongShape, "duals"),
        (lambda: helpers_for_row(PROBLEM, plan(), 0, limit=-1), errors.OutOfRange, "limit"),
        (lambda: levels(PROBLEM, np.zeros(2)), errors.WrongShape, "margin"),
        (lambda: change_cost(PROBLEM, np.zeros(2)), errors.WrongShape, "x has"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    ask: Callable[[], object], error: type[errors.EngineError], words: str
) -> None:
    with pytest.raises(error, match=words):
        ask()


def test_a_gap_that_is_worth_more_than_arithmetic_holds_is_no_certificate() -> None:
    """1e308 for a unit short, two wanted: the relative gap would be measured against infinity and come out as nothing."""
    with pytest.raises(errors.NotFinite, match="row 0 are too large"):
        solve(single_row([-1, 1], short_price=[1e308], proposal=[1, 2]))
