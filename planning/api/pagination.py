"""Lists come in pages with cursors: stable while rows are added, as fast on the last page as on the first."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response


class Pages(CursorPagination):
    """Pages of 100 rows, at most 500."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"


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
