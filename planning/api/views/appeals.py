"""Appeals to the next layer: reading, filing, bringing for a workplace, supporting, moving a ruling."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Appeal
from councils.services.appeals import appeal_file, appeal_support, ruling_move
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.appeals import (
    AppealFiling,
    AppealRulingMoving,
    AppealSerializer,
    RuleAppealFiling,
)
from planning.api.serializers.motions import MotionSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.motions import the_motion
from planning.api.views.requests import the_request
from planning.models import InvestmentRequest, SharingOut
from planning.services.appeals import sharing_appeal
from workplaces.errors import TooLate

RELATED = ("motion__council", "to", "filed_by", "ground__share__request__workplace")
APPEALS = Appeal.objects.select_related(*RELATED).prefetch_related("supports__person")


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


class RuleAppealing(Endpoint):
    """A workplace's appeal on the rule by which its request was dealt with."""

    scope = "propose"

    @acting(
        "appealOnTheRule",
        "Appeal for a workplace on the rule of a sharing-out in which its request had a part",
        "investment", RuleAppealFiling, {201: AppealSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Bring it before the next layer."""
        body, asked = taken(request, RuleAppealFiling), the_request(public_id)
        sharing = sharing_of(asked, body["sharing"])
        made = sharing_appeal(
            sharing=sharing, request=asked, rule=body["rule"], reason=body["reason"], by=person(request), now=moment()
        )  # fmt: skip
        return detail(request, AppealSerializer(the_appeal(made.appeal.public_id)).data, status=201)


def sharing_of(asked: InvestmentRequest, sharing: UUID | None) -> SharingOut:
    """Return the sharing-out that is named; where none is, the last in the envelope that was asked."""
    rows = SharingOut.objects.select_related("envelope__sector", "envelope__region")
    if sharing is not None:
        chosen: SharingOut = found(rows, public_id=sharing)
        return chosen
    of = {"envelope__sector": asked.sector, "envelope__region": asked.region}
    last = rows.filter(envelope__draft__cycle=asked.cycle, **of).order_by("-pk").first()
    if last is None:
        raise TooLate(_("The envelope that was asked has not been shared out yet."))
    return last


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
