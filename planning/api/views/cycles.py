"""Cycles: reading, opening, beginning the proposals."""

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.cycles import BaselineSerializer, CycleOpening, CycleSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken, the_cycle
from planning.models import Cycle
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.settlement import cycle_close, cycle_settle
from workplaces.models import Scenario


class Baselines(Endpoint):
    """States of the economy from which a cycle can start."""

    @listing("listBaselines", "List the numbered baselines", "cycles", BaselineSerializer)
    def get(self, request: Request) -> Response:
        """List the baselines."""
        rows = Scenario.objects.filter(kind=Scenario.Kind.BASELINE)
        return listed(request, rows, BaselineSerializer, order="-number")


class Cycles(Endpoint):
    """All plan years."""

    scope = "coordinate"

    @listing("listCycles", "List the plan years", "cycles", CycleSerializer)
    def get(self, request: Request) -> Response:
        """List the cycles."""
        return listed(
            request, Cycle.objects.select_related("baseline", "next_baseline"), CycleSerializer, order="-year"
        )

    @acting("openCycle", "Open a plan year on a baseline", "cycles", CycleOpening, {201: CycleSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Open a cycle."""
        given = taken(request, CycleOpening)
        baselines = Scenario.objects.filter(kind=Scenario.Kind.BASELINE)
        baseline = found(baselines, public_id=given["baseline"]) if "baseline" in given else None
        cycle = cycle_open(year=given["year"], baseline=baseline, by=person(request), now=moment())
        return detail(request, CycleSerializer(cycle).data, status=201)


class CycleDetail(Endpoint):
    """One plan year."""

    @reading("getCycle", "Read a plan year", "cycles", CycleSerializer)
    def get(self, request: Request, year: int) -> Response:
        """Read a cycle."""
        return detail(request, CycleSerializer(the_cycle(year)).data)


class CycleBeginning(Endpoint):
    """From preparation to proposals."""

    scope = "coordinate"

    @acting(
        "beginProposals", "Freeze the baseline and take proposals", "cycles", None, {200: CycleSerializer}
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Begin the proposals."""
        cycle = cycle_begin_proposals(cycle=the_cycle(year), by=person(request), now=moment())
        return detail(request, CycleSerializer(cycle).data)


class CycleSettling(Endpoint):
    """From in force to settlement."""

    scope = "coordinate"

    @acting(
        "settleYear", "Settle the year: draw the next baseline from its plan and reports", "cycles", None,
        {200: CycleSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Settle."""
        cycle_settle(cycle=the_cycle(year), by=person(request), now=moment())
        return detail(request, CycleSerializer(the_cycle(year)).data)


class CycleClosing(Endpoint):
    """From settlement to closed."""

    scope = "coordinate"

    @acting("closeCycle", "Close the cycle of a settled year", "cycles", None, {200: CycleSerializer})
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Close."""
        cycle_close(cycle=the_cycle(year), by=person(request), now=moment())
        return detail(request, CycleSerializer(the_cycle(year)).data)
