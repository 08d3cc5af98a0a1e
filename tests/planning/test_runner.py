"""From the database to the engine and back, on figures that can be checked by hand."""

import pytest

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.solve import solve
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.read import read_state
from tests.planning.federation import Federation, gross_outputs
from tests.planning.test_ratification import cap_bread
from workplaces.models import Line, Product


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


def built(federation: Federation) -> tuple[PlanProblem, Layout]:
    return build_problem(read_state(federation.baseline.pk, band=0.05), Rules())


@pytest.mark.django_db
def test_nothing_may_be_used_of_a_resource_however_much_the_year_is_worth(federation: Federation) -> None:
    """A cap of zero is kept: whoever gives off smoke stops, and no figure leaves the range of the arithmetic."""
    Product.objects.update(price=1e9)
    cap_bread(federation, 0.0)
    problem, layout = built(federation)
    result = solve(problem)
    smoke = layout.row_kind == RowKind.RESOURCE
    assert result.use_after[smoke].tolist() == [pytest.approx(0, abs=1e-9)]
    assert result.certificate.gap < 1e-9
    # 244.44 t of output at 1e9; a thousandth of 100 t of smoke
    assert layout.row_price[smoke].tolist() == [pytest.approx(sum(gross_outputs().values()) * 1e9 / 0.1)]


@pytest.mark.django_db
@pytest.mark.parametrize("cap", [105.0, 0.2])
def test_a_resource_stands_for_the_years_value_over_its_cap(federation: Federation, cap: float) -> None:
    cap_bread(federation, cap)
    _, layout = built(federation)
    found = layout.row_price[layout.row_kind == RowKind.RESOURCE]
    assert found.tolist() == [pytest.approx(sum(gross_outputs().values()) / cap)]


@pytest.mark.django_db
def test_a_cap_binds_where_nothing_has_been_made_yet(federation: Federation) -> None:
    """Start-ups only: no value of output to price a cap by, and 100 loaves wanted where smoke allows 40."""
    Line.objects.update(last_output=0.0, capacity=200.0)
    cap_bread(federation, 40.0)
    problem, layout = built(federation)
    result = solve(problem)
    smoke = layout.row_kind == RowKind.RESOURCE
    assert result.use_after[smoke][0] <= 40.0 * (1 + 1e-9)
    assert problem.short_price[smoke][0] > 0
