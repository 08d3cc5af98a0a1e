"""Products, workplaces, lines, demand lines: reading."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.operations import listing, query, reading
from planning.api.serializers.economy import (
    DemandLineSerializer,
    LineSerializer,
    ProductSerializer,
    WorkplaceSerializer,
)
from planning.api.views.base import (
    Endpoint,
    demand_of,
    economy,
    found,
    lines_of,
    listed,
    person,
    rows_of,
    truth,
)
from planning.api.views.mine import my_regions, my_workplaces
from workplaces.models import DemandLine, Line, Product, Workplace

CYCLE = query("cycle", OpenApiTypes.INT, "Year of the cycle whose economy is meant; the latest unless given.")
CODE = query("code", OpenApiTypes.STR, "Only the one with this code.")
MINE = query("mine", OpenApiTypes.BOOL, "`true`: only those that I speak for as a delegate.")
REGION = query("region", OpenApiTypes.STR, "Only those in the region with this code.")
PRODUCT = query("product", OpenApiTypes.STR, "Only those of the product with this code.")


class Products(Endpoint):
    """All products."""

    @listing("listProducts", "List the products", "economy", ProductSerializer, CYCLE, CODE)
    def get(self, request: Request) -> Response:
        """List the products."""
        rows = rows_of(Product, economy(request))
        if code := request.query_params.get("code"):
            rows = rows.filter(code=code)
        return listed(request, rows, ProductSerializer)


class ProductDetail(Endpoint):
    """One product."""

    @reading("getProduct", "Read a product", "economy", ProductSerializer, CYCLE)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a product."""
        product = found(rows_of(Product, economy(request)), public_id=public_id)
        return detail(request, ProductSerializer(product).data)


class Workplaces(Endpoint):
    """All workplaces."""

    @listing(
        "listWorkplaces", "List the workplaces", "economy", WorkplaceSerializer, CYCLE, CODE, REGION, MINE
    )
    def get(self, request: Request) -> Response:
        """List the workplaces."""
        rows = rows_of(Workplace, economy(request)).select_related("region", "main_sector")
        for name, key in (("code", "code"), ("region", "region__code")):
            if value := request.query_params.get(name):
                rows = rows.filter(**{key: value})
        if truth(request, "mine"):
            rows = rows.filter(entity_id__in=my_workplaces(person(request)))
        return listed(request, rows, WorkplaceSerializer)


class WorkplaceDetail(Endpoint):
    """One workplace."""

    @reading("getWorkplace", "Read a workplace", "economy", WorkplaceSerializer, CYCLE)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a workplace."""
        rows = rows_of(Workplace, economy(request)).select_related("region", "main_sector")
        return detail(request, WorkplaceSerializer(found(rows, public_id=public_id)).data)


class Lines(Endpoint):
    """All production lines."""

    @listing("listLines", "List the production lines", "economy", LineSerializer, CYCLE, PRODUCT, MINE)
    def get(self, request: Request) -> Response:
        """List the lines."""
        scenario = economy(request)
        rows = lines_of(scenario) if scenario else Line.objects.none()
        if code := request.query_params.get("product"):
            rows = rows.filter(product__code=code)
        if truth(request, "mine"):
            rows = rows.filter(workplace__entity_id__in=my_workplaces(person(request)))
        return listed(request, rows, LineSerializer)


class DemandLines(Endpoint):
    """All demand lines."""

    @listing(
        "listDemandLines",
        "List what places use",
        "economy",
        DemandLineSerializer,
        CYCLE,
        PRODUCT,
        REGION,
        MINE,
    )
    def get(self, request: Request) -> Response:
        """List the demand lines."""
        scenario = economy(request)
        rows = demand_of(scenario) if scenario else DemandLine.objects.none()
        for name, key in (("product", "product__code"), ("region", "region__code")):
            if value := request.query_params.get(name):
                rows = rows.filter(**{key: value})
        if truth(request, "mine"):
            rows = rows.filter(region_id__in=my_regions(person(request)))
        return listed(request, rows, DemandLineSerializer)
