"""Pages of long lists: PostgreSQL sorts ids alone, and what a page shows is looked up by them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

MUCH = 2000  # rows that a search finds at once


def part(rows: QuerySet[Any], first: int, number: int) -> QuerySet[Any]:
    """Return so many of the ordered rows, from the one with that place on."""
    return rows.filter(pk__in=rows.values("pk")[first : first + number])


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages of an ordered query, which is counted only where its first page is full; ``counted`` where that is known."""

    def __init__(self, rows: QuerySet[Any], size: int, *, counted: int | None = None) -> None:
        """Take the query and the size of a page."""
        super().__init__(rows, size)
        if counted is not None:
            self.count = counted

    def get_page(self, number: int | str | None) -> "Page[Any]":
        """Return the page that an address asks for; the first or the last one where there is no such page."""
        if number not in {None, "", "1", 1}:
            return super().get_page(number or 1)
        shown = self.part(0)
        if len(shown) < self.per_page:
            self.count = len(shown)
        return self._get_page(shown, 1, self)

    def page(self, number: int | str) -> "Page[Any]":
        """Return the page with that number."""
        place = self.validate_number(number)
        return self._get_page(self.part((place - 1) * self.per_page), place, self)

    def part(self, first: int) -> list[Any]:
        """Return a page's rows, from the one with that place on."""
        return list(part(self.object_list, first, self.per_page))


class Searched(Pages):
    """Pages of what a search found: if that is not much it is found at once, whatever the order, and counted with that.

    An index in the rows' order serves only those who find much: for a rare word it would be read from end to end.
    """

    def __init__(self, rows: QuerySet[Any], size: int) -> None:
        """Take the query and the size of a page, and look whether much is found."""
        found = list(rows.order_by().values_list("pk", flat=True)[: MUCH + 1])
        if len(found) > MUCH:
            super().__init__(rows, size)
        else:
            super().__init__(rows.filter(pk__in=found), size, counted=len(found))
