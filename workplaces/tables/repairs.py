"""Finds what has to be changed in published figures before a plan can rest on them, and changes it."""

from dataclasses import replace

import numpy as np

from workplaces.tables.errors import TableError
from workplaces.tables.grid import Grid
from workplaces.tables.parts import Places
from workplaces.tables.table import Floats, Repair, Table

# A negative flow up to this share of the using sector's output is a by-product or a rounding and is repaired;
# a larger one would mean that a sector's technique makes what it is said to use.
SMALL_NEGATIVE = 0.05
BY_PRODUCT = "By-products (negative inputs as published)"


def refuse_impossible(table: Table, places: Places) -> None:
    """Raise TableError for inputs without output, a column sum of 1 or more, a large negative flow."""
    _refuse_inputs_without_output(table, places.output)
    sums = table.coefficients().sum(axis=0)
    for j in np.flatnonzero((table.output > 0) & (sums >= 1)):
        sentence = (
            f"the inputs of sector {table.codes[j]!r} add up to {sums[j]:.4f} of its output; they must stay "
            "below 1, or it uses up as much as it makes. Check this column and the sector's output."
        )
        raise TableError(sentence, file=places.flows.file, column=table.codes[j])
    for i, j in np.argwhere(table.flows < -SMALL_NEGATIVE * np.abs(table.output)):
        sentence = f"the flow {places.flows.values[i, j]:g} is negative and too large for a by-product."
        raise TableError(sentence, file=places.flows.file, row=places.flows.lines[i], column=table.codes[j])


def _refuse_inputs_without_output(table: Table, output: Grid) -> None:
    if not (table.output > 0).any():
        raise TableError("no sector has an output above 0.", file=output.file, column=output.columns[0])
    dust = 1e-9 * np.abs(table.output).sum()
    for j in np.flatnonzero((table.output <= 0) & (np.abs(table.flows).sum(axis=0) > dust)):
        sentence = f"sector {table.codes[j]!r} has inputs but its output is {table.output[j]:g}."
        raise TableError(sentence, file=output.file, row=output.lines[j], column=output.columns[0])


def find_repairs(table: Table) -> Table:
    """The same table with ``repairs`` listing what ``repaired`` will do; no figure is changed here."""
    found = _output_repairs(table) + _flow_repairs(table)
    return replace(table, repairs=tuple(found))


def repaired(table: Table) -> Table:
    """The table with the listed repairs made; rows and columns keep their balance.

    A negative flow ``z_ij`` becomes 0; what it stood for goes to final demand of product i, as a category of
    its own (a by-product of sector j), and to the primary inputs of sector j, so that row i and column j
    still add up. Sectors with no output, or a tiny negative one, get output 0 and keep their row: the
    product may still be imported or taken from stock.
    """
    negative = np.minimum(table.flows, 0)
    output = np.maximum(table.output, 0)
    if not negative.any() and (output == table.output).all():
        return table
    return replace(
        table,
        flows=np.maximum(table.flows, 0),
        output=output,
        final_demand=np.column_stack([table.final_demand, negative.sum(axis=1) + output - table.output]),
        final_demand_names=(*table.final_demand_names, BY_PRODUCT),
        primary_inputs=np.vstack([table.primary_inputs, negative.sum(axis=0) + output - table.output]),
        primary_input_names=(*table.primary_input_names, BY_PRODUCT),
    )


def _output_repairs(table: Table) -> list[Repair]:
    repairs = []
    for code, output in zip(table.codes, table.output, strict=True):
        if output == 0:
            sentence = f"Sector {code} has output 0: it is kept out of production."
            repairs.append(Repair("zero_output", code, 0.0, sentence))
        elif output < 0:
            sentence = f"Sector {code} has output {output:g}: taken as 0 and kept out of production."
            repairs.append(Repair("negative_output", code, float(output), sentence))
    return repairs


def _flow_repairs(table: Table) -> list[Repair]:
    return [
        Repair(
            "negative_flow",
            f"{table.codes[i]}→{table.codes[j]}",
            float(table.flows[i, j]),
            f"The flow from {table.codes[i]} to {table.codes[j]} is {table.flows[i, j]:g}: taken as 0, "
            "its amount moved to final demand and primary inputs so that row and column still add up.",
        )
        for i, j in np.argwhere(table.flows < 0)
    ]


def row_gap(table: Table) -> Floats:
    """Use less output by product, ``Σ_j z_ij + Σ_k y_ik − x_i``: zero in a table that adds up."""
    return table.flows.sum(axis=1) + table.final_demand.sum(axis=1) - table.output


def column_gap(table: Table) -> Floats:
    """Inputs less output by sector, ``Σ_i z_ij + Σ_p v_pj − x_j``."""
    return table.flows.sum(axis=0) + table.primary_inputs.sum(axis=0) - table.output
