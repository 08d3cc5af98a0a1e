"""Lists come in pages with cursors: stable while rows are added, as fast on the last page as on the first."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.problems import Problem

DIGITS = 9


class Pages(CursorPagination):
    """Pages of 100 rows, at most 500."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page has; another size than it can have is refused, not bent."""
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        size = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0
        if not 1 <= size <= self.max_page_size:
            sentence = _("“page_size” must be a whole number from 1 to %(most)s.")
            raise Problem(400, sentence % {"most": self.max_page_size}, "query")
        return size


def paged(
    request: Request,
    rows: QuerySet[Any],
    represent: Callable[[list[Any]], Iterable[Any]],
    *,
    order: str = "entity_id",
) -> Response:
    """Answer a page of ``rows``; ``represent`` turns the page's rows into what is sent, all at once."""
    pages = Pages()
    pages.ordering = (order,)
    found = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(list(represent(list(found or []))))
