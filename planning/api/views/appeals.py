"""Appeals to the next layer: reading, filing, supporting, moving a ruling."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Appeal
from councils.services.appeals import appeal_file, appeal_support, ruling_move
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.appeals import AppealFiling, AppealRulingMoving, AppealSerializer
from planning.api.serializers.motions import MotionSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.motions import the_motion

APPEALS = Appeal.objects.select_related("motion__council", "to", "filed_by").prefetch_related(
    "supports__person"
)


class Appeals(Endpoint):
    """The appeals against a motion."""

    @listing("listAppeals", "List the appeals against a motion", "motions", AppealSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the appeals in the order in which they were filed."""
        rows = APPEALS.filter(motion=the_motion(public_id))
        return listed(request, rows, AppealSerializer, order="id")

    @acting(
        "fileAppeal", "Appeal to the next layer against a motion that was carried", "motions", AppealFiling,
        {201: AppealSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """File an appeal."""
        reason = taken(request, AppealFiling)["reason"]
        appeal = appeal_file(motion=the_motion(public_id), reason=reason, by=person(request), now=moment())
        return detail(request, AppealSerializer(the_appeal(appeal.public_id)).data, status=201)


class AppealSupporting(Endpoint):
    """By anybody of the federation."""

    @acting("supportAppeal", "Support an appeal", "motions", None, {200: AppealSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Support the appeal."""
        appeal_support(appeal=the_appeal(public_id), by=person(request), now=moment())
        return detail(request, AppealSerializer(the_appeal(public_id)).data)


class AppealRuling(Endpoint):
    """By whoever can move in the council appealed to."""

    @acting(
        "moveRuling", "Move that the council appealed to refers back or overrules", "motions",
        AppealRulingMoving, {201: MotionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move a ruling."""
        values = taken(request, AppealRulingMoving)
        motion = ruling_move(appeal=the_appeal(public_id), by=person(request), now=moment(), **values)
        return detail(request, MotionSerializer(motion).data, status=201)


def the_appeal(public_id: UUID) -> Appeal:
    """Return that appeal."""
    appeal: Appeal = found(APPEALS, public_id=public_id)
    return appeal
