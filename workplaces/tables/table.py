"""A published symmetric input-output table, as it stands in its source."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Repair:
    """One change to published figures that an import makes, never silently.

    ``kind`` is a short name (zero_output, negative_output, negative_flow …), ``code`` the sector or product,
    ``amount`` the money concerned in the table's unit (its sign is the published one).
    """

    kind: str
    code: str
    amount: float
    sentence: str

    def as_dict(self) -> dict[str, str | float]:
        """JSON types."""
        return {"kind": self.kind, "code": self.code, "amount": self.amount, "sentence": self.sentence}


@dataclass(frozen=True)
class Table:
    """Flows of one year between ``n`` sectors, each with one product.

    All money is in ``unit`` per year (for example million EUR at basic prices).

    ``flows[i, j]``            what sector j uses of product i; domestic or total, see ``flows_are``
    ``final_demand[i, k]``     what category k uses of product i; imports may stand here as negative
    ``primary_inputs[p, j]``   value added, taxes, imports booked as a primary input
    ``output[j]``              gross output
    ``satellite[s, j]``        persons, hours, emissions … of the year, in ``satellite_units[s]``
    ``imported_flows[i, j]``   use of imports on top of ``flows`` (None: not published by product)
    ``domestic_flows``, ``domestic_final_demand``  the domestic part where ``flows`` holds imports too
    ``repairs``                what an import will change (see ``repairs.repaired``); nothing is changed here
    """

    name: str
    title: str
    year: int | None
    unit: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    flows: Floats
    final_demand: Floats
    final_demand_names: tuple[str, ...]
    primary_inputs: Floats
    primary_input_names: tuple[str, ...]
    output: Floats
    satellite: Floats
    satellite_names: tuple[str, ...]
    satellite_units: tuple[str, ...]
    imported_flows: Floats | None
    domestic_flows: Floats | None
    domestic_final_demand: Floats | None
    meta: Mapping[str, object]
    repairs: tuple[Repair, ...] = ()

    @property
    def flows_are(self) -> str:
        """The word total where ``flows`` holds imported goods too, else domestic."""
        return "total" if self.domestic_flows is not None else "domestic"

    def coefficients(self) -> Floats:
        """Technical coefficients a_ij = z_ij / x_j; the column of a sector without output is zero."""
        return ratio(self.flows, self.output)


def ratio(flows: Floats, output: Floats) -> Floats:
    """Divide each column of ``flows`` by its output; columns with output 0 give zeros."""
    return np.divide(flows, output[None, :], out=np.zeros_like(flows), where=output[None, :] != 0)
