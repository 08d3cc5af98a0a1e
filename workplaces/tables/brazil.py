"""Brazil's national accounts (IBGE, Tabelas de Recursos e Usos, 128 products × 68 activities).

The figures come from the package ``iotbr``, which carries IBGE's own spreadsheets; docs/tables.md tells
each step from purchasers' to basic prices.
"""

import csv
import warnings
from dataclasses import dataclass
from importlib import resources
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from workplaces.hours import HOURS_PER_JOB
from workplaces.tables import regions
from workplaces.tables.classify import groups_of, kinds_of
from workplaces.tables.errors import TableError
from workplaces.tables.supply_use import Names, SupplyUse, split_negative
from workplaces.tables.table import Floats, Repair
from workplaces.tables.valuation import basic_prices, shares

LEVEL = 68
FIRST_YEAR, LAST_YEAR = 2010, 2021
# Final demand as iotbr names it, and its kind here; inventories come last.
DEMAND = {
    "X_bens_serv": "export",
    "C_g": "public",
    "C_ong": "nonprofit",
    "C_f": "household",
    "FBKF": "investment",
    "DE": "inventories",
}


@dataclass(frozen=True)
class BrazilAccounts:
    """IBGE's tables as published, in R$ million; uses at purchasers' prices."""

    year: int
    product_codes: tuple[str, ...]
    product_names: tuple[str, ...]
    sector_codes: tuple[str, ...]
    sector_names: tuple[str, ...]
    make: Floats
    use: Floats
    final_demand: Floats
    imports: Floats
    trade_margin: Floats
    transport_margin: Floats
    import_tax: Floats
    other_taxes: Floats
    value_added: dict[str, Floats]


def read_brazil(year: int = LAST_YEAR) -> SupplyUse:
    """Brazil's supply-use system of ``year`` at basic prices in R$ million, with jobs.

    Raises TableError where ``iotbr`` is not installed or has no such year.
    """
    accounts = read_accounts(year)
    make, moved, repairs = _without_negative_output(accounts)
    columns = np.column_stack([accounts.use + moved, accounts.final_demand])
    basic, _ = at_basic_prices(accounts, columns)
    final_demand, stock = split_negative(basic[:, LEVEL:])
    imported = shares(_at_home(columns)) * accounts.imports[:, None]
    value_added = accounts.value_added["Valor adicionado bruto ( PIB )"]
    jobs = accounts.value_added["Fator trabalho (ocupações)"]
    products, sectors, nouns = _names(accounts)
    return SupplyUse(
        name=f"brazil-{year}",
        title=f"Brazil {year}",
        year=year,
        unit="R$ million at basic prices",
        currency="BRL",
        money_scale=100_000_000,
        source_note=f"IBGE, Contas Nacionais, Tabelas de Recursos e Usos {year}, from the package iotbr",
        products=products,
        sectors=sectors,
        workplace_nouns=nouns,
        make=make,
        use=basic[:, :LEVEL],
        final_demand=final_demand,
        kinds=tuple(DEMAND.values()),
        imports=accounts.imports,
        stock=stock,
        imported_use=imported[:, :LEVEL],
        # The accounts count jobs (ocupações), not hours; every activity's jobs are taken to be alike.
        labour=jobs * HOURS_PER_JOB / 1e6,
        labour_unit="million hours",
        labour_note=f"IBGE's jobs by activity, at {HOURS_PER_JOB} hours a job and year (an assumption)",
        jobs=jobs,
        pay=accounts.value_added["Remunerações"],
        value_added=value_added,
        mixed_income=accounts.value_added["Rendimento misto bruto"] / value_added,
        resources=np.empty((0, LEVEL)),
        resource_names=Names((), (), ()),
        resource_units=(),
        regions=regions.BRAZIL,
        region_share=regions.brazil_shares(),
        region_note=regions.BRAZIL_NOTE,
        product_group=groups_of(products.codes),
        sector_kind=kinds_of(sectors.codes),
        repairs=repairs,
    )


def at_basic_prices(accounts: BrazilAccounts, columns: Floats) -> tuple[Floats, Floats]:
    """Uses at basic prices and taxes less subsidies on products, by column (activities, then DEMAND)."""
    spread = columns.copy()
    spread[:, -1] = 0  # changes in inventories carry neither margin nor tax
    taxes = [(accounts.import_tax, _at_home(columns)), (accounts.other_taxes, spread)]
    margins = [accounts.trade_margin, accounts.transport_margin]
    return basic_prices(columns, spread=spread, margins=margins, taxes=taxes)


def _at_home(columns: Floats) -> Floats:
    """Uses that may be imported: all but exports and changes in inventories."""
    home = columns.copy()
    home[:, [LEVEL, -1]] = 0
    return home


