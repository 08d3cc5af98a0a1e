"""The population is the table: exactly in sum, scattered in each line, and the same for the same seed."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workplaces.tables.samples import FOLDERS, SHARED
from workplaces.tables import Economy, SupplyUse, Table, build_economy, read_source, supply_use
from workplaces.tables.grouped import apportion, group_sum
from workplaces.tables.totals import labour_matrix, technique_matrix, totals


def source_of(name: str) -> SupplyUse:
    if name != "brazil-2021" and not SHARED.is_dir():
        pytest.skip("the published test tables (../shared/data) are not on this machine")
    return read_source(name if name.startswith("brazil") else f"folder:{SHARED / name}")


@pytest.fixture(scope="module", params=["brazil-2021", *FOLDERS])
def pair(request: pytest.FixtureRequest) -> tuple[SupplyUse, Economy]:
    source = source_of(request.param)
    return source, build_economy(source, workplaces=1500, seed=7)


@pytest.fixture(scope="module")
def brazil() -> tuple[SupplyUse, Economy]:
    source = read_source("brazil-2021")
    return source, build_economy(source, workplaces=2000, seed=1)


def test_lines_add_up_to_the_table(pair: tuple[SupplyUse, Economy]) -> None:
    source, economy = pair
    summed = totals(economy)
    np.testing.assert_allclose(summed.make, source.make, rtol=1e-12)
    np.testing.assert_allclose(summed.use, source.use, rtol=1e-12)
    np.testing.assert_allclose(summed.labour.sum(axis=1), source.labour, rtol=1e-12)


def test_last_year_balances_for_every_product(pair: tuple[SupplyUse, Economy]) -> None:
    _, economy = pair
    summed, products = totals(economy), len(economy.products)
    supply = summed.make.sum(axis=1) + group_sum(
        economy.imports.import_last, economy.imports.import_product, products
    )
    use = summed.use.sum(axis=1) + group_sum(
        economy.demand.demand_last, economy.demand.demand_product, products
    )
    np.testing.assert_allclose(use, supply, rtol=1e-12)


def test_the_weighted_mean_of_techniques_is_the_tables(pair: tuple[SupplyUse, Economy]) -> None:
    source, economy = pair
    lines, techniques = economy.lines, economy.technologies
    np.testing.assert_allclose(
        technique_matrix(economy), source.coefficients()[:, techniques.sector], rtol=1e-12
    )
    hours = labour_matrix(techniques, len(economy.occupations)).sum(axis=1)
    np.testing.assert_allclose(hours, (source.labour / source.output())[techniques.sector], rtol=1e-12)
    made = group_sum(lines.line_last_output, lines.line_technology, len(techniques))
    for factor in lines.line_factors.T:
        mean = group_sum(factor * lines.line_last_output, lines.line_technology, len(techniques)) / made
        np.testing.assert_allclose(mean, 1, rtol=1e-12)


def test_workplaces_have_one_to_four_different_lines(pair: tuple[SupplyUse, Economy]) -> None:
    _, economy = pair
    lines = economy.lines
    each = np.bincount(lines.line_workplace, minlength=len(economy.workplaces))
    assert each.min() >= 1
    assert each.max() <= 4
    assert len({*zip(lines.line_workplace.tolist(), lines.line_technology.tolist(), strict=True)}) == len(
        lines
    )
    assert set(lines.line_technology.tolist()) == set(range(len(economy.technologies)))
    own = economy.workplaces.sector[lines.line_workplace]
    np.testing.assert_array_equal(own, economy.technologies.sector[lines.line_technology])


def test_figures_are_possible(pair: tuple[SupplyUse, Economy]) -> None:
    _, economy = pair
    lines, demand, imports = economy.lines, economy.demand, economy.imports
    assert lines.line_last_output.min() > 0
    assert lines.line_factors.min() > 0
    assert (lines.line_capacity > lines.line_last_output).all()
    assert (demand.demand_floor <= demand.demand_last).all()
    assert (demand.demand_last <= demand.demand_ceiling).all()
    assert (imports.import_last <= imports.import_limit).all()
    assert economy.technologies.input_coef.min() > 0
    assert (economy.resources.cap > economy.resources.last).all()


def test_scatter_and_slack_are_what_was_asked(brazil: tuple[SupplyUse, Economy]) -> None:
    economy = build_economy(brazil[0], workplaces=40_000, seed=3, scatter=0.15, slack=0.15)
    lines = economy.lines
    many = np.bincount(lines.line_technology)[lines.line_technology] > 50
    assert lines.line_factors[many].std() == pytest.approx(0.15, rel=0.05)
    assert (lines.line_capacity / lines.line_last_output - 1).mean() == pytest.approx(0.15, rel=0.02)
    still = build_economy(brazil[0], workplaces=500, seed=3, scatter=0, slack=0)
    np.testing.assert_allclose(still.lines.line_factors, 1, rtol=1e-12)
    np.testing.assert_allclose(still.lines.line_capacity, still.lines.line_last_output, rtol=1e-12)


def test_pools_hold_the_hours_worked_and_the_slack(brazil: tuple[SupplyUse, Economy]) -> None:
    source, economy = brazil
    assert economy.occupations.pool_hours.shape == (5, 6)
    assert economy.occupations.pool_hours.sum() == pytest.approx(1.10 * source.labour.sum(), rel=1e-12)
    np.testing.assert_allclose(
        economy.occupations.pool_hours.sum(axis=0), 1.10 * totals(economy).labour.sum(axis=0), rtol=1e-12
    )


def test_brazil_in_about_two_thousand_workplaces(brazil: tuple[SupplyUse, Economy]) -> None:
    source, economy = brazil
    workplaces = economy.workplaces
    assert len(workplaces) == 2000
    assert len(economy.technologies) == (source.make > 0).sum()
    assert workplaces.members.sum() == 105_065_178
    assert workplaces.members.min() >= 1
    assert workplaces.demo_members.min() >= 3
    assert workplaces.demo_members.max() <= 9
    share = np.bincount(workplaces.region) / len(workplaces)
    np.testing.assert_allclose(share, economy.regions.share, atol=0.01)
    assert "Steelworks 1, Southeast" in workplaces.name_en
    assert "Siderúrgica 1, Sudeste" in workplaces.name_pt
    assert len(set(workplaces.name_en)) == len(set(workplaces.code)) == 2000
    assert set(workplaces.form) == {"collective", "cooperative"}
    assert "Synthetic" in economy.synthetic_note
    assert len(economy.resources) == 0, "Brazil's tables have no emissions; none are made up"


def test_demand_goes_to_regions_by_population(brazil: tuple[SupplyUse, Economy]) -> None:
    _, economy = brazil
    demand = economy.demand
    categories = np.array(demand.demand_category)
    household = categories == "household"
    by_region = group_sum(demand.demand_last[household], demand.demand_region[household], 5)
    np.testing.assert_allclose(by_region / by_region.sum(), economy.regions.share, rtol=1e-12)
    national = np.isin(categories, ["stocks", "export"])
    assert (demand.demand_region[national] == -1).all()
    assert (demand.demand_region[~national] >= 0).all()
    assert (demand.demand_world_price[categories == "export"] == 1).all()
    key = {
        *zip(
            demand.demand_region.tolist(), demand.demand_product.tolist(), demand.demand_category, strict=True
        )
    }
    assert len(key) == len(demand)


def arrays_of(value: object, path: str = "") -> dict[str, object]:
    if not is_dataclass(value):
        return {path: value}
    return {
        k: v for f in fields(value) for k, v in arrays_of(getattr(value, f.name), f"{path}.{f.name}").items()
    }


def test_the_seed_decides(brazil: tuple[SupplyUse, Economy]) -> None:
    source, economy = brazil
    again, other = (arrays_of(build_economy(source, workplaces=2000, seed=seed)) for seed in (1, 2))
    for name, value in arrays_of(economy).items():
        np.testing.assert_array_equal(value, again[name], err_msg=name)
    assert not np.array_equal(economy.lines.line_factors, other[".lines.line_factors"])


@pytest.mark.parametrize("wanted", [1, 60, 400])
def test_a_small_population_has_what_the_products_need(
    brazil: tuple[SupplyUse, Economy], wanted: int
) -> None:
    source, _ = brazil
    economy = build_economy(source, workplaces=wanted, seed=1)
    least = int(np.ceil((source.make > 0).sum(axis=0) / 4).sum())
    assert len(economy.workplaces) == max(wanted, least)
    np.testing.assert_allclose(totals(economy).use, source.use, rtol=1e-12)


@pytest.mark.parametrize("arguments", [{"workplaces": 0}, {"scatter": -0.1}, {"slack": float("nan")}])
def test_senseless_arguments_are_refused(
    brazil: tuple[SupplyUse, Economy], arguments: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match=r"at least one|shares such as"):
        build_economy(brazil[0], **{"workplaces": 10, "seed": 1, **arguments})


@pytest.mark.parametrize("name", FOLDERS)
def test_no_two_workplaces_share_a_name(name: str) -> None:
    names = build_economy(source_of(name), workplaces=500, seed=1).workplaces.name_en
    assert len(set(names)) == len(names)


def any_source(seed: int, products: int) -> SupplyUse:
    """A table with negative demand, empty sectors and rows without use, drawn at random; it adds up."""
    rng = np.random.default_rng(seed)
    codes = tuple(f"{number:02d}" for number in rng.permutation(products) + 1)
    output = rng.lognormal(3, 2, products) * (rng.random(products) > 0.2)
    output[0] += 1
    flows = rng.random((products, products)) * (rng.random((products, products)) > 0.5) / products * output
    demand = output - flows.sum(axis=1)
    part = rng.random(products) * np.abs(demand)
    table = Table(
        name="random", title="Random", year=None, unit="million", codes=codes, names=codes, flows=flows,
        final_demand=np.column_stack([demand - part, part]), final_demand_names=("households", "exports"),
        primary_inputs=(output - flows.sum(axis=0))[None], primary_input_names=("wages",), output=output,
        satellite=np.empty((0, products)), satellite_names=(), satellite_units=(), imported_flows=None,
        domestic_flows=None, domestic_final_demand=None, meta={},
    )  # fmt: skip
    return supply_use(table)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), products=st.integers(1, 12), wanted=st.integers(1, 200))
def test_any_table_is_met_exactly(seed: int, products: int, wanted: int) -> None:
    source = any_source(seed, products)
    economy = build_economy(source, workplaces=wanted, seed=seed)
    summed, number = totals(economy), len(economy.products)
    np.testing.assert_allclose(summed.make, source.make, rtol=1e-12)
    np.testing.assert_allclose(summed.use, source.use, rtol=1e-12)
    supply = summed.make.sum(axis=1) + group_sum(
        economy.imports.import_last, economy.imports.import_product, number
    )
    use = summed.use.sum(axis=1) + group_sum(
        economy.demand.demand_last, economy.demand.demand_product, number
    )
    np.testing.assert_allclose(use, supply, rtol=1e-12, atol=1e-12 * source.output().max())


def test_a_folder_by_its_path(small: Path) -> None:
    economy = build_economy(f"folder:{small}", workplaces=30, seed=5)
    assert economy.title == "Three sectors"
    assert economy.workplaces.name_en[0] == "Farms 1"
    assert economy.resources.cap.tolist() == pytest.approx([17 * 1.05])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40),
    st.integers(0, 2**32 - 1),
)
def test_apportioned_numbers_add_up(total: list[int], weight: list[float], seed: int) -> None:
    group = np.random.default_rng(seed).integers(0, len(total), len(weight))
    shares = apportion(np.array(total), np.array(weight), group)
    assert shares.min() >= 0
    for index, wanted in enumerate(total):
        if (group == index).any():
            assert shares[group == index].sum() == wanted
