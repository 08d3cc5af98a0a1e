"""Envelopes at a dial, put to the council; grants and what became of them."""

import math
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Motion
from planning.allocation.errors import AllocationError
from planning.allocation.sharing import Standing
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, query, reading
from planning.api.problems import Problem, pointing
from planning.api.serializers.investment import (
    GrantSerializer,
    MovedSerializer,
    ReportBody,
    SharingBody,
    SharingSerializer,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken, the_cycle
from planning.models import Envelope, Grant
from planning.selectors.grants import RELATED, grants_of
from planning.selectors.sharing import GROUPS, Criteria, Shared, shared
from planning.services.grants import grant_report
from planning.services.sharing import criteria_faults, sharing_propose
from workplaces.errors import Invalid

ALPHA = query("alpha", OpenApiTypes.DOUBLE, "The equality dial, from 0 to 1000; 2 unless given.")
CRITERIA = [
    query(f"{what}_{group}", OpenApiTypes.DOUBLE, said)
    for group in GROUPS
    for what, said in (
        ("weight", f"Of the group “{group}”, as in a criterion that is put to the council; 1 unless given."),
        ("least", f"The least share of the envelope for the group “{group}”, from 0 to 1; 0 unless given."),
    )
]
MOST = 1000.0


class SharingOutput(Endpoint):
    """An envelope at a dial."""

    scope = "propose"

    @reading(
        "getSharing", "See what a dial does to an envelope", "investment", SharingSerializer, ALPHA, *CRITERIA
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """See it."""
        envelope, alpha, criteria = the_envelope(public_id), dial(request), asked_criteria(request)
        try:
            there = shared(envelope, alpha, criteria)
        except AllocationError as problem:
            raise Problem(400, str(problem), "query") from problem
        return detail(request, SharingSerializer(shown(envelope, there)).data)

    @acting(
        "proposeSharing",
        "Put a sharing-out to the envelope's council",
        "investment",
        SharingBody,
        {201: MovedSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it to the council."""
        envelope, body = the_envelope(public_id), taken(request, SharingBody)
        groups = [one["group"] for one in body["criteria"]]
        if len(set(groups)) < len(groups):
            sentence = _("Each group is named once.")
            raise Invalid(sentence, fields={"criteria": sentence})
        criteria = Criteria(
            {one["group"]: one["weight"] for one in body["criteria"]},
            {one["group"]: one["least"] for one in body["criteria"]},
        )
        with pointing(lambda field: "criteria" if field in {"weights", "least"} else field):
            made = sharing_propose(
                envelope=envelope, alpha=body["alpha"], criteria=criteria, reason=body["reason"], by=person(request),
                now=moment(),
            )  # fmt: skip
        motion = Motion.objects.get(subject_kind="sharing", subject_id=made.public_id)
        return Response(MovedSerializer({"motion": motion.public_id}).data, status=201)


class Grants(Endpoint):
    """The grants of a year."""

    @listing("listGrants", "List the year's grants and what became of them", "investment", GrantSerializer)
    def get(self, request: Request, year: int) -> Response:
        """List them."""
        return listed(request, grants_of(the_cycle(year)).order_by(), GrantSerializer, "pk")


class GrantDetail(Endpoint):
    """One grant."""

    @reading("getGrant", "Read a grant", "investment", GrantSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        return detail(request, GrantSerializer(the_grant(public_id)).data)


class GrantReporting(Endpoint):
    """What became of a grant."""

    scope = "propose"

    @acting("reportOnGrant", "Say what became of a grant", "investment", ReportBody, {201: GrantSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Report."""
        grant, body = the_grant(public_id), taken(request, ReportBody)
        grant_report(
            grant=grant,
            state=body["state"],
            text=body["text"],
            expected_on=body["expected_on"],
            by=person(request),
            now=moment(),
        )
        return Response(GrantSerializer(the_grant(public_id)).data, status=201)


def dial(request: Request) -> float:
    """Return the dial that the query names."""
    text = request.query_params.get("alpha", "2")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= MOST:
        raise Problem(400, _("“%(name)s” is a number from 0 to 1000.") % {"name": "alpha"}, "query")
    return value


def asked_criteria(request: Request) -> Criteria:
    """Return the social criteria that the query names; what is no criterion, or cannot be one, is a problem."""
    known = {f"{what}_{group}": (what, group) for what in ("weight", "least") for group in GROUPS}
    figures: dict[str, dict[str, float]] = {"weight": {}, "least": {}}
    for name, text in request.query_params.items():
        if name.startswith(("weight_", "least_")) and name not in known:
            sentence = _("There are criteria for these groups: %(groups)s.") % {"groups": ", ".join(GROUPS)}
            raise Problem(400, sentence, "query")
        if name in known:
            what, group = known[name]
            try:
                figures[what][group] = float(text)
            except ValueError as problem:
                raise Problem(400, _("“%(name)s” is a number.") % {"name": name}, "query") from problem
    criteria = Criteria(figures["weight"], figures["least"])
    if faults := criteria_faults(criteria):
        raise Problem(400, " ".join(faults.values()), "query")
    return criteria


def the_envelope(public_id: UUID) -> Envelope:
    """Return that envelope of a settled draft."""
    related = Envelope.objects.select_related("draft__cycle__baseline", "sector", "region")
    one: Envelope = found(related.filter(draft__settled_at__isnull=False), public_id=public_id)
    return one


def the_grant(public_id: UUID) -> Grant:
    """Return that grant."""
    one: Grant = found(
        Grant.objects.select_related(*RELATED).prefetch_related("reports"), public_id=public_id
    )
    return one


def shown(envelope: Envelope, there: Shared) -> dict[str, Any]:
    """Return what is told of an envelope at a dial."""
    sharing = there.sharing
    return {
        "envelope": envelope.public_id,
        "alpha": there.alpha,
        "money": there.envelope,
        "unspent": sharing.unspent,
        "measures": there.measures,
        "parts": [
            {
                "request": row.public_id, "workplace": row.workplace.code, "asked": row.amount,
                "amount": int(sharing.grants[i]), "before": float(sharing.before[i]), "after": float(sharing.after[i]),
                "why": Standing(int(sharing.standing[i])).name.lower(),
            }
            for i, row in enumerate(there.asked.rows)
        ],
    }  # fmt: skip
