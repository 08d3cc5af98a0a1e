"""Revisions of a plan in force: reading, opening, ending with the plan kept."""

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.cycles import RevisionReason, RevisionSerializer
from planning.api.views.base import Endpoint, listed, moment, person, taken, the_cycle
from planning.services.revising import cycle_keep, cycle_revise


class Revisions(Endpoint):
    """The revisions of a year's plan."""

    @listing("listRevisions", "List the revisions of a year's plan", "plans", RevisionSerializer)
    def get(self, request: Request, year: int) -> Response:
        """List them."""
        rows = the_cycle(year).revisions.select_related("cycle", "plan", "replaced_by")
        return listed(request, rows, RevisionSerializer, order="number")


class PlanRevising(Endpoint):
    """From in force back to rounds, with the plan in force."""

    scope = "coordinate"

    @acting(
        "revisePlan",
        "Open a revision of the plan in force",
        "plans",
        RevisionReason,
        {201: RevisionSerializer},
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Open it."""
        reason = taken(request, RevisionReason)["reason"]
        revision = cycle_revise(cycle=the_cycle(year), reason=reason, by=person(request), now=moment())
        return detail(request, RevisionSerializer(revision).data, status=201)


class PlanKeeping(Endpoint):
    """From a revision back to the plan in force."""

    scope = "coordinate"

    @acting(
        "keepPlan", "End the revision and keep the plan in force", "plans", RevisionReason, {200: RevisionSerializer}
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """End it."""
        reason = taken(request, RevisionReason)["reason"]
        revision = cycle_keep(cycle=the_cycle(year), reason=reason, by=person(request), now=moment())
        return detail(request, RevisionSerializer(revision).data)
