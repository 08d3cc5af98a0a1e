"""Runs: started, watched, cancelled, read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, query, reading
from planning.api.pagination import paged
from planning.api.problems import Problem
from planning.api.serializers.runs import (
    LINE_KINDS,
    ROW_KINDS,
    RunLineSerializer,
    RunRowSerializer,
    RunSerializer,
)
from planning.api.views.base import Endpoint, listed, moment, person, the_round, the_run, truth
from planning.models import Run, RunLine, RunRow
from planning.selectors import names
from planning.services.runs import run_cancel, run_start
from workplaces.models import DemandLine, Line, Scenario, TradeLine

ROWS = query("kind", OpenApiTypes.STR, f"Only rows of this kind: {', '.join(ROW_KINDS)}.")
LINES = query("kind", OpenApiTypes.STR, f"Only lines of this kind: {', '.join(LINE_KINDS)}.")
ASKED = query("asked", OpenApiTypes.BOOL, "`true`: only those that a person has to answer.")
CHANGED = query("changed", OpenApiTypes.BOOL, "`true`: only those with a suggested change.")
OF_LINE = {RunLine.Kind.PRODUCTION: Line, RunLine.Kind.DEMAND: DemandLine, RunLine.Kind.TRADE: TradeLine}


class Runs(Endpoint):
    """A round's runs."""

    scope = "coordinate"

    @listing("listRuns", "List a round's runs", "runs", RunSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the runs."""
        rows = the_round(public_id).runs.select_related("round")
        return listed(request, rows, RunSerializer, order="-requested_at")

    @acting(
        "startRun", "Start an iteration; started twice, it is one run", "runs", None, {202: RunSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Start an iteration."""
        run = run_start(round=the_round(public_id), by=person(request), now=moment())
        response = detail(request, RunSerializer(run).data, status=202)
        response["Location"] = request.build_absolute_uri(reverse("api:run", args=[run.public_id]))
        return response


class RunDetail(Endpoint):
    """One run."""

    @reading("getRun", "Read a run: progress, certificate, summary", "runs", RunSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a run."""
        return detail(request, RunSerializer(the_run(public_id)).data)


class RunCancelling(Endpoint):
    """The end of a run before its time."""

    scope = "coordinate"

    @acting("cancelRun", "Cancel a run that waits or works", "runs", None, {202: RunSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel."""
        run = run_cancel(run=the_run(public_id), by=person(request), now=moment())
        return detail(request, RunSerializer(run).data, status=202)


class RunRows(Endpoint):
    """What a run found, row by row of the model."""

    @listing(
        "listRunRows", "List what a run found for products, pools, resources", "runs", RunRowSerializer, ROWS
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the rows."""
        run = the_run(public_id)
        rows = run.rows.all()
        if (kind := _kind(request, ROW_KINDS)) is not None:
            rows = rows.filter(kind=kind)
        return paged(request, rows, lambda page: _rows(run.scenario, page), order="id")


class RunLines(Endpoint):
    """What a run suggests, line by line."""

    @listing("listRunLines", "List what a run suggests", "runs", RunLineSerializer, LINES, ASKED, CHANGED)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the lines."""
        run = the_run(public_id)
        rows = run.lines.all()
        if (kind := _kind(request, LINE_KINDS)) is not None:
            rows = rows.filter(kind=kind)
        if truth(request, "asked"):
            rows = rows.filter(asked=True)
        if truth(request, "changed"):
            rows = rows.exclude(suggested=_proposed())
        return paged(request, rows, lambda page: _lines(run, page), order="id")


def _proposed() -> Any:
    from django.db.models import F

    return F("proposed")


def _kind(request: Request, known: Sequence[str]) -> int | None:
    text = request.query_params.get("kind")
    if text is None:
        return None
    if text not in known:
        raise Problem(400, f"kind: {', '.join(known)}.", "query")
    return known.index(text)


def _rows(scenario: Scenario, page: list[RunRow]) -> Any:
    known = names.of_rows(scenario, page)
    unnamed = names.Name("")
    return [
        RunRowSerializer({
            **{field: getattr(row, field) for field in RUN_ROW},
            "kind": ROW_KINDS[row.kind],
            **_named(known.get((row.kind, row.entity), unnamed)),
        }).data
        for row in page
    ]  # fmt: skip


RUN_ROW = (
    "use_before", "supply_before", "use_after", "supply_after", "imbalance_before", "imbalance_after", "shortfall",
    "glut", "dual", "price",
)  # fmt: skip


def _named(name: names.Name) -> dict[str, str]:
    return {"code": name.code, "name": name.label, "unit": name.unit}


RUN_LINE = ("proposed", "suggested", "margin", "band", "lower", "upper", "asked")


def _lines(run: Run, page: list[RunLine]) -> Any:
    known = _subjects(run.scenario, page)
    found = [(line, known.get((line.kind, line.entity))) for line in page]
    return [
        RunLineSerializer({
            **{field: getattr(line, field) for field in RUN_LINE},
            "kind": LINE_KINDS[line.kind],
            "line": subject.public_id,
            "product": subject.product.code,
            "unit": subject.product.unit,
        }).data
        for line, subject in found
        if subject is not None
    ]  # fmt: skip


def _subjects(scenario: Scenario, page: list[RunLine]) -> dict[tuple[int, int], Any]:
    """Return the lines that a page speaks of, by kind and entity."""
    subjects: dict[tuple[int, int], Any] = {}
    for kind, model in OF_LINE.items():
        wanted = [line.entity for line in page if line.kind == kind]
        rows = model.objects.in_scenario(scenario).filter(entity_id__in=wanted).select_related("product")
        subjects |= {(int(kind), row.entity_id): row for row in rows}
    return subjects
