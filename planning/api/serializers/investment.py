"""Envelopes, requests, sharing out, grants. Money is in minor units: hundredths of the currency."""

from datetime import date
from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure, Stored
from planning.models import GrantReport, InvestmentRequest
from planning.selectors.grants import due_year, expected_on
from planning.selectors.sharing import GROUPS


class PartSerializer(serializers.Serializer[Any]):
    """A sector or region that has a part in the year's fund."""

    part = serializers.CharField(source="key", help_text="`sector-` or `region-` and its code")
    name = serializers.CharField(source="label")
    least = serializers.IntegerField(help_text="legal minimum, minor units")
    suggested = serializers.IntegerField(
        help_text="after the legal minimum by the guideline, where there is one, else by size"
    )
    low = serializers.IntegerField(
        allow_null=True, help_text="the least that the guideline allows; null without one"
    )
    high = serializers.IntegerField(
        allow_null=True, help_text="the most that the guideline allows; null without one"
    )


class EnvelopeSerializer(serializers.Serializer[Any]):
    """What a draft gives to a sector or region."""

    id = serializers.UUIDField(source="public_id")
    part = serializers.SerializerMethodField()
    amount = serializers.IntegerField()

    def get_part(self, envelope: Any) -> str:
        """Return the name of the part, as the fund has it."""
        return f"sector-{envelope.sector.code}" if envelope.sector else f"region-{envelope.region.code}"


class EnvelopeDraftSerializer(serializers.Serializer[Any]):
    """A draft of the year's envelopes."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    reason = serializers.CharField()
    digest = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    referred_back_by = serializers.SerializerMethodField()
    envelopes = EnvelopeSerializer(many=True)

    def get_referred_back_by(self, draft: Any) -> list[str]:
        """Return the names of the councils that referred it back."""
        return [referral.council.label for referral in draft.referrals.all()]


class FundSerializer(serializers.Serializer[Any]):
    """The year's fund, who has a part in it, and the board's drafts, the latest first."""

    year = serializers.IntegerField()
    currency = serializers.CharField()
    value_added = Figure(help_text="last year's, in the currency")
    sectors = serializers.IntegerField()
    regions = serializers.IntegerField()
    parts = PartSerializer(many=True)
    drafts = EnvelopeDraftSerializer(many=True)


class AmountBody(Body):
    """A part and its envelope."""

    part = serializers.CharField(max_length=80)
    amount = serializers.IntegerField(min_value=-(2**53), max_value=2**53)


class EnvelopesBody(Body):
    """How the board is to divide the fund."""

    reason = serializers.CharField(max_length=5000)
    amounts = AmountBody(many=True)


class ReferralBody(Body):
    """A council's reasons for referring a draft back."""

    council = serializers.UUIDField()
    reasons = serializers.CharField(max_length=5000)


class MovedSerializer(serializers.Serializer[Any]):
    """The motion that was moved."""

    motion = serializers.UUIDField()


class GoodSerializer(serializers.Serializer[Any]):
    """Equipment asked for."""

    product = serializers.CharField(source="product.code")
    quantity = Figure(help_text="in the product's unit")
    price = Figure(help_text="accounting price of the day it was asked for")


class RequestSerializer(serializers.Serializer[Any]):
    """A request for investment. Level and return are computed, never declared."""

    id = serializers.UUIDField(source="public_id")
    workplace = serializers.UUIDField(source="workplace.public_id")
    line = serializers.UUIDField(source="line.public_id")
    part = serializers.SerializerMethodField(help_text="the envelope that is asked")
    amount = serializers.IntegerField()
    purpose = serializers.CharField()
    expected = serializers.CharField()
    members = serializers.IntegerField()
    value_added = Figure(help_text="currency per year")
    hours = Figure(help_text="per year")
    level = Figure(help_text="value added per hour at accounting prices")
    returns = Figure(help_text="value added gained per year and unit of money")
    returns_from = serializers.ChoiceField(InvestmentRequest.Source.choices)
    asked_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    goods = GoodSerializer(many=True)

    def get_part(self, request: Any) -> str:
        """Return the name of the part, as the fund has it."""
        return f"sector-{request.sector.code}" if request.sector else f"region-{request.region.code}"