def _without_negative_output(accounts: BrazilAccounts) -> tuple[Floats, Floats, tuple[Repair, ...]]:
    """A negative output is taken as an input of the same size: row and column still add up."""
    moved = -np.minimum(accounts.make, 0)
    repairs = tuple(
        Repair(
            "negative_output",
            f"{accounts.product_codes[p]}←{accounts.sector_codes[s]}",
            float(accounts.make[p, s]),
            f"Activity {accounts.sector_codes[s]} is published with the output {accounts.make[p, s]:g} of "
            f"product {accounts.product_codes[p]}: taken as its input of {moved[p, s]:g}.",
        )
        for p, s in np.argwhere(moved > 0)
    )
    return np.maximum(accounts.make, 0), moved, repairs


def read_accounts(year: int) -> BrazilAccounts:
    """IBGE's tables of ``year`` as ``iotbr`` carries them. Raises TableError as read_brazil."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        sentence = f"there are tables from {FIRST_YEAR} to {LAST_YEAR}, none for {year}."
        raise TableError(sentence, file=f"brazil-{year}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # iotbr's own syntax and its way of calling pandas; nothing of ours
        return _published(_iotbr(year), year)


def _published(tru: ModuleType, year: int) -> BrazilAccounts:
    product_codes, product_names, headings = _headings(tru, year)
    return BrazilAccounts(
        year=year,
        product_codes=product_codes,
        product_names=product_names,
        sector_codes=tuple(heading.partition("\n")[0].strip() for heading in headings),
        sector_names=tuple(_one_line(heading.partition("\n")[2]) for heading in headings),
        make=_read(tru, year, "P_matrix"),
        use=_read(tru, year, "CI_matrix"),
        final_demand=np.column_stack([_vector(tru, year, name) for name in DEMAND]),
        imports=_vector(tru, year, "M_bens_serv"),
        trade_margin=_vector(tru, year, "MG_com"),
        transport_margin=_vector(tru, year, "MG_tra"),
        import_tax=_vector(tru, year, "I_imp"),
        other_taxes=np.add.reduce([_vector(tru, year, name) for name in ("IPI", "ICMS", "OI_liq_Sub")]),
        value_added=_value_added(tru, year),
    )


def _iotbr(year: int) -> ModuleType:
    try:
        from iotbr import tru  # type: ignore[import-untyped]  # optional: only the demo and the tests need it
    except ImportError as error:
        sentence = "the package iotbr is not installed; install it with: pip install 'commonplan[demo]'."
        raise TableError(sentence, file=f"brazil-{year}") from error
    module: ModuleType = tru
    return module


def _headings(tru: ModuleType, year: int) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """Product codes, product names, and the activities' headings ("0191\\nAgricultura …")."""
    sheet = tru.read_file(year, LEVEL, "P_matrix", "t")
    codes = tuple(str(code).strip() for code in sheet.iloc[4:132, 0])
    names = tuple(_one_line(str(name)) for name in sheet.iloc[4:132, 1])
    return codes, names, [str(heading) for heading in sheet.iloc[2, 2 : 2 + LEVEL]]


def _value_added(tru: ModuleType, year: int) -> dict[str, Floats]:
    """Components of value added, and jobs, by activity."""
    frame = tru.read_var(year, LEVEL, "VA_table", "t")
    return {_one_line(str(name)): frame[name].to_numpy(dtype=np.float64) for name in frame.columns}


def _read(tru: ModuleType, year: int, name: str) -> Floats:
    values: NDArray[np.float64] = tru.read_var(year, LEVEL, name, "t").to_numpy(dtype=np.float64)
    return values


def _vector(tru: ModuleType, year: int, name: str) -> Floats:
    return _read(tru, year, name)[:, 0]


def _names(accounts: BrazilAccounts) -> tuple[Names, Names, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Names in both languages: Portuguese from IBGE, English from brazil_names.csv."""
    path = resources.files("workplaces.tables") / "brazil_names.csv"
    rows = {(row["kind"], row["code"]): row for row in csv.DictReader(path.read_text("utf-8").splitlines())}
    product_rows = [rows["product", code] for code in accounts.product_codes]
    sector_rows = [rows["sector", code] for code in accounts.sector_codes]
    products = Names(
        accounts.product_codes, tuple(row["name_en"] for row in product_rows), accounts.product_names
    )
    sectors = Names(
        accounts.sector_codes, tuple(row["name_en"] for row in sector_rows), accounts.sector_names
    )
    nouns = (
        tuple(row["workplace_en"] for row in sector_rows),
        tuple(row["workplace_pt"] for row in sector_rows),
    )
    return products, sectors, nouns


def _one_line(text: str) -> str:
    return " ".join(text.split())
