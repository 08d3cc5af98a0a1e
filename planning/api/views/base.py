"""What all operations share: who asks, when, about which rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planning.api.pagination import paged
from planning.api.problems import Problem
from planning.models import Cycle, Round, Run
from planning.services.cycles import standing
from workplaces.models import DemandLine, Line, Person, Scenario


class Endpoint(APIView):
    """An address. ``scope`` is what a token needs for anything but reading."""

    scope = ""

    def initial(self, request: Request, *arguments: Any, **options: Any) -> None:
        """Check who asks and that the query is text; read the body, so that a POST without one refuses bad JSON too."""
        super().initial(request, *arguments, **options)
        for name, values in request.query_params.lists():
            if any("\0" in value for value in values):
                raise Problem(
                    400, _("“%(name)s” holds a NUL, which no text has.") % {"name": name[:80]}, "query"
                )
        if request.method == "POST":
            request.data  # noqa: B018


def moment() -> datetime:
    """Return the present, read once per request."""
    return timezone.now()


def person(request: Request) -> Person:
    """Return who asks."""
    assert isinstance(request.user, Person)  # noqa: S101  (the permission lets nobody else through)
    return request.user


def taken(request: Request, body: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Return the body's checked values; a body that is no object, or is wrong, is a problem."""
    form = body(data=request.data)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def represented(one: type[serializers.Serializer[Any]]) -> Callable[[list[Any]], list[Any]]:
    """Return the function that represents rows by a serializer."""
    return lambda rows: list(one(rows, many=True).data)


def listed(
    request: Request, rows: Any, one: type[serializers.Serializer[Any]], order: str = "entity_id"
) -> Response:
    """Answer a page of rows, each by the serializer."""
    return paged(request, rows, represented(one), order=order)


def found(rows: Any, **keys: Any) -> Any:
    """Return the one row with these keys or raise 404."""
    row = rows.filter(**keys).first()
    if row is None:
        raise Http404
    return row


def the_cycle(year: int) -> Cycle:
    """Return the cycle of that year."""
    cycle: Cycle = found(Cycle.objects.select_related("baseline", "next_baseline"), year=year)
    return cycle


def the_round(public_id: UUID) -> Round:
    """Return that round."""
    related = Round.objects.select_related("cycle__baseline", "scenario", "published_run")
    round: Round = found(related, public_id=public_id)
    return round


def the_run(public_id: UUID) -> Run:
    """Return that run."""
    of_rounds = Run.objects.filter(round__isnull=False).select_related("round__cycle", "scenario")
    run: Run = found(of_rounds, public_id=public_id)
    return run


def economy(request: Request) -> Scenario | None:
    """Return the state of the economy that is meant: the cycle's given as ``cycle``, else the latest."""
    text = request.query_params.get("cycle", "")
    if text:
        return the_cycle(number(request, "cycle")).baseline
    latest = Cycle.objects.select_related("baseline").order_by("-year").first()
    if latest:
        return latest.baseline
    return Scenario.objects.filter(kind=Scenario.Kind.BASELINE).order_by("-number").first()


def number(request: Request, name: str) -> int:
    """Return a whole number from the query."""
    text = request.query_params.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem(400, _("“%(name)s” must be a whole number.") % {"name": name}, "query")
    return int(text)


def truth(request: Request, name: str) -> bool:
    """Return whether a yes/no parameter of the query says yes; left out it says no."""
    text = request.query_params.get(name, "false")
    if text not in {"true", "false"}:
        raise Problem(400, _("“%(name)s” is either true or false.") % {"name": name}, "query")
    return text == "true"


def rows_of(model: Any, scenario: Scenario | None) -> Any:
    """Return a model's rows as the scenario sees them; none without one."""
    return model.objects.none() if scenario is None else model.objects.in_scenario(scenario)


def proposals_scenario(cycle: Cycle) -> Scenario:
    """Return where the cycle's proposals stand: the open scenario, else the last round's, else the baseline."""
    last = cycle.rounds.select_related("scenario").order_by("-number").first()
    return standing(cycle) or (last.scenario if last else cycle.baseline)


def lines_of(scenario: Scenario) -> Any:
    """Return all production lines with workplace and product."""
    return Line.objects.in_scenario(scenario).select_related("workplace", "product")


def demand_of(scenario: Scenario) -> Any:
    """Return all demand lines with region and product."""
    return DemandLine.objects.in_scenario(scenario).select_related("region", "product")
