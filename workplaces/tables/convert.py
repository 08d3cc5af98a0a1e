"""From a symmetric table to the common form (supply and use): imports become supply, negative demand too."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workplaces.tables import regions, rows
from workplaces.tables.classify import IMPORTED, groups_of, kinds_of
from workplaces.tables.errors import TableError
from workplaces.tables.repairs import repaired, row_gap
from workplaces.tables.supply_use import KINDS, Names, SupplyUse, split_negative
from workplaces.tables.table import Floats, Repair, Table

IMPORTED_EN = "Imported goods and services, not told apart by product"
IMPORTED_PT = "Bens e serviços importados, sem distinção por produto"
# Rows may miss their balance by this share of output (rounding, statistical discrepancy); they are closed in
# final demand, and the closing is listed.
LARGEST_GAP = 1e-3
LISTED_GAP = 1e-9


@dataclass(frozen=True)
class _Products:
    """Use, final demand (by KINDS) and imports of each product while they are being put together."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    use: Floats
    demand: Floats
    imports: Floats
    make: Floats


def supply_use(table: Table) -> SupplyUse:
    """The supply-use form of a table, in millions; repairs as listed there, and the closing of rows.

    Imports come in by one of three ways, whichever the source has: as negative final demand; as flows by product
    (Z_imports), added to use and to supply; or as a primary input, which becomes one product of its own.
    Raises TableError where the rows miss their balance by more than LARGEST_GAP.
    """
    closed, closing = _close_rows(repaired(table))
    factor, unit = rows.million(table.unit)
    products = _imports_as_supply(closed)
    supplied = products.make.sum(axis=1) + products.imports > 0
    kept = supplied | (np.abs(products.demand).sum(axis=1) + products.use.sum(axis=1) > 0)
    sectors = closed.output > 0
    demand, stock = split_negative(products.demand[kept] * factor)
    return replace(
        _frame(table, unit, sectors),
        products=_names(products, kept),
        make=products.make[np.ix_(kept, sectors)] * factor,
        use=products.use[np.ix_(kept, sectors)] * factor,
        final_demand=demand,
        imports=products.imports[kept] * factor,
        stock=stock,
        product_group=groups_of([code for code, keep in zip(products.codes, kept, strict=True) if keep]),
        repairs=table.repairs + closing,
    )


def _frame(table: Table, unit: str, sectors: NDArray[np.bool_]) -> SupplyUse:
    """Everything about sectors, labour and resources; the products' part is put in by supply_use."""
    factor, _ = rows.million(table.unit)
    hours, labour_unit, note = rows.labour(table)
    money, derived = rows.pay(table)
    persons = rows.jobs(table)
    resources, resource_names, resource_units = rows.resources(table)
    codes = tuple(code for code, keep in zip(table.codes, sectors, strict=True) if keep)
    names = tuple(name for name, keep in zip(table.names, sectors, strict=True) if keep)
    nouns = _nouns(names)
    none = np.empty((0, 0))
    return SupplyUse(
        name=table.name,
        title=table.title,
        year=table.year,
        unit=unit,
        currency=rows.currency_of(table.unit),
        money_scale=100_000_000,
        source_note=table.title,
        products=Names((), (), ()),
        sectors=Names(codes, names, names),
        workplace_nouns=(nouns, nouns),
        make=none,
        use=none,
        final_demand=none,
        kinds=KINDS,
        imports=none,
        stock=none,
        imported_use=None,
        labour=hours[sectors],
        labour_unit=labour_unit,
        labour_note=" ".join(filter(None, (note, derived if derived not in note else ""))),
        jobs=None if persons is None else persons[sectors],
        pay=money[sectors] * factor,
        value_added=rows.value_added(table)[sectors] * factor,
        mixed_income=np.zeros(int(sectors.sum())),
        resources=resources[:, sectors],
        resource_names=Names(resource_names, resource_names, resource_names),
        resource_units=resource_units,
        regions=regions.whole_country(table.title.partition(",")[0]),
        region_share=np.ones(1),
        region_note="The table has no regions.",
        product_group=np.empty(0, dtype=np.int16),
        sector_kind=kinds_of(codes),
        repairs=(),
    )


