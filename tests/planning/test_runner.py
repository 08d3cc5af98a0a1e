"""From the database to the engine and back, on figures that can be checked by hand."""

import pytest

from planning.engine.problem import RowKind
from planning.engine.solve import solve
from planning.runner.build import Rules, build_problem
from planning.runner.read import read_state
from tests.planning.federation import Federation, gross_outputs


@pytest.mark.django_db
def test_last_years_figures_balance(federation: Federation) -> None:
    state = read_state(federation.baseline.pk, band=0.05)
    problem, layout = build_problem(state, Rules())
    result = solve(problem)
    product = layout.row_kind == RowKind.PRODUCT
    assert abs(result.imbalance_before[product]).max() < 1e-12
    assert not result.asked.any()
    supplied = dict(zip(layout.row_entity[product].tolist(), result.supply_before[product], strict=True))
    for code, output in gross_outputs().items():
        assert supplied[federation.products[code].entity_id] == pytest.approx(output)


@pytest.mark.django_db
def test_labour_is_counted_in_the_regions_pool(federation: Federation) -> None:
    state = read_state(federation.baseline.pk, band=0.05)
    problem, layout = build_problem(state, Rules())
    result = solve(problem)
    pool = layout.row_kind == RowKind.POOL
    assert result.use_before[pool].tolist() == [pytest.approx(sum(gross_outputs().values()))]
