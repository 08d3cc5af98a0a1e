"""The list of councils, and the filters by council and state that lists of motions, votes and elections have."""

from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council
from planning.api.operations import listing, query
from planning.api.problems import Problem
from planning.api.serializers.elections import CouncilSerializer
from planning.api.views.base import Endpoint, listed

COUNCIL = query("council", OpenApiTypes.UUID, "Only those of this council.")


class Councils(Endpoint):
    """All councils."""

    @listing("listCouncils", "List the councils", "councils", CouncilSerializer,
             query("kind", {"type": "string", "enum": Council.Kind.values}, "Only those of this kind."))  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the councils."""
        rows = Council.objects.all()
        kind = word(request, "kind", Council.Kind)
        return listed(request, rows.filter(kind=kind) if kind else rows, CouncilSerializer, order="id")


def state_in(states: type[TextChoices], *without: str) -> OpenApiParameter:
    """Describe the filter by state."""
    values = [value for value in states.values if value not in without]
    return query("state", {"type": "string", "enum": values}, "Only those in this state.")


def filtered(request: Request, rows: Any, states: type[TextChoices]) -> Any:
    """Return the rows of the council and in the state that the query names."""
    council, state = identifier(request, "council"), word(request, "state", states)
    if council:
        rows = rows.filter(council__public_id=council)
    return rows.filter(state=state) if state else rows


def identifier(request: Request, name: str) -> UUID | None:
    """Return an id from the query, None where none is given; what is no id is a problem."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem(
            400, _("“%(name)s” must be an id, as lists give them.") % {"name": name}, "query"
        ) from error


def word(request: Request, name: str, choices: type[TextChoices]) -> str:
    """Return one of the choices from the query, nothing where none is given; another word is a problem."""
    text = request.query_params.get(name)
    if text is None:
        return ""
    if text not in choices.values:
        sentence = _("“%(name)s” must be one of: %(choices)s.")
        raise Problem(400, sentence % {"name": name, "choices": ", ".join(choices.values)}, "query")
    return text
