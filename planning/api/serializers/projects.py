"""Requests that compete for an envelope. Money is in minor units: hundredths of the currency."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import SharingOut


class EntrantSerializer(serializers.Serializer[Any]):
    """A request that waits in the envelope."""

    request = serializers.UUIDField(source="request.public_id")
    workplace = serializers.CharField(source="request.workplace.code", help_text="code")
    cost = serializers.IntegerField(source="request.amount")
    why_not = serializers.CharField(help_text="what keeps it from competing as a whole; empty where it can")
    after = Figure(help_text="value added per hour, if it is granted in full")


class EntrantsSerializer(serializers.Serializer[Any]):
    """Which requests can compete for an envelope: nothing is moved by looking."""

    envelope = serializers.UUIDField()
    money = serializers.IntegerField(help_text="in the envelope's account")
    budget = serializers.IntegerField(help_text="as asked; all that the account holds, if not given")
    rule = serializers.CharField(help_text="the charter's: equal_shares or greedy")
    completion = serializers.CharField(help_text="equal_shares: what becomes of the rest; else empty")
    total = serializers.IntegerField(help_text="cost of all that can compete")
    entrants = EntrantSerializer(many=True)


class CompetingBody(Body):
    """Which requests the council is asked to choose among."""

    reason = serializers.CharField(max_length=5000)
    budget = serializers.IntegerField(
        min_value=-(2**53), max_value=2**53, required=False, default=None, allow_null=True,
        help_text="minor units; all that the envelope holds, if not given",
    )  # fmt: skip
    requests = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=None, allow_null=True, max_length=1000,
        help_text="all that can compete, if not given",
    )  # fmt: skip


class CompetitorSerializer(serializers.Serializer[Any]):
    """A request in a vote among requests. How it fared is null before the vote is counted."""

    code = serializers.CharField(source="share.code", help_text="on the ballot")
    request = serializers.UUIDField(source="share.request.public_id")
    workplace = serializers.CharField(source="share.request.workplace.code", help_text="code")
    cost = serializers.IntegerField(source="share.amount")
    chosen = serializers.BooleanField(source="is_chosen")
    granted = serializers.IntegerField(help_text="0 unless a grant stands")
    votes = serializers.IntegerField(allow_null=True, help_text="votes that approve it")
    step = serializers.IntegerField(allow_null=True, help_text="as which one it was chosen")
    most_paid = Figure(allow_null=True, help_text="equal_shares: what one vote paid at most")
    left = Figure(
        allow_null=True,
        help_text="not chosen: what those who approve it still had (equal_shares), or the budget at its turn (greedy)",
    )
    missing = Figure(allow_null=True, help_text="not chosen: what it lacked")


class SharingVoteSerializer(serializers.Serializer[Any]):
    """A sharing-out that was put to the council: by the dial, or a vote among requests."""

    id = serializers.UUIDField(source="sharing.public_id")
    envelope = serializers.UUIDField(source="sharing.envelope.public_id")
    method = serializers.ChoiceField(SharingOut.Method.choices, source="sharing.method")
    alpha = Figure(source="sharing.alpha", allow_null=True, help_text="null for a vote among requests")
    amount = serializers.IntegerField(source="sharing.amount", help_text="what is shared out, or the budget")
    reason = serializers.CharField(source="sharing.reason")
    digest = serializers.CharField(source="sharing.digest")
    motion = serializers.UUIDField(allow_null=True)
    state = serializers.CharField(help_text="of the motion")
    settled_at = serializers.DateTimeField(source="sharing.settled_at", allow_null=True)
    competitors = CompetitorSerializer(many=True, help_text="the chosen first; none at the dial")