class GoodBody(Body):
    """A product and how much of it."""

    product = serializers.CharField(max_length=60)
    quantity = Figure()


class RequestBody(Body):
    """What is asked for."""

    line = serializers.UUIDField(help_text="id of the line it is for")
    part = serializers.CharField(max_length=80)
    amount = serializers.IntegerField(min_value=-(2**53), max_value=2**53)
    purpose = serializers.CharField(max_length=5000)
    expected = serializers.CharField(max_length=5000, allow_blank=True, default="")
    goods = GoodBody(many=True)


class PartSharedSerializer(serializers.Serializer[Any]):
    """What a request gets at the dial."""

    request = serializers.UUIDField()
    workplace = serializers.CharField(help_text="code")
    asked = serializers.IntegerField()
    amount = serializers.IntegerField()
    before = Figure(help_text="value added per hour")
    after = Figure()
    why = serializers.ChoiceField(["nothing", "line", "asked", "ceiling"])


class SharingSerializer(serializers.Serializer[Any]):
    """An envelope at a dial: nobody is granted anything by looking."""

    envelope = serializers.UUIDField()
    alpha = Figure()
    money = serializers.IntegerField(help_text="in the envelope's account, minor units")
    unspent = serializers.IntegerField()
    measures = Stored(help_text="how unequal levels are before and after; value added gained a year")
    parts = PartSharedSerializer(many=True)


class GroupBody(Body):
    """A social criterion."""

    group = serializers.ChoiceField(GROUPS)
    weight = Figure(default=1.0)
    least = Figure(default=0.0, help_text="share of the envelope, from 0 to 1")


class SharingBody(Body):
    """The dial and the criteria that the council is asked about."""

    alpha = Figure()
    reason = serializers.CharField(max_length=5000)
    criteria = GroupBody(many=True, default=list)


class ReportSerializer(serializers.Serializer[Any]):
    """What became of a grant, as its workplace says."""

    state = serializers.ChoiceField(GrantReport.State.choices)
    text = serializers.CharField()
    expected_on = serializers.DateField(
        allow_null=True, help_text="when late equipment is to work; null where nobody said"
    )
    at = serializers.DateTimeField()


class GrantSerializer(serializers.Serializer[Any]):
    """What a council granted."""

    id = serializers.UUIDField(source="public_id")
    request = serializers.UUIDField(source="request.public_id")
    workplace = serializers.CharField(source="request.workplace.code")
    envelope = serializers.UUIDField(source="envelope.public_id")
    amount = serializers.IntegerField()
    before = Figure(source="share.before", help_text="value added per hour")
    after = Figure(source="share.after", help_text="expected")
    granted_at = serializers.DateTimeField()
    gain = serializers.SerializerMethodField(
        help_text="capacity added to the line, in its unit, once done and after the lag; null before"
    )
    due_year = serializers.SerializerMethodField(
        help_text="the year before whose settlement its equipment is to work, so that it counts when it is planned to"
    )
    expected_on = serializers.SerializerMethodField(
        help_text="when late equipment is to work, as its latest report says; null where it says none"
    )
    reports = ReportSerializer(many=True)

    def get_due_year(self, grant: Any) -> int:
        """Return the year."""
        return due_year(grant)

    def get_expected_on(self, grant: Any) -> date | None:
        """Return the day."""
        return expected_on(grant)

    def get_gain(self, grant: Any) -> float | None:
        """Return the capacity that it added."""
        gain = getattr(grant, "gain", None)
        return gain.capacity if gain else None


class ReportBody(Body):
    """What became of a grant."""

    state = serializers.ChoiceField(GrantReport.State.choices)
    text = serializers.CharField(max_length=5000)
    expected_on = serializers.DateField(
        default=None, help_text="when late equipment is to work; null: nobody can say"
    )
