"""Running the solver: warm starts, progress, cancelling, and refusing to certify what is not solved."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from planning.engine import errors
from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from tests.planning.engine.examples import mill_and_bakery, random_economy, single_row


def test_warm_start_reaches_the_same_plan_at_once():
    problem = random_economy(11, lines=400)
    cold = solve(problem)
    warm = solve(problem, warm=cold.duals)
    assert len(cold.steps) > 0
    assert len(warm.steps) == 0
    np.testing.assert_allclose(warm.x, cold.x, rtol=1e-12)


def test_warm_start_outside_the_box_is_brought_in():
    result = solve(mill_and_bakery(170), warm=[1e9, -1e9, 1e9])
    np.testing.assert_allclose(result.x, [470 / 9, 940 / 9, 940 / 9], rtol=1e-9)


@pytest.mark.parametrize(("warm", "error"), [([1.0], errors.WrongShape), ([0, np.nan, 0], errors.NotFinite)])
def test_bad_warm_start_is_refused(warm, error):
    with pytest.raises(error):
        solve(mill_and_bakery(170), warm=warm)


def test_progress_reports_every_step_and_the_dual_value_rises():
    seen = []
    result = solve(random_economy(5, lines=400), progress=seen.append)
    assert tuple(seen) == result.steps
    assert [info.step for info in seen] == list(range(1, len(seen) + 1))
    values = [info.dual_value for info in seen]
    assert all(b >= a - 1e-9 * abs(a) for a, b in pairwise(values))
    assert seen[-1].residual <= 1e-9


def test_cancelling_stops_before_the_next_step():
    calls = []
    with pytest.raises(errors.Cancelled):
        solve(random_economy(5), cancelled=lambda: True, progress=calls.append)
    assert calls == []


def test_no_certificate_without_convergence():
    with pytest.raises(errors.NotConverged) as caught:
        solve(random_economy(5, lines=400), max_steps=1)
    result = caught.value.result
    assert result is not None
    assert result.certificate.worst_residual > 1e-9
    assert np.isfinite(result.x).all()


def test_certificate_is_plain_json():
    written = json.loads(json.dumps(solve(mill_and_bakery(170)).certificate.as_dict()))
    assert written["worst_residual"] <= 1e-9
    assert written["declared_gap"] is False
    assert len(written["digest"]) == 64


def test_an_empty_plan_is_balanced():
    nothing = PlanProblem.own(
        np.zeros((0, 0)), row_kind=[], target=[], short_price=[], glut_price=[], proposal=[], lower=[], upper=[],
        flexibility=[], band=[], kappa=[],
    )  # fmt: skip
    result = solve(nothing)
    assert result.certificate.balanced
    assert result.certificate.worst_residual == 0


def test_rows_without_columns_declare_their_target():
    """A cap nobody touches is idle; a delivery promised and made by nobody is short."""
    problem = single_row([0.0], target=[-5.0])
    result = solve(problem)
    np.testing.assert_allclose(result.shortfall, [5.0])
    assert result.duals[0] == 100
    result = solve(replace(problem, target=np.array([5.0])))
    np.testing.assert_allclose(result.glut, [5.0])
    assert result.duals[0] == -100


def test_unbounded_line_covers_everything():
    result = solve(single_row([-1, 1], proposal=[0, 1e6], flexibility=[1.0, 0.0], short_price=[1e9]))
    assert result.x[0] == pytest.approx(1e6)
    assert result.certificate.balanced


def test_figures_beyond_the_arithmetic_end_in_a_refusal_not_in_nonsense():
    problem = single_row([-1e200, 1e200], proposal=[1e200, 2e200], flexibility=[1e200, 0])
    with pytest.raises(errors.EngineError):
        solve(problem)
