"""Proposals of lines and of consumption: as they stand, as a round opened on them, written by delegates."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import check_match, detail
from planning.api.operations import listing, putting, query, reading
from planning.api.pagination import paged
from planning.api.serializers.answers import (
    ConsumptionSerializer,
    ConsumptionWriting,
    ProposalSerializer,
    ProposalWriting,
)
from planning.api.views.base import (
    Endpoint,
    demand_of,
    found,
    lines_of,
    moment,
    person,
    proposals_scenario,
    taken,
    the_cycle,
    the_round,
    truth,
)
from planning.api.views.mine import my_regions, my_workplaces
from planning.models import Cycle
from planning.selectors.standing import standing_consumption, standing_proposals
from planning.services.answers import consumption_set, proposal_set
from workplaces.errors import Invalid
from workplaces.models import Product, Scenario

MINE = query("mine", OpenApiTypes.BOOL, "`true`: only those that I speak for as a delegate.")
WORKPLACE = query("workplace", OpenApiTypes.STR, "Only those of the workplace with this code.")
PRODUCT = query("product", OpenApiTypes.STR, "Only those of the product with this code.")
REGION = query("region", OpenApiTypes.STR, "Only those in the place with this code.")


def _proposals(request: Request, scenario: Scenario) -> Response:
    lines = lines_of(scenario)
    for name, key in (("workplace", "workplace__code"), ("product", "product__code")):
        if value := request.query_params.get(name):
            lines = lines.filter(**{key: value})
    if truth(request, "mine"):
        lines = lines.filter(workplace__entity_id__in=my_workplaces(person(request)))
    return paged(
        request, lines, lambda page: ProposalSerializer(standing_proposals(scenario, page), many=True).data
    )


def _consumption(request: Request, scenario: Scenario) -> Response:
    lines = demand_of(scenario)
    for name, key in (("region", "region__code"), ("product", "product__code")):
        if value := request.query_params.get(name):
            lines = lines.filter(**{key: value})
    if truth(request, "mine"):
        lines = lines.filter(region_id__in=my_regions(person(request)))
    return paged(
        request,
        lines,
        lambda page: ConsumptionSerializer(standing_consumption(scenario, page), many=True).data,
    )


class Proposals(Endpoint):
    """What stands for every line of a cycle."""

    @listing(
        "listProposals",
        "List the proposals as they stand",
        "proposals",
        ProposalSerializer,
        WORKPLACE,
        PRODUCT,
        MINE,
    )
    def get(self, request: Request, year: int) -> Response:
        """List the proposals."""
        return _proposals(request, proposals_scenario(the_cycle(year)))


class RoundProposals(Endpoint):
    """What stood for every line when a round opened."""

    @listing(
        "listRoundProposals", "List the proposals that a round opened on", "proposals", ProposalSerializer,
        WORKPLACE, PRODUCT, MINE,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the round's proposals."""
        return _proposals(request, the_round(public_id).scenario)


class ProposalDetail(Endpoint):
    """What stands for one line."""

    scope = "propose"

    @reading("getProposal", "Read what stands for a line", "proposals", ProposalSerializer)
    def get(self, request: Request, year: int, line: UUID) -> Response:
        """Read the proposal."""
        return detail(request, self.shown(the_cycle(year), line))

    @putting("setProposal", "Propose a line's output", "proposals", ProposalWriting, ProposalSerializer)
    def put(self, request: Request, year: int, line: UUID) -> Response:
        """Write the proposal."""
        given = taken(request, ProposalWriting)
        with transaction.atomic():
            cycle = held(year)
            scenario = proposals_scenario(cycle)
            subject = found(lines_of(scenario), public_id=line)
            check_match(request, self.shown(cycle, line))
            proposal_set(
                cycle=cycle, line=subject, output=given["output"], by=person(request), now=moment(),
                inputs=inputs(given.get("inputs", []), scenario), note=given.get("note", ""),
            )  # fmt: skip
        return detail(request, self.shown(cycle, line))

    def shown(self, cycle: Cycle, line: UUID) -> Any:
        """Return the representation."""
        scenario = proposals_scenario(cycle)
        subject = found(lines_of(scenario), public_id=line)
        return ProposalSerializer(asdict(standing_proposals(scenario, [subject])[0])).data


class Consumption(Endpoint):
    """What stands for every demand line of a cycle."""

    @listing(
        "listConsumption",
        "List what places propose to use",
        "proposals",
        ConsumptionSerializer,
        REGION,
        PRODUCT,
        MINE,
    )
    def get(self, request: Request, year: int) -> Response:
        """List the consumption proposals."""
        return _consumption(request, proposals_scenario(the_cycle(year)))


class RoundConsumption(Endpoint):
    """What stood for every demand line when a round opened."""

    @listing(
        "listRoundConsumption", "List the consumption that a round opened on", "proposals", ConsumptionSerializer,
        REGION, PRODUCT, MINE,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the round's consumption proposals."""
        return _consumption(request, the_round(public_id).scenario)


class ConsumptionDetail(Endpoint):
    """What stands for one demand line."""

    scope = "propose"

    @reading("getConsumption", "Read what stands for a demand line", "proposals", ConsumptionSerializer)
    def get(self, request: Request, year: int, demand_line: UUID) -> Response:
        """Read the proposal."""
        return detail(request, self.shown(the_cycle(year), demand_line))

    @putting("setConsumption", "Propose consumption", "proposals", ConsumptionWriting, ConsumptionSerializer)
    def put(self, request: Request, year: int, demand_line: UUID) -> Response:
        """Write the proposal."""
        given = taken(request, ConsumptionWriting)
        with transaction.atomic():
            cycle = held(year)
            subject = found(demand_of(proposals_scenario(cycle)), public_id=demand_line)
            check_match(request, self.shown(cycle, demand_line))
            consumption_set(
                cycle=cycle, demand_line=subject, quantity=given["quantity"], by=person(request), now=moment(),
                note=given.get("note", ""),
            )  # fmt: skip
        return detail(request, self.shown(cycle, demand_line))

    def shown(self, cycle: Cycle, demand_line: UUID) -> Any:
        """Return the representation."""
        scenario = proposals_scenario(cycle)
        subject = found(demand_of(scenario), public_id=demand_line)
        return ConsumptionSerializer(asdict(standing_consumption(scenario, [subject])[0])).data


def held(year: int) -> Cycle:
    """Return the cycle, held until the transaction ends: nobody else writes proposals meanwhile."""
    cycle: Cycle = found(Cycle.objects.select_related("baseline").select_for_update(of=("self",)), year=year)
    return cycle


def inputs(given: list[dict[str, Any]], scenario: Scenario) -> dict[Product, float]:
    """Return the inputs by product; an unknown or repeated code is refused with its place."""
    codes = [row["product"] for row in given]
    known = {p.code: p for p in Product.objects.in_scenario(scenario).filter(code__in=codes)}
    for index, code in enumerate(codes):
        if code not in known or code in codes[:index]:
            message = (
                _("“%(code)s” stands twice among the inputs.") if code in known
                else _("The plan knows no product “%(code)s”.")
            ) % {"code": code}  # fmt: skip
            raise Invalid(message, fields={f"inputs/{index}/product": message})
    return {known[row["product"]]: row["quantity"] for row in given}
