"""What workplaces made: listed, read, reported line by line or many at once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import check_match, detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, putting, query, reading
from planning.api.problems import pointing
from planning.api.serializers.reports import (
    OutputReportSerializer,
    OutputsReportedSerializer,
    OutputsWriting,
    OutputWriting,
)
from planning.api.views.base import Endpoint, found, lines_of, listed, moment, person, taken, the_cycle, truth
from planning.models import Cycle, OutputReport, Plan
from planning.selectors.reports import plan_reported
from planning.services.reports import Made, outputs_report
from workplaces.errors import Invalid
from workplaces.models import Workplace
from workplaces.record.services import lock_chain

EVERY = query("every", OpenApiTypes.BOOL, "`true`: corrected versions too, not only those that stand.")
WORKPLACE = query("workplace", OpenApiTypes.STR, "Only those of the workplace with this code.")


class OutputReports(Endpoint):
    """What is reported of a year."""

    @listing(
        "listOutputReports", "List what workplaces made of a year", "reports", OutputReportSerializer, WORKPLACE, EVERY
    )  # fmt: skip
    def get(self, request: Request, year: int) -> Response:
        """List the reports."""
        rows = reports_of(the_cycle(year), every=truth(request, "every"))
        if code := request.query_params.get("workplace"):
            rows = rows.filter(line__workplace__code=code)
        return listed(request, rows, OutputReportSerializer, order="pk")


class LineReport(Endpoint):
    """What a workplace made with one line."""

    scope = "propose"

    @reading("getOutputReport", "Read what a line made", "reports", OutputReportSerializer)
    def get(self, request: Request, year: int, line: UUID) -> Response:
        """Read the report that stands."""
        cycle = the_cycle(year)
        data = shown(cycle, found(lines_of(plan_or_404(cycle).scenario), public_id=line).entity_id)
        if data is None:
            raise Http404
        return detail(request, data)

    @putting("reportLineOutput", "Report what a line made", "reports", OutputWriting, OutputReportSerializer)
    def put(self, request: Request, year: int, line: UUID) -> Response:
        """Report."""
        body, cycle = taken(request, OutputWriting), the_cycle(year)
        plan = plan_or_404(cycle)
        subject = found(lines_of(plan.scenario), public_id=line)
        place = Workplace.objects.in_scenario(plan.scenario).get(entity_id=subject.workplace_id)
        with transaction.atomic(), pointing(lambda _field: "output"):
            lock_chain()  # or two first reports would both find none
            check_match(request, shown(cycle, subject.entity_id))
            outputs_report(
                cycle=cycle, workplace=place, made={subject.entity_id: said(body)}, by=person(request), now=moment()
            )  # fmt: skip
        data = shown(cycle, subject.entity_id)
        if data is None:
            sentence = _("Nothing was reported of this line; there is nothing to take back.")
            raise Invalid(sentence, fields={"output": sentence})
        return detail(request, data)


class WorkplaceReports(Endpoint):
    """What a workplace made with its lines."""

    scope = "propose"

    @acting(
        "reportWorkplaceOutputs", "Report what many lines of a workplace made", "reports", OutputsWriting,
        {200: OutputsReportedSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Report."""
        body, cycle = taken(request, OutputsWriting), the_cycle(year)
        plan = plan_or_404(cycle)
        place = found(Workplace.objects.in_scenario(plan.scenario), public_id=public_id)
        places, made = _lines(plan, body["lines"])
        with pointing(lambda field: places.get(field, field)):
            count = outputs_report(
                cycle=cycle, workplace=place, made=made, by=person(request), now=moment()
            )  # fmt: skip
        return Response(OutputsReportedSerializer({"reported": count}).data)


def _lines(plan: Plan, given: list[dict[str, Any]]) -> tuple[dict[str, str], dict[int, Made]]:
    """Return where in the body each line stands, and what is said of it; raise for lines that there are not, or twice."""
    ids = [one["line"] for one in given]
    known = dict(lines_of(plan.scenario).filter(public_id__in=ids).values_list("public_id", "entity_id"))
    wrong, places, made = {}, {}, {}
    for number, one in enumerate(given):
        entity = known.get(one["line"])
        if entity is None:
            wrong[f"lines/{number}/line"] = _("There is no such line.")
        elif entity in made:
            wrong[f"lines/{number}/line"] = _("This line stands in the list already.")
        else:
            places[f"line:{entity}"], made[entity] = f"lines/{number}", said(one)
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return places, made


def said(body: dict[str, Any]) -> Made:
    """Return what is said of a line."""
    return Made(body["output"], body.get("cause", ""), body.get("note", ""))


def reports_of(cycle: Cycle, *, every: bool = False) -> QuerySet[OutputReport]:
    """Return the reports of a year that stand, or all versions."""
    rows = (
        OutputReport.objects.filter(cycle=cycle).select_related("line__workplace", "line__product").order_by()
    )
    later = OutputReport.objects.filter(cycle=cycle, line=OuterRef("line"), version__gt=OuterRef("version"))
    return rows if every else rows.filter(~Exists(later))


def shown(cycle: Cycle, line: int) -> Any | None:
    """Return the representation of what stands of a line (entity id), None where nothing was ever said."""
    report = reports_of(cycle).filter(line=line).first()
    return OutputReportSerializer(report).data if report else None


def plan_or_404(cycle: Cycle) -> Plan:
    """Return the plan that the year is worked by."""
    plan = plan_reported(cycle)
    if plan is None:
        raise Http404
    return plan
