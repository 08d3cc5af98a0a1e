"""Votes on paper by program: what one person read, entered as a person who is signed in."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils import permissions
from councils.models import PaperCount
from councils.paper_sheets import PaperRead
from councils.selectors.paper_counts import counts_of
from councils.services import papers_read
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.pagination import paged
from planning.api.serializers.paper_counts import PaperCountSerializer, PaperReadingEntry
from planning.api.views.ballots import the_ballot
from planning.api.views.base import Endpoint, moment, person, taken


class PaperCounts(Endpoint):
    """The boxes of papers of one vote."""

    @listing("listPaperCounts", "List the boxes of papers of a vote", "ballots", PaperCountSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List them; while the vote is open, for those who may read papers."""
        ballot = the_ballot(public_id)
        if ballot.closed_at is None:
            permissions.check_can_read_papers(person(request), ballot, moment().date())
        rows = counts_of(ballot).select_related("ballot")
        return paged(request, rows, lambda found: [_shown(one, request) for one in found], order="number")

    @acting(
        "readPapers", "Enter what one read in the box of the council's open meeting", "ballots",
        PaperReadingEntry, {201: PaperCountSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Enter a reading."""
        values = taken(request, PaperReadingEntry)
        count = papers_read(
            ballot=the_ballot(public_id),
            votes=[(row["number"], row["option"]) for row in values.get("votes", [])],
            marks=values.get("marks", []),
            papers=[(row["choice"], row["times"]) for row in values.get("papers", [])],
            sheets=[
                PaperRead(row["number"], row.get("choice"), row.get("invalid", ""))
                for row in values.get("sheets", [])
            ],
            by=person(request),
            now=moment(),
        )
        return detail(request, _shown(count, request), status=201)


def _shown(count: PaperCount, request: Request) -> Any:
    return PaperCountSerializer(count, context={"reader": person(request)}).data
