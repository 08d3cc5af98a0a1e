"""Requests for investment: listed, read, made, withdrawn."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.problems import pointing
from planning.api.serializers.investment import RequestBody, RequestSerializer
from planning.api.views.base import Endpoint, found, lines_of, listed, moment, person, taken, the_cycle
from planning.models import InvestmentRequest
from planning.selectors.requests import requests_of
from planning.services.requests import investment_ask, investment_withdraw
from workplaces.errors import Invalid
from workplaces.models import Product


class Requests(Endpoint):
    """The requests of a year."""

    scope = "propose"

    @listing(
        "listInvestmentRequests", "List the year's requests for investment", "investment", RequestSerializer
    )
    def get(self, request: Request, year: int) -> Response:
        """List them."""
        rows = requests_of(the_cycle(year)).prefetch_related("goods__product").order_by()
        return listed(request, rows, RequestSerializer, "pk")

    @acting(
        "askForInvestment",
        "Ask a sector or region for investment",
        "investment",
        RequestBody,
        {201: RequestSerializer},
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Ask."""
        cycle, body = the_cycle(year), taken(request, RequestBody)
        line = lines_of(cycle.baseline).filter(public_id=body["line"]).first()
        if line is None:
            sentence = _("There is no such line.")
            raise Invalid(sentence, fields={"line": sentence})
        known = {p.code: p for p in Product.objects.in_scenario(cycle.baseline)}
        strange = [one["product"] for one in body["goods"] if one["product"] not in known]
        if strange:
            sentence = _("There is no product with the code “%(code)s”.") % {"code": strange[0]}
            raise Invalid(sentence, fields={"goods": sentence})
        goods: dict[Product, float] = {}
        for one in body["goods"]:  # a good that is named twice is wanted twice, as on the page
            goods[known[one["product"]]] = goods.get(known[one["product"]], 0.0) + one["quantity"]
        with pointing(lambda field: {"of": "part", "members": "line"}.get(field, field)):
            made = investment_ask(
                cycle=cycle, line=line, of=body["part"], amount=body["amount"], purpose=body["purpose"],
                expected=body["expected"], goods=goods, by=person(request), now=moment(),
            )  # fmt: skip
        return Response(RequestSerializer(made).data, status=201)


class RequestDetail(Endpoint):
    """One request."""

    @reading("getInvestmentRequest", "Read a request for investment", "investment", RequestSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        return detail(request, RequestSerializer(the_request(public_id)).data)


class RequestWithdrawing(Endpoint):
    """A request, taken back."""

    scope = "propose"

    @acting(
        "withdrawInvestmentRequest",
        "Withdraw a request for investment",
        "investment",
        None,
        {200: RequestSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw it."""
        investment_withdraw(request=the_request(public_id), by=person(request), now=moment())
        return Response(RequestSerializer(the_request(public_id)).data)


def the_request(public_id: UUID) -> InvestmentRequest:
    """Return that request."""
    related = InvestmentRequest.objects.select_related("cycle", "workplace", "line", "sector", "region")
    one: InvestmentRequest = found(related.prefetch_related("goods__product"), public_id=public_id)
    return one
