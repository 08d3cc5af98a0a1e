"""Surpluses and their division: read by everybody as sums, by members with parts; moved by members."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council
from councils.selectors.rolls import roll_of
from planning import permissions
from planning import policies_division as policies
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.divisions import (
    BonusSerializer,
    DivisionBody,
    DivisionReadSerializer,
    DivisionSerializer,
    OwnBonusSerializer,
    SurplusSerializer,
)
from planning.api.serializers.investment import MovedSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.models import SurplusDivision
from planning.selectors import divisions as selectors
from planning.selectors.divisions import Asked, Good
from planning.services.divisions import division_propose
from workplaces.models import Person, Workplace


class Surplus(Endpoint):
    """A workplace's surplus."""

    @reading("getSurplus", "Read a workplace's surplus, year by year", "investment", SurplusSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        workplace = the_workplace(public_id)
        return detail(request, SurplusSerializer(shown(workplace, person(request))).data)


class Divisions(Endpoint):
    """The divisions of a workplace's surplus."""

    scope = "propose"

    @listing("listDivisions", "List the divisions of a workplace's surplus", "investment", DivisionSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List them."""
        rows = selectors.divisions_of(the_workplace(public_id).pk).order_by()
        return listed(request, rows, DivisionSerializer, "pk")

    @acting(
        "moveDivision",
        "Move in a workplace's assembly to divide its surplus",
        "investment",
        DivisionBody,
        {201: MovedSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move it."""
        assembly = assembly_of(the_workplace(public_id))
        permissions.check_divide_surplus(person(request), assembly, moment().date())
        body = taken(request, DivisionBody)
        asked = Asked(
            [Good(one["title"], one["category"], one["amount"]) for one in body["goods"]], body["bonuses"], body["key"],
            {one["person"]: one["post"] for one in body["posts"]},
        )  # fmt: skip
        made = division_propose(
            assembly=assembly, asked=asked, reason=body["reason"], by=person(request), now=moment()
        )
        motion = policies.motion_of(made)
        return Response(MovedSerializer({"motion": getattr(motion, "public_id", None)}).data, status=201)


class DivisionDetail(Endpoint):
    """One division."""

    @reading("getDivision", "Read a division of a surplus", "investment", DivisionReadSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        related = SurplusDivision.objects.select_related("workplace", "cycle").prefetch_related("goods")
        one: SurplusDivision = found(related, public_id=public_id)
        motion, parts = policies.motion_of(one), parts_for(one, person(request))
        of_reader = {
            "motion": motion.public_id if motion else None,
            "parts": None if parts is None else BonusSerializer(parts, many=True).data,
        }
        return detail(request, {**DivisionSerializer(one).data, **of_reader})


class OwnBonuses(Endpoint):
    """The bonuses of whoever asks."""

    @listing("listBonuses", "List your own bonuses", "investment", OwnBonusSerializer)
    def get(self, request: Request) -> Response:
        """List them."""
        return listed(request, selectors.own_bonuses(person(request)).order_by(), OwnBonusSerializer, "pk")


def the_workplace(public_id: UUID) -> Workplace:
    """Return the first version of that workplace."""
    one: Workplace = found(Workplace.objects.filter(origin=None), public_id=public_id)
    return one


def assembly_of(workplace: Workplace) -> Council:
    """Return the assembly of a workplace (first version); without one there is nothing to move in."""
    one = Council.objects.filter(workplace=workplace).first()
    if one is None:
        raise Http404
    return one


def parts_for(division: SurplusDivision, who: Person) -> Any:
    """Return everybody's bonus for a member of the workplace, None for anybody else."""
    assembly = Council.objects.filter(workplace=division.workplace).first()
    if assembly is None or not permissions.can_see_bonuses(who, assembly, moment().date()):
        return None
    return selectors.bonuses_of(division)


def shown(workplace: Workplace, who: Person) -> dict[str, Any]:
    """Return what is told of a workplace's surplus; its members to members only."""
    assembly, today = Council.objects.filter(workplace=workplace).first(), moment().date()
    held, economy = selectors.held_by(workplace.pk), policies.economy_now()
    is_member = assembly is not None and permissions.can_see_bonuses(who, assembly, today)
    return {
        "workplace": workplace.public_id,
        "currency": economy.currency if economy else "",
        "to_divide": held["surplus"],
        "collective": held["collective"],
        "bonuses": held["bonuses"],
        "years": selectors.surpluses_of(workplace.pk),
        "posts": selectors.posts_of(assembly) if assembly else [],
        "members": [right.person for right in roll_of(assembly, today)] if assembly and is_member else None,
    }
