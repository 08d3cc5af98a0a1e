"""The figures by which one sees whether a table holds together."""

import numpy as np

from workplaces.tables.convert import imports_as_one_product
from workplaces.tables.repairs import column_gap, row_gap
from workplaces.tables.table import Floats, Table, ratio

WORDS = (
    ("sectors", "sectors"),
    ("products", "products"),
    ("imports_product", "further product for imports, which no product tells apart"),
    ("zero_output_sectors", "sectors without output"),
    ("total_output", "total output"),
    ("row_balance", "rows: gap between use and output, relative"),
    ("column_balance", "columns: gap of inputs and output, relative"),
    ("largest_column_sum", "largest column sum of coefficients"),
    ("spectral_radius", "spectral radius"),
    ("leontief_residual", "Leontief residual, relative"),
)


def check(table: Table, *, multipliers: bool = True) -> dict[str, object]:
    """Check the published figures, before any repair; every value is of a JSON type.

    ``row_balance`` = Σ|Σ_j z_ij + f_i − x_i| / Σ|x|, ``column_balance`` = Σ|Σ_i z_ij + v_j − x_j| / Σ|x|,
    ``largest_column_sum`` = max_j Σ_i a_ij and ``spectral_radius`` = max|eigenvalue| of A = Z diag(x)⁻¹,
    ``leontief_residual`` = Σ|(I − A)⁻¹ f − x| / Σ|x|. Where a table has total and domestic coefficients, the
    sums and the radius are of the total ones (the technique), the residual of the domestic block.
    ``imports_product`` is 1 where an import makes one product more, for imports that only a primary input shows.
    ``output_multipliers`` = column sums of (I − A)⁻¹ by code (Miller and Blair, Input–Output Analysis, 6.2).
    """
    coefficients = table.coefficients()
    result: dict[str, object] = {
        "table": table.name,
        "title": table.title,
        "unit": table.unit,
        "sectors": len(table.codes),
        "products": len(table.codes),
        "imports_product": int(imports_as_one_product(table)),
        "zero_output_sectors": int((table.output == 0).sum()),
        "total_output": float(table.output.sum()),
        "row_balance": relative(row_gap(table), table.output),
        "column_balance": relative(column_gap(table), table.output),
        "largest_column_sum": float(coefficients.sum(axis=0).max()),
        "spectral_radius": float(np.abs(np.linalg.eigvals(coefficients)).max()),
        "leontief_residual": leontief_residual(table),
        "repairs": [repair.as_dict() for repair in table.repairs],
    }
    if multipliers:
        result["output_multipliers"] = dict(
            zip(table.codes, output_multipliers(coefficients).tolist(), strict=True)
        )
    return result


def leontief_residual(table: Table) -> float:
    """How far (I − A)⁻¹ f is from the published output, Σ|·| / Σ|x|."""
    flows, demand = table.flows, table.final_demand
    if table.domestic_flows is not None and table.domestic_final_demand is not None:
        flows, demand = table.domestic_flows, table.domestic_final_demand
    identity = np.eye(len(table.output))
    made = np.linalg.solve(identity - ratio(flows, table.output), demand.sum(axis=1))
    return relative(made - table.output, table.output)


def output_multipliers(coefficients: Floats) -> Floats:
    """What one unit of final demand for each product sets going, in units of output: 1ᵀ(I − A)⁻¹."""
    n = len(coefficients)
    return np.linalg.solve((np.eye(n) - coefficients).T, np.ones(n))


def relative(gap: Floats, size: Floats) -> float:
    """Σ|gap| / Σ|size|."""
    return float(np.abs(gap).sum() / np.abs(size).sum())


def report(checked: dict[str, object]) -> str:
    """The same for a person: one line a figure, then every repair in a sentence."""
    lines = [f"{checked['title']} ({checked['unit']})"]
    lines += [f"  {words:<58}{_figure(checked[key])}" for key, words in WORDS]
    repairs = checked["repairs"]
    if not isinstance(repairs, list) or not repairs:
        return "\n".join([*lines, "No repair is needed."])
    heading = f"Repairs that an import makes: {len(repairs)}"
    return "\n".join([*lines, heading, *(f"  {repair['sentence']}" for repair in repairs)])


def _figure(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
