"""Rounds: reading, opening, publishing suggestions, closing."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import check_match, detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, query, reading
from planning.api.serializers.cycles import Publication, RoundSerializer
from planning.api.views.base import (
    Endpoint,
    found,
    listed,
    moment,
    number,
    person,
    taken,
    the_cycle,
    the_round,
)
from planning.models import Round
from planning.services.rounds import round_close, round_open, round_publish

CYCLE = query("cycle", OpenApiTypes.INT, "Only those of this year's cycle.")


class Rounds(Endpoint):
    """All rounds."""

    @listing("listRounds", "List the rounds", "rounds", RoundSerializer, CYCLE)
    def get(self, request: Request) -> Response:
        """List the rounds."""
        rows = Round.objects.select_related("cycle", "scenario", "published_run")
        if "cycle" in request.query_params:
            rows = rows.filter(cycle__year=number(request, "cycle"))
        return listed(request, rows, RoundSerializer, order="-opened_at")


class RoundOpening(Endpoint):
    """The next round of a cycle."""

    scope = "coordinate"

    @acting(
        "openRound",
        "Open the next round on the proposals as they stand",
        "rounds",
        None,
        {201: RoundSerializer},
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Open a round."""
        round = round_open(cycle=the_cycle(year), by=person(request), now=moment())
        return detail(request, shown(round), status=201)


class RoundDetail(Endpoint):
    """One round."""

    @reading("getRound", "Read a round", "rounds", RoundSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a round."""
        return detail(request, shown(the_round(public_id)))


class RoundPublishing(Endpoint):
    """A round's suggestions."""

    scope = "coordinate"

    @acting(
        "publishRound",
        "Publish a run's suggestions",
        "rounds",
        Publication,
        {200: RoundSerializer},
        conditional=True,
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Publish."""
        given = taken(request, Publication)
        with transaction.atomic():
            round = locked(request, public_id)
            run = found(round.runs.all(), public_id=given["run"])
            round_publish(round=round, run=run, by=person(request), now=moment())
        return detail(request, shown(the_round(public_id)))


class RoundClosing(Endpoint):
    """A round's end."""

    scope = "coordinate"

    @acting(
        "closeRound", "Close the round; its answers become the next proposals", "rounds", None,
        {200: RoundSerializer}, conditional=True,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Close."""
        with transaction.atomic():
            round_close(round=locked(request, public_id), by=person(request), now=moment())
        return detail(request, shown(the_round(public_id)))


def locked(request: Request, public_id: UUID) -> Round:
    """Return the round, held until the transaction ends, if it is as the client read it."""
    round = found(Round.objects.select_for_update(), public_id=public_id)
    check_match(request, shown(the_round(public_id)))
    held: Round = round
    return held


def shown(round: Round) -> Any:
    """Return the round's representation."""
    return RoundSerializer(round).data
