"""Requests that compete for an envelope: who can, putting them to the council, what its vote chose."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Motion
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, query, reading
from planning.api.problems import Problem
from planning.api.serializers.investment import MovedSerializer
from planning.api.serializers.projects import CompetingBody, EntrantsSerializer, SharingVoteSerializer
from planning.api.views.base import Endpoint, found, moment, person, taken
from planning.api.views.sharing import the_envelope
from planning.models import Envelope, Grant, SharingOut
from planning.selectors import projects as selectors
from planning.selectors.appeals import motion_of
from planning.selectors.sharing import money_in
from planning.services.projects import projects_propose

DIGITS = 20  # of a budget, at most
BUDGET = query("budget", OpenApiTypes.INT64, "Minor units; all that the envelope holds, if not given.")


class Competing(Endpoint):
    """The requests that can compete for an envelope."""

    scope = "propose"

    @reading(
        "getCompetingRequests", "See which requests can compete for an envelope as a whole", "investment",
        EntrantsSerializer, BUDGET,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        """See them."""
        return detail(request, EntrantsSerializer(shown(the_envelope(public_id), request)).data)

    @acting(
        "letRequestsCompete", "Put a vote among requests to the envelope's council", "investment", CompetingBody,
        {201: MovedSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it to the council."""
        envelope, body = the_envelope(public_id), taken(request, CompetingBody)
        made = projects_propose(
            envelope=envelope, requests=body["requests"], budget=body["budget"], reason=body["reason"], by=person(request),
            now=moment(),
        )  # fmt: skip
        motion = Motion.objects.get(subject_kind="sharing", subject_id=made.public_id)
        return Response(MovedSerializer({"motion": motion.public_id}).data, status=201)


class SharingVote(Endpoint):
    """A sharing-out that was put to a council."""

    @reading(
        "getSharingVote", "Read a sharing-out and what its vote chose", "investment", SharingVoteSerializer
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        related = SharingOut.objects.select_related(
            "envelope__draft__cycle", "envelope__sector", "envelope__region"
        )
        sharing: SharingOut = found(related, public_id=public_id)
        return detail(request, SharingVoteSerializer(told(sharing)).data)


def shown(envelope: Envelope, request: Request) -> dict[str, Any]:
    """Return what is told of those that can compete."""
    held = money_in(envelope)
    budget = asked_budget(request, held)
    entrants = selectors.entrants(envelope, budget)
    rule, params = selectors.rule_on(moment().date())
    return {
        "envelope": envelope.public_id, "money": held, "budget": budget, "rule": rule,
        "completion": params.get("completion", ""), "entrants": entrants,
        "total": sum(row.request.amount for row in entrants if not row.why_not),
    }  # fmt: skip


def asked_budget(request: Request, held: int) -> int:
    """Return the budget that the query names, all that the envelope holds where it names none."""
    text = request.query_params.get("budget", "")
    if not text:
        return held
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS or int(text) > 2**53:
        raise Problem(400, _("“%(name)s” is a whole number of minor units.") % {"name": "budget"}, "query")
    return int(text)


def told(sharing: SharingOut) -> dict[str, Any]:
    """Return what is told of a sharing-out and its vote."""
    motion = motion_of(sharing)
    rows = selectors.fared_in(sharing, motion) if sharing.is_of_projects else []
    grants = dict(
        Grant.objects.not_taken_back().filter(share__sharing=sharing).values_list("share_id", "amount")
    )
    return {
        "sharing": sharing,
        "motion": motion.public_id if motion else None,
        "state": motion.state if motion else "",
        "competitors": [{"share": row.share, "is_chosen": row.is_chosen, "granted": grants.get(row.share.pk, 0), **_bid(row)}
                        for row in rows],
    }  # fmt: skip


def _bid(row: selectors.Fared) -> dict[str, Any]:
    """Return how a request fared; sums as decimal figures of minor units."""
    if row.bid is None:
        return dict.fromkeys(("votes", "step", "most_paid", "left", "missing"))
    sums = {"most_paid": row.bid.most_paid, "left": row.bid.left, "missing": row.bid.missing}
    figures = {name: None if value is None else float(value) for name, value in sums.items()}
    return {"votes": row.bid.votes, "step": row.bid.step, **figures}
