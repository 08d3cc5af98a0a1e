"""Products, workplaces, their lines, and what communities use."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Figure
from workplaces.models import DemandLine, Product, Workplace


class ProductSerializer(serializers.Serializer[Product]):
    """A good or service."""

    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    unit = serializers.CharField(help_text="of all its quantities, per cycle")
    price = Figure(help_text="accounting price, currency per unit")
    price_status = serializers.ChoiceField(Product.PriceStatus.choices)


class PlaceSerializer(serializers.Serializer[Any]):
    """A region or community."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")


class WorkplaceSerializer(serializers.Serializer[Workplace]):
    """A workplace."""

    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    form = serializers.ChoiceField(Workplace.Form.choices)
    region = PlaceSerializer()
    sector = serializers.CharField(source="main_sector.code", help_text="code of its main sector")
    size = serializers.IntegerField(help_text="people working here")
    band = Figure(
        allow_null=True, help_text="change its assembly pre-approved, as a share; null: the charter's"
    )


class LineSerializer(serializers.Serializer[Any]):
    """What a workplace makes with one technique."""

    id = serializers.UUIDField(source="public_id")
    workplace = serializers.UUIDField(source="workplace.public_id")
    product = serializers.CharField(source="product.code")
    unit = serializers.CharField(source="product.unit")
    last_output = Figure()
    capacity = Figure()


class DemandLineSerializer(serializers.Serializer[Any]):
    """Final use of a product in a place."""

    id = serializers.UUIDField(source="public_id")
    region = serializers.CharField(source="region.code")
    product = serializers.CharField(source="product.code")
    unit = serializers.CharField(source="product.unit")
    category = serializers.ChoiceField(DemandLine.Category.choices)
    last = Figure()
    floor = Figure()
    ceiling = Figure(allow_null=True)
