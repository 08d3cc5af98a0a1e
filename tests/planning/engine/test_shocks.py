"""A shock grows: what breaks, in which order, who must act; and hours freed add up to the work not done."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine import errors
from planning.engine.hours import freed_hours
from planning.engine.problem import PlanProblem, RowKind, use_matrix
from planning.engine.shocks import BreakKind, Shock, shocked, stress
from planning.engine.solve import solve
from tests.planning.engine.examples import mill_and_bakery, random_economy, single_row


def chain(**arrays):
    """Steel from two makers (60 and 40) for a builder who needs 100; one house a tonne, 100 wanted, at least 80.

    The second maker can go to 50, the community can do with 80. Columns: maker, maker, builder, community.
    """
    use = np.array([[-1.0, -1.0, 1.0, 0.0], [0.0, 0.0, -1.0, 1.0]])
    usual = {
        "row_kind": [RowKind.PRODUCT] * 2, "target": [0.0, 0.0], "short_price": [1000.0] * 2, "glut_price": [1000.0] * 2,
        "proposal": [60.0, 40.0, 100.0, 100.0], "lower": [0.0, 0.0, 0.0, 80.0], "upper": [80.0, 50.0, 120.0, 110.0],
        "flexibility": [10.0] * 4, "band": [3.0, 3.0, 3.0, 3.0], "kappa": [0.0] * 4,
    }  # fmt: skip
    return PlanProblem.own(use, **(usual | arrays))


PLAN = np.array([60.0, 40.0, 100.0, 100.0])
GROUP = np.array([0, 0, 1, 2])


def first_maker(share):
    return Shock(np.array([share, 0.0, 0.0, 0.0]), np.zeros(2))


def test_what_breaks_first_by_hand():
    """The first maker's share drops by up to 60 tonnes.

    A tonne lost is shared between the second maker (1/(1+1/2)… the builder and the community move together, twice as
    stiff: 2/3 and 1/3). The second maker is full after 15 tonnes lost (10 of 60 more: 15/60 = 1/4 of the shock); then
    the community gives everything, until its floor at 20: 10 + 20 = 30 tonnes, half the shock; then the gap opens.
    """
    found = stress(chain(), PLAN, first_maker(1.0), group=GROUP, resolution=1 / 256)
    order = [(b.kind, b.place) for b in found.breaks]
    assert order == [(BreakKind.FULL, 0), (BreakKind.FLOOR, 2), (BreakKind.SHORT, 0)]
    for broken, size in zip(found.breaks, (15 / 60, 30 / 60, 30 / 60), strict=True):
        assert broken.after <= size <= broken.size + 1e-12
        assert broken.size - broken.after <= 1 / 256
    assert found.after.x == pytest.approx([0, 50, 80, 80])
    assert found.after.shortfall == pytest.approx([30, 0], abs=1e-6)
    assert found.hit.tolist() == [True, False, False, False]
    assert found.asked.tolist() == [False, True, True, True]
    assert found.before.x == pytest.approx(PLAN)


def test_a_small_shock_breaks_nothing_and_asks_nobody():
    """3 tonnes of 60: the second maker 2, the others 1, all inside their bands of 3."""
    found = stress(chain(), PLAN, first_maker(0.05), group=GROUP)
    assert found.breaks == []
    assert found.after.x == pytest.approx([57, 42, 99, 99])
    assert found.moved.tolist() == [False, True, True, True]
    assert not found.asked.any()
    assert found.solutions == 2


def test_nothing_drops_nothing_changes():
    found = stress(chain(), PLAN, first_maker(0.0), group=GROUP)
    assert found.after.x == pytest.approx(PLAN)
    assert not (found.moved | found.hit | found.asked).any()
    assert found.breaks == []


def test_hours_that_drop_out():
    """A loaf takes an hour and a half; the community needs 90 loaves, 135 hours of 170: 35 can be lost.

    A third of 170 is 56⅔, so its floor is reached, and bread short, at 35/56⅔ of the shock; in the end 113⅓ hours
    make 75⁵⁄₉ loaves.
    """
    problem = mill_and_bakery(170)
    plan = solve(problem, tolerance=1e-14).x
    found = stress(problem, plan, Shock(np.zeros(3), np.array([0.0, 0.0, 1 / 3])), group=np.array([0, 1, 2]))
    assert {(b.kind, b.place) for b in found.breaks} == {(BreakKind.SHORT, 1), (BreakKind.FLOOR, 2)}
    assert all(b.after < 35 / (170 / 3) <= b.size for b in found.breaks)
    assert found.problem.target[2] == pytest.approx(170 * 2 / 3)
    assert found.after.x[1:] == pytest.approx([170 * 2 / 3 / 1.5, 90])
    assert found.after.shortfall[1] == pytest.approx(90 - 170 * 2 / 3 / 1.5)


def lines_lost(problem):
    """The shares for two of every three of the 60 production lines."""
    return np.where((np.arange(problem.n) < 60) & (np.arange(problem.n) % 3 > 0), 0.9, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_sizes_bracket_what_a_cold_solution_finds(seed):
    """Two thirds of the lines lose 90 %: every break is absent just below its size and there at it."""
    problem = random_economy(seed)
    plan = solve(problem).x
    shock = Shock(lines_lost(problem), np.zeros(problem.m))
    found = stress(problem, plan, shock)
    gaps = [b for b in found.breaks if b.kind == BreakKind.SHORT]
    assert gaps
    assert [b.size for b in found.breaks] == sorted(b.size for b in found.breaks)
    for broken in gaps[:5]:
        low, high = (solve(shocked(problem, plan, shock, s)) for s in (broken.after, broken.size))
        gross = np.maximum(high.use_after, high.supply_after)[broken.place]
        assert high.shortfall[broken.place] > 1e-6 * gross
        assert low.shortfall[broken.place] <= 1.1e-6 * gross
    assert found.after.certificate.gap <= 1e-8
    np.testing.assert_allclose(solve(found.problem).x, found.after.x, atol=1e-5 * np.abs(plan).max())


def test_the_number_of_solutions_is_limited():
    problem = random_economy(4)
    plan = solve(problem).x
    shock = Shock(lines_lost(problem), np.zeros(problem.m))
    counted = []
    found = stress(problem, plan, shock, resolution=1e-6, most=12, progress=counted.append)
    assert found.solutions == counted[-1] <= 14
    assert found.breaks


@pytest.mark.parametrize(
    ("columns", "rows", "error", "sentence"),
    [
        (
            [1.5, 0, 0, 0],
            [0, 0],
            errors.NegativeCoefficient,
            "out of column 0 is 1.5; it must lie between 0 and 1",
        ),
        ([0, 0, 0, 0], [0, -0.1], errors.NegativeCoefficient, "out of row 1 is -0.1"),
        ([0, 0, 0], [0, 0], errors.WrongShape, "4 figures are needed"),
        ([0, np.nan, 0, 0], [0, 0], errors.NotFinite, "columns holds a figure"),
    ],
)
def test_shocks_that_make_no_sense(columns, rows, error, sentence):
    with pytest.raises(error, match=sentence):
        stress(chain(), PLAN, Shock(np.array(columns, float), np.array(rows, float)))


def test_a_plan_outside_its_bounds_is_refused():
    with pytest.raises(errors.ProposalOutOfBounds):
        shocked(chain(), PLAN + 1000.0, first_maker(0.0))


def test_hours_freed_are_those_of_the_work_not_done():
    problem = random_economy(5, pools=3)
    plan = solve(problem).x
    shock = Shock(np.where(np.arange(problem.n) < 20, 0.3, 0.0), np.zeros(problem.m))
    found = stress(problem, plan, shock)
    hours = freed_hours(problem, found.before, found.problem, found.after)
    pools = problem.row_kind == RowKind.POOL
    labour = use_matrix(problem).toarray()[pools]
    np.testing.assert_allclose(hours.worked[0], labour @ found.before.x, rtol=1e-9)
    np.testing.assert_allclose(hours.freed, labour @ (found.before.x - found.after.x), rtol=1e-7, atol=1e-7)
    together = hours.by(np.array([0, 1, 0]), 2)
    assert together.freed.sum() == pytest.approx(hours.freed.sum())
    assert together.freed[1] == pytest.approx(hours.freed[1])


def test_idle_hours_by_hand():
    """170 hours, 160 worked; with 160 there are, none is idle."""
    problem = mill_and_bakery(170)
    other = replace(problem, target=np.array([0.0, 0.0, 150.0]))
    first, second = solve(problem, tolerance=1e-14), solve(other, tolerance=1e-14)
    hours = freed_hours(problem, first, other, second)
    worked = float(first.x[0] + first.x[1])
    assert hours.worked[0] == pytest.approx([worked])
    assert hours.idle[0] == pytest.approx([170 - worked])
    assert hours.idle[1] == pytest.approx([0], abs=1e-9)
    assert hours.freed == pytest.approx([worked - 150])


def test_hours_of_different_economies_are_not_compared():
    one, other = mill_and_bakery(170), single_row([-1, 1])
    with pytest.raises(errors.WrongShape, match="different rows"):
        freed_hours(one, solve(one), other, solve(other))
    hours = freed_hours(one, solve(one), one, solve(one))
    with pytest.raises(errors.WrongShape, match="1 labels are needed, there are 2"):
        hours.by(np.array([0, 0]), 1)
