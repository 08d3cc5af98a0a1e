"""Plans: put to the councils, ratified, in force."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from councils.outcomes import outcome
from planning.api.etags import check_match, detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, reading
from planning.api.serializers.cycles import PlanSerializer
from planning.api.views.base import Endpoint, found, moment, person, the_cycle, the_round
from planning.models import Cycle, Plan
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force, stages


class PlanProposing(Endpoint):
    """A round's proposals as a plan."""

    scope = "coordinate"

    @acting(
        "proposePlan",
        "Put the round's proposals to the councils as a plan",
        "plans",
        None,
        {201: PlanSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Propose the plan."""
        plan = plan_propose(round=the_round(public_id), by=person(request), now=moment())
        return detail(request, shown(request, plan.cycle), status=201)


class PlanDetail(Endpoint):
    """A cycle's latest plan."""

    @reading("getPlan", "Read the cycle's plan and where its ratification stands", "plans", PlanSerializer)
    def get(self, request: Request, year: int) -> Response:
        """Read the plan."""
        return detail(request, shown(request, the_cycle(year)))


class PlanAdvancing(Endpoint):
    """The next step of ratification."""

    scope = "coordinate"

    @acting(
        "advancePlan", "See what the councils decided and ask the next ones", "plans", None, {200: PlanSerializer},
        conditional=True,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Advance."""
        cycle = the_cycle(year)
        with transaction.atomic():
            plan = held(cycle)
            check_match(request, shown(request, cycle))
            plan_advance(plan=plan, by=person(request), now=moment())
        return detail(request, shown(request, cycle))


class PlanInForce(Endpoint):
    """A ratified plan, put in force."""

    scope = "coordinate"

    @acting(
        "putPlanInForce",
        "Put the ratified plan in force",
        "plans",
        None,
        {200: PlanSerializer},
        conditional=True,
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Put in force."""
        cycle = the_cycle(year)
        with transaction.atomic():
            plan = held(cycle)
            check_match(request, shown(request, cycle))
            plan_put_in_force(plan=plan, by=person(request), now=moment())
        return detail(request, shown(request, cycle))


def latest(cycle: Cycle) -> Any:
    """Return the cycle's plans, latest first."""
    return cycle.plans.order_by("-number")


def held(cycle: Cycle) -> Plan:
    """Return the cycle's latest plan, held until the transaction ends."""
    plan: Plan = found(latest(cycle).select_for_update(of=("self",)))
    return plan


def shown(request: Request, cycle: Cycle) -> Any:
    """Return the representation of the cycle's latest plan."""
    plan = latest(cycle).select_related("cycle", "scenario", "run").first()
    if plan is None:
        raise Http404
    plan.ratification = ratification(plan)
    plan.csv = request.build_absolute_uri(f"{reverse('planning:plan', args=[cycle.year])}?format=csv")
    return PlanSerializer(plan).data


def ratification(plan: Plan) -> list[dict[str, Any]]:
    """Return, kind by kind of council in the charter's order, what each decided or what keeps it from deciding."""
    return [
        {
            "kind": stage["kind"],
            "councils": [
                *({"council": m.council, "motion": m, "outcome": outcome(m)} for m in stage["motions"]),
                *({"council": c, "outcome": "not asked yet"} for c in stage["waiting"]),
                *({"council": c, "outcome": "nobody sits in it"} for c in stage["empty"]),
            ],
        }
        for stage in stages(plan, moment())
    ]
