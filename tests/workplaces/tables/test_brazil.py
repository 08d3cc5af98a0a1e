"""Brazil's accounts: IBGE's published totals, the balance of every product, and iotbr's own basic prices."""

import numpy as np
import pytest

from workplaces.tables import SupplyUse, TableError, read_brazil
from workplaces.tables.brazil import BrazilAccounts, at_basic_prices, read_accounts
from workplaces.tables.regions import BRAZIL_POPULATION, brazil_shares

# IBGE, Sistema de Contas Nacionais 2021: gross domestic product and its parts in R$ million, and jobs.
GDP = 9_012_142
VALUE_ADDED = 7_713_999
TAXES = 1_298_143
JOBS = 105_065_178
IMPORTS = 1_671_473
EXPORTS = 1_722_169


@pytest.fixture(scope="module")
def accounts() -> BrazilAccounts:
    return read_accounts(2021)


@pytest.fixture(scope="module")
def brazil() -> SupplyUse:
    return read_brazil(2021)


def test_published_totals(brazil: SupplyUse, accounts: BrazilAccounts) -> None:
    assert brazil.make.shape == (128, 68)
    assert brazil.value_added.sum() == VALUE_ADDED
    assert brazil.jobs is not None
    assert brazil.jobs.sum() == JOBS
    assert brazil.imports.sum() == IMPORTS
    assert accounts.import_tax.sum() + accounts.other_taxes.sum() == TAXES
    assert VALUE_ADDED + TAXES == GDP
    expenditure = accounts.final_demand.sum() - accounts.imports.sum()
    assert expenditure == GDP
    assert accounts.final_demand[:, 0].sum() == EXPORTS


def test_every_product_balances_and_nothing_is_negative(brazil: SupplyUse) -> None:
    supply = brazil.make.sum(axis=1) + brazil.imports + brazil.stock
    assert np.abs(brazil.balance()).max() <= 1e-12 * supply.max()
    assert np.abs(brazil.balance() / supply).max() <= 1e-12
    for part in (brazil.make, brazil.use, brazil.final_demand, brazil.imports, brazil.stock):
        assert part.min() >= 0


def test_every_activity_pays_out_what_it_makes(brazil: SupplyUse, accounts: BrazilAccounts) -> None:
    columns = np.column_stack([accounts.use, accounts.final_demand])
    basic, taxes = at_basic_prices(accounts, columns)
    paid = basic[:, :68].sum(axis=0) + taxes[:68] + brazil.value_added
    np.testing.assert_allclose(paid, accounts.make.sum(axis=0), rtol=1e-12)
    assert taxes.sum() == pytest.approx(TAXES, rel=1e-12)


def test_basic_prices_are_those_of_an_independent_implementation(accounts: BrazilAccounts) -> None:
    from iotbr import tru_pb

    columns = np.column_stack([accounts.use, accounts.final_demand])
    basic, _ = at_basic_prices(accounts, columns)
    home = columns.copy()
    home[:, [68, -1]] = 0  # exports and inventories are taken as home-made
    imported = home / home.sum(axis=1, keepdims=True) * accounts.imports[:, None]
    use, final = tru_pb.D_total_pb(2021, 68, "t")
    np.testing.assert_allclose(
        basic - imported, np.column_stack([use, final]).astype(float), rtol=1e-9, atol=1e-6
    )


def test_imported_use_stays_within_use_and_imports(brazil: SupplyUse) -> None:
    assert brazil.imported_use is not None
    assert (brazil.imported_use <= brazil.use + 1e-9).all()
    assert (brazil.imported_use.sum(axis=1) <= brazil.imports + 1e-9).all()


def test_the_one_negative_output_is_listed(brazil: SupplyUse) -> None:
    assert [(r.kind, r.code, r.amount) for r in brazil.repairs] == [("negative_output", "46801←5600", -294.0)]


def test_names_in_both_languages(brazil: SupplyUse) -> None:
    for names in (brazil.products, brazil.sectors):
        assert all(names.names_en)
        assert all(names.names_pt)
        assert len(set(names.names_en)) == len(set(names.names_pt)) == len(set(names.codes)) == len(names)
    soya = brazil.products.codes.index("01915")
    assert (brazil.products.names_en[soya], brazil.products.names_pt[soya]) == ("Soya beans", "Soja em grão")
    steel = brazil.sectors.codes.index("2491")
    assert brazil.workplace_nouns[0][steel] == "Steelworks"
    assert brazil.workplace_nouns[1][steel] == "Siderúrgica"


def test_regions_have_the_published_population() -> None:
    assert sum(BRAZIL_POPULATION) == 213_317_639
    assert brazil_shares().round(3).tolist() == [0.089, 0.270, 0.420, 0.143, 0.078]
    assert brazil_shares().sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("year", [2009, 2022])
def test_a_year_without_tables_is_named(year: int) -> None:
    with pytest.raises(TableError, match=f"none for {year}"):
        read_brazil(year)
