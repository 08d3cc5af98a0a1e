"""Techniques out of a supply-use table: the industry-technology assumption."""

import numpy as np
from numpy.typing import NDArray

from workplaces.tables.arrays import Ints, Longs, Technologies
from workplaces.tables.occupations import occupation_mix
from workplaces.tables.supply_use import SupplyUse
from workplaces.tables.table import Floats


def technologies(source: SupplyUse) -> tuple[Technologies, Floats]:
    """One technique per positive cell of the make table, and each cell's output.

    An activity uses the same inputs per unit of output whatever it makes (industry technology; Eurostat Manual of
    Supply, Use and Input-Output Tables 2008, model B): ``a_ps = u_ps / g_s``, hours ``l_s / g_s`` split over
    occupations. Cells are ordered by sector and, in it, by falling output.
    """
    product, sector = np.nonzero(source.make > 0)
    made = source.make[product, sector]
    order = np.lexsort((-made, sector))
    product, sector, made = product[order], sector[order], made[order]
    output = source.output()
    inputs = source.coefficients()
    pay = source.pay / output
    ptr, rows, coef = _columns(inputs, sector)
    labour_ptr, occupation, hours = _columns(
        (occupation_mix(source.sector_kind).T * source.labour) / output, sector
    )
    resource_ptr, resource, per_unit = _columns(source.resources / output, sector)
    techniques = Technologies(
        code=tuple(
            f"{source.sectors.codes[s]}:{source.products.codes[p]}"
            for p, s in zip(product, sector, strict=True)
        ),
        sector=sector.astype(np.int32),
        product=product.astype(np.int32),
        input_ptr=ptr,
        input_product=rows,
        input_coef=coef,
        input_group=source.product_group[rows],
        labour_ptr=labour_ptr,
        labour_occupation=occupation,
        labour_hours=hours,
        resource_ptr=resource_ptr,
        resource_index=resource,
        resource_coef=per_unit,
        pay_coef=pay[sector],
        surplus_coef=(1 - inputs.sum(axis=0) - pay)[sector],
    )
    return techniques, made


def _columns(matrix: Floats, chosen: NDArray[np.integer]) -> tuple[Longs, Ints, Floats]:
    """The non-zero entries of the chosen columns, one after the other: pointers, row indices, values."""
    column, row = np.nonzero(matrix.T)
    start = np.searchsorted(column, np.arange(matrix.shape[1] + 1))
    length = np.diff(start)[chosen]
    ptr = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    take = np.arange(ptr[-1]) - np.repeat(ptr[:-1], length) + np.repeat(start[chosen], length)
    return ptr, row[take].astype(np.int32), matrix.T[column, row][take]
