"""Appeals to the next layer."""

from typing import Any

from rest_framework import serializers

from councils.models import Appeal
from planning.api.serializers.fields import Body
from planning.models import SharingAppeal


class AppealSupportSerializer(serializers.Serializer[Any]):
    """Who supports an appeal."""

    name = serializers.CharField(source="person")
    on_roll = serializers.BooleanField(help_text="of the vote that is appealed against")
    at = serializers.DateTimeField()


class AppealSerializer(serializers.Serializer[Appeal]):
    """An appeal against what a council carried."""

    id = serializers.UUIDField(source="public_id")
    motion = serializers.UUIDField(source="motion.public_id")
    to = serializers.UUIDField(source="to.public_id", help_text="the council of the next layer")
    reason = serializers.CharField()
    filed_by = serializers.CharField()
    filed_at = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="when support is no longer gathered")
    state = serializers.CharField(help_text="gathering, lodged, referred_back, overruled or dismissed")
    decided_at = serializers.DateTimeField(allow_null=True)
    supports = AppealSupportSerializer(many=True)
    workplace = serializers.UUIDField(
        source="ground.share.request.workplace.public_id",
        allow_null=True,
        default=None,
        help_text="the workplace that appeals on the rule of a sharing-out, where one does",
    )
    request = serializers.UUIDField(
        source="ground.share.request.public_id", allow_null=True, default=None, help_text="its request"
    )
    rule = serializers.CharField(
        source="ground.rule",
        allow_null=True,
        default=None,
        help_text="the rule it says was broken: dial, least, weight, level, effect, ceiling, need, rivals, budget or count",
    )
    rule_reason = serializers.CharField(source="ground.reason", allow_null=True, default=None)


class AppealFiling(Body):
    """Why a decision is appealed."""

    reason = serializers.CharField(max_length=5000)


class RuleAppealFiling(Body):
    """Which rule of a sharing-out a workplace says was broken, and why."""

    rule = serializers.ChoiceField(choices=SharingAppeal.Rule.choices)
    reason = serializers.CharField(max_length=5000)
    sharing = serializers.UUIDField(
        required=False, default=None, help_text="the sharing-out; the envelope's last one, if not given"
    )


class AppealRulingMoving(Body):
    """What the council appealed to should do."""

    kind = serializers.ChoiceField(choices=["appeal-refer-back", "appeal-overrule"])
    reasons = serializers.CharField(max_length=20_000)