def _names(products: _Products, kept: NDArray[np.bool_]) -> Names:
    codes = tuple(code for code, keep in zip(products.codes, kept, strict=True) if keep)
    english = tuple(name for name, keep in zip(products.names, kept, strict=True) if keep)
    portuguese = tuple(IMPORTED_PT if name == IMPORTED_EN else name for name in english)
    return Names(codes, english, portuguese)


def _imports_as_supply(table: Table) -> _Products:
    demand = _by_kind(table)
    products = _Products(
        table.codes, table.names, table.flows, demand, np.zeros(len(table.codes)), np.diag(table.output)
    )
    columns = rows.matching(rows.IMPORT_COLUMN, table.final_demand_names)
    if columns:
        booked = -table.final_demand[:, columns].sum(axis=1)
        demand[:, KINDS.index("export")] += np.maximum(-booked, 0)
        return replace(products, imports=np.maximum(booked, 0))
    if table.imported_flows is not None:
        imports = table.imported_flows.sum(axis=1)
        return replace(products, use=table.flows + table.imported_flows, imports=imports)
    if not imports_as_one_product(table):
        return products
    inputs = rows.matching(rows.IMPORT_ROW, table.primary_input_names)
    return _with_imported_product(products, table.primary_inputs[inputs].sum(axis=0))


def imports_as_one_product(table: Table) -> bool:
    """Say whether imports are known as a primary input only, so that they become one product of their own."""
    return (
        bool(rows.matching(rows.IMPORT_ROW, table.primary_input_names))
        and table.imported_flows is None
        and not rows.matching(rows.IMPORT_COLUMN, table.final_demand_names)
    )


def _with_imported_product(products: _Products, imported: Floats) -> _Products:
    wide = len(KINDS)
    return _Products(
        codes=(*products.codes, IMPORTED),
        names=(*products.names, IMPORTED_EN),
        use=np.vstack([products.use, imported]),
        demand=np.vstack([products.demand, np.zeros(wide)]),
        imports=np.append(products.imports, imported.sum()),
        make=np.vstack([products.make, np.zeros(products.make.shape[1])]),
    )


def _by_kind(table: Table) -> Floats:
    """Final demand by KINDS, the import columns left out. Negative entries are kept for split_negative."""
    demand = np.zeros((len(table.codes), len(KINDS)))
    for index, name in enumerate(table.final_demand_names):
        if not rows.IMPORT_COLUMN.search(name):
            demand[:, KINDS.index(rows.kind_of(name))] += table.final_demand[:, index]
    return demand


def _close_rows(table: Table) -> tuple[Table, tuple[Repair, ...]]:
    """Move what a row misses (rounding, discrepancy) into its largest final demand that is not imports."""
    gap = row_gap(table)
    share = float(np.abs(gap).sum() / np.abs(table.output).sum())
    worst = int(np.abs(gap).argmax())
    if share > LARGEST_GAP:
        sentence = (
            f"use and output differ by {share:.2%} in all, most for {table.codes[worst]!r} ({gap[worst]:+g}); "
            f"at most {LARGEST_GAP:.1%} can be closed. Check Z, Y and x."
        )
        raise TableError(sentence, file="Y.csv", column=None)
    home = [i for i, name in enumerate(table.final_demand_names) if not rows.IMPORT_COLUMN.search(name)]
    if not home:
        raise TableError("there is no category of final demand but imports.", file="Y.csv", row=1)
    demand = table.final_demand.copy()
    largest = np.array(home)[demand[:, home].argmax(axis=1)]
    demand[np.arange(len(demand)), largest] -= gap
    sentence = f"Use and output differ by {share:.1e} of output in all: closed in final demand."
    repairs = (
        (Repair("rows_closed", table.codes[worst], float(gap[worst]), sentence),)
        if share > LISTED_GAP
        else ()
    )
    return replace(table, final_demand=demand), repairs


def _nouns(names: tuple[str, ...]) -> tuple[str, ...]:
    """What a sector's workplaces are called: the first words of its name, or all of it where others share them."""
    short = [name.replace(";", ",").partition(",")[0].strip()[:40].rstrip() for name in names]
    often = Counter(short)
    return tuple(noun if often[noun] == 1 else name for noun, name in zip(short, names, strict=True))
