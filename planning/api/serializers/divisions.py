"""Surpluses, their division, bonuses. Money is in minor units: hundredths of the currency."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import CollectiveGood, SurplusDivision

LARGEST = 2**53
CATEGORIES = ", ".join(CollectiveGood.Category.values)


class SurplusYearSerializer(serializers.Serializer[Any]):
    """What settling a year found of a workplace's surplus."""

    year = serializers.IntegerField(source="cycle.year")
    surplus = serializers.IntegerField(help_text="below 0: a deficit, which posts nothing")
    levy = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="its members'")


class PostOfSurplusSerializer(serializers.Serializer[Any]):
    """A post of the workplace, from which a key by hours reads."""

    id = serializers.UUIDField(source="public_id")
    occupation = serializers.CharField(source="pool.occupation.code")
    number = serializers.IntegerField(help_text="how many there are")
    weekly_hours = Figure()
    intensity = serializers.IntegerField(help_text="1 to 5")
    unpleasantness = serializers.IntegerField(help_text="1 to 5")


class MemberOfSurplusSerializer(serializers.Serializer[Any]):
    """A member of the assembly."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="*")


class SurplusSerializer(serializers.Serializer[Any]):
    """A workplace's surplus: what stands where, year by year, and from what it can be divided."""

    workplace = serializers.UUIDField()
    currency = serializers.CharField()
    to_divide = serializers.IntegerField(help_text="in the surplus account")
    collective = serializers.IntegerField(help_text="in the account of collective goods")
    bonuses = serializers.IntegerField(help_text="in the account of bonuses")
    years = SurplusYearSerializer(many=True)
    posts = PostOfSurplusSerializer(many=True)
    members = MemberOfSurplusSerializer(
        many=True, allow_null=True, help_text="the assembly's roll today; null for who is no member"
    )


class CollectiveGoodSerializer(serializers.Serializer[Any]):
    """A collective good and what goes into it."""

    title = serializers.CharField()
    category = serializers.CharField(help_text=f"one of: {CATEGORIES}")
    amount = serializers.IntegerField()


class DivisionSerializer(serializers.Serializer[Any]):
    """A division of a surplus as everybody sees it: sums, key, number of members."""

    id = serializers.UUIDField(source="public_id")
    workplace = serializers.UUIDField(source="workplace.public_id")
    year = serializers.IntegerField(
        source="cycle.year", help_text="the last year that put a surplus into the account"
    )
    number = serializers.IntegerField()
    key = serializers.CharField(help_text="equal, hours or effort; empty: no bonuses")
    held = serializers.IntegerField(help_text="in the account when it was moved")
    amount = serializers.IntegerField()
    for_goods = serializers.IntegerField()
    for_bonuses = serializers.IntegerField()
    members = serializers.IntegerField()
    goods = CollectiveGoodSerializer(many=True)
    reason = serializers.CharField()
    digest = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True, help_text="when it was carried and posted")


class BonusSerializer(serializers.Serializer[Any]):
    """A member's part and what it was computed from."""

    name = serializers.CharField(source="person")
    weekly_hours = Figure(allow_null=True)
    intensity = serializers.IntegerField(allow_null=True)
    unpleasantness = serializers.IntegerField(allow_null=True)
    weight = Figure()
    amount = serializers.IntegerField()


class DivisionReadSerializer(DivisionSerializer):
    """One division; to the members of the workplace everybody's part."""

    motion = serializers.UUIDField(allow_null=True)
    parts = BonusSerializer(many=True, allow_null=True, help_text="null for who is no member")


class OwnBonusSerializer(serializers.Serializer[Any]):
    """A bonus of whoever asks."""

    division = serializers.UUIDField(source="division.public_id")
    workplace = serializers.UUIDField(source="division.workplace.public_id")
    settled_at = serializers.DateTimeField(source="division.settled_at", allow_null=True)
    amount = serializers.IntegerField()


class CollectiveGoodBody(Body):
    """A collective good that is asked for."""

    title = serializers.CharField(max_length=120)
    category = serializers.CharField(
        max_length=40, help_text=f"one of: {CATEGORIES}; equipment is none of them"
    )
    amount = serializers.IntegerField(min_value=-LARGEST, max_value=LARGEST)


class PostHeldBody(Body):
    """Which post a member holds."""

    person = serializers.UUIDField()
    post = serializers.UUIDField()


class DivisionBody(Body):
    """What of a surplus is to be divided, and how."""

    goods = CollectiveGoodBody(many=True, default=list)
    bonuses = serializers.IntegerField(default=0, min_value=-LARGEST, max_value=LARGEST)
    key = serializers.ChoiceField(
        SurplusDivision.Key.choices, default="", help_text="how bonuses are divided"
    )
    posts = PostHeldBody(many=True, default=list, help_text="needed under the keys hours and effort")
    reason = serializers.CharField(max_length=5000)
