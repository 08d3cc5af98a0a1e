"""The year's envelopes: read, drafted, referred back."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, reading
from planning.api.problems import pointing
from planning.api.serializers.investment import (
    EnvelopeDraftSerializer,
    EnvelopesBody,
    FundSerializer,
    MovedSerializer,
    ReferralBody,
)
from planning.api.views.base import Endpoint, found, moment, person, taken, the_cycle
from planning.models import Cycle, EnvelopeDraft
from planning.selectors.envelopes import drafts_of, fund
from planning.services.envelopes import envelopes_draft, envelopes_refer_back
from workplaces.errors import Invalid


class Envelopes(Endpoint):
    """The fund of a year and its drafts."""

    scope = "propose"

    @reading(
        "getEnvelopes", "Read the year's fund and the drafts of its envelopes", "investment", FundSerializer
    )
    def get(self, request: Request, year: int) -> Response:
        """Read them."""
        return detail(request, FundSerializer(shown(the_cycle(year))).data)

    @acting(
        "draftEnvelopes", "Draft the year's envelopes and put them to the board", "investment", EnvelopesBody,
        {201: EnvelopeDraftSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Draft them."""
        body = taken(request, EnvelopesBody)
        amounts = {one["part"]: one["amount"] for one in body["amounts"]}
        if len(amounts) < len(body["amounts"]):
            sentence = _("Each part is named once.")
            raise Invalid(sentence, fields={"amounts": sentence})
        places = {one["part"]: f"amounts/{i}" for i, one in enumerate(body["amounts"])}
        with pointing(lambda field: "reason" if field == "reason" else places.get(field, "amounts")):
            draft = envelopes_draft(
                cycle=the_cycle(year),
                amounts=amounts,
                reason=body["reason"],
                by=person(request),
                now=moment(),
            )
        return Response(EnvelopeDraftSerializer(draft).data, status=201)


class EnvelopesReferral(Endpoint):
    """A draft, referred back by a council."""

    scope = "propose"

    @acting(
        "referEnvelopesBack", "Move in your council to refer a draft back", "investment", ReferralBody,
        {201: MovedSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int, number: int) -> Response:
        """Move it."""
        draft: EnvelopeDraft = found(the_cycle(year).envelope_drafts.select_related("cycle"), number=number)
        body = taken(request, ReferralBody)
        council = Council.objects.sitting().filter(public_id=body["council"]).first()
        if council is None:
            sentence = _("There is no such council.")
            raise Invalid(sentence, fields={"council": sentence})
        motion = envelopes_refer_back(
            draft=draft, council=council, reasons=body["reasons"], by=person(request), now=moment()
        )
        return Response(MovedSerializer({"motion": motion.public_id}).data, status=201)


def shown(cycle: Cycle) -> dict[str, Any]:
    """Return what is told of a year's envelopes."""
    there = fund(cycle)
    return {
        "year": cycle.year,
        "currency": cycle.baseline.currency,
        "value_added": there.value_added,
        "sectors": there.sectors,
        "regions": there.regions,
        "parts": there.parts,
        "drafts": drafts_of(cycle),
    }
