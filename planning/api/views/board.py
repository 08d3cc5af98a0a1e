"""The board's sheet: reading."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.operations import reading
from planning.api.serializers.board import BoardSheetSerializer
from planning.api.views.base import Endpoint, the_cycle
from planning.selectors.board import Figure, Triple, sheet
from planning.wording import board as wording


class BoardSheet(Endpoint):
    """The ten roles of a year."""

    @reading(
        "getBoardSheet", "Read the board's ten roles in figures, each with its inputs and who decided", "cycles",
        BoardSheetSerializer,
    )  # fmt: skip
    def get(self, request: Request, year: int) -> Response:
        """Read it."""
        cycle = the_cycle(year)
        currency = cycle.baseline.currency
        told = {"year": year, "currency": currency, "figures": [_told(one, currency) for one in sheet(cycle)]}
        return detail(request, BoardSheetSerializer(told).data)


def _columns(values: Triple) -> dict[str, float | None]:
    return {"last_year": values.last, "plan": values.plan, "actual": values.actual}


def _told(one: Figure, currency: str) -> dict[str, Any]:
    def unit(name: str) -> str:
        return wording.unit_name(name, currency)

    return {
        **_columns(one.values),
        "role": one.role,
        "figure": one.key,
        "name": str(wording.LABELS[one.key]),
        "unit": unit(one.unit),
        "target": one.target,
        "formula": str(wording.FORMULAS[one.key]),
        "not_recorded": str(wording.MISSING.get(one.missing, "")),
        "actual_not_recorded": str(wording.MISSING.get(one.unrecorded, "")),
        "inputs": [
            {"input": i.name, "name": str(wording.INPUTS[i.name]), "unit": unit(i.unit), **_columns(i.values)}
            for i in one.inputs
        ],
        "parts": [
            {
                "code": p.code, "name": p.label, "unit": unit(p.unit), "target": p.target, "owner": p.owner,
                **_columns(p.values),
            }
            for p in one.parts
        ],
        "trend": one.trend,
        "decided": [{"text": wording.decision(d), "page": d.url} for d in one.decided],
    }  # fmt: skip
