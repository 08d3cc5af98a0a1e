"""Lists: search, order, pages, and the whole table as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces.importing.kinds import KINDS
from workplaces.kept import kept
from workplaces.models import Occupation, Region, ScenarioRow, Sector
from workplaces.paging import Pages, Searched
from workplaces.presentation import figures
from workplaces.tables_out import csv_response
from workplaces.views.common import Here, here, page
from workplaces.views.tables import TABLES, Column, Table

PAGE_SIZE = 50
SEARCH_LENGTH = 100
FEW = (Region, Sector, Occupation)  # their indexes serve a search among many rows that refer to them


@login_required
@require_GET
def table_list(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show one of the tables, as a page or with ``?format=csv``."""
    table, place = TABLES[name], here(request)
    if place is None:
        return page(request, "workplaces/scenario_none.html", {"title": table.label})
    found = _ordered(table, _found(table, place, request), request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return as_csv(table.name, table.columns, found)
    return page(request, "workplaces/table_list.html", _context(request, table, place, found))


def as_csv(name: str, columns: Sequence[Column], rows: QuerySet[Any]) -> HttpResponseBase:
    """Return all rows as a download."""
    seen = [column for column in columns if column.only != "page"]
    values = ([column.value(row) for column in seen] for row in rows.iterator(chunk_size=2000))
    return csv_response(filename=name, header=[column.key for column in seen], rows=values)


def cells(columns: Sequence[Column], rows: Iterable[Any], place: Here) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows as the table's template wants them."""
    lang = get_language()
    seen = [column for column in columns if column.only != "csv"]
    for row in rows:
        yield [
            {
                "text": _text(column, row, lang),
                "url": column.url(row, place) if column.url else "",
                "css": column.css,
                "label": column.label,
            }
            for column in seen
        ]


def section(
    title: str,
    columns: Sequence[Column],
    rows: QuerySet[Any],
    place: Here,
    *,
    limit: int = 20,
    empty: str = "",
    settled: str = "",
) -> dict[str, Any]:
    """Return a table inside a page: the first rows and how many there are.

    ``settled`` names a table that hangs on the scenario's rows alone: of a closed scenario it is found once.
    """

    def find() -> list[Any]:
        found = list(rows.values_list("pk", flat=True)[:limit])
        return [found, len(found) if len(found) < limit else rows.count()]

    closed = place.scenario.digest and settled
    key = f"section:{place.scenario.public_id}:{place.scenario.digest}:{settled}"
    first, total = kept(key, find, tuple) if closed else find()
    heads = [column for column in columns if column.only != "csv"]
    shown = rows.filter(pk__in=first) if first else rows.none()
    return {
        "title": title,
        "columns": heads,
        "rows": list(cells(columns, shown, place)),
        "shown": len(first),
        "total": total,
        "empty": empty,
    }


def _text(column: Column, row: Any, lang: str | None) -> Any:
    value = column.shown(row, lang) if column.shown else column.value(row)
    return "–" if value is None or value == "" else value


def _found(table: Table, place: Here, request: HttpRequest) -> QuerySet[Any]:
    rows = table.rows(place)
    words = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    for word in words.replace("\x00", "").split():
        condition = Q()
        for name in table.search:
            condition |= _holding(rows, name, word)
        rows = rows.filter(condition)
    return rows


def _holding(rows: QuerySet[Any], name: str, word: str) -> Q:
    """Return the condition that a field holds a word; where few rows are referred to, they are looked up before."""
    through, _dots, field = name.rpartition("__")
    target = rows.model._meta.get_field(through).related_model if through else None
    if target not in FEW:
        return Q(**{f"{name}__icontains": word})
    found = target._default_manager.filter(**{f"{field}__icontains": word})
    return Q(**{f"{through}__in": list(found.values_list("pk", flat=True))})


def _ordered(table: Table, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    known = {column.key: column.sort for column in table.columns if column.sort} | {"id": "pk"}
    key = wanted or table.order
    name = known.get(key.removeprefix("-"))
    if name is None:
        raise Http404
    return rows.order_by(f"-{name}" if key.startswith("-") else name, "pk")


def _context(request: HttpRequest, table: Table, place: Here, found: QuerySet[Any]) -> dict[str, Any]:
    words = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    pages = Searched(found, PAGE_SIZE) if words else Pages(found, PAGE_SIZE, counted=_settled(table, place))
    shown = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query["format"] = "csv"
    query.pop("page", None)
    return {
        "table": table,
        "columns": [column for column in table.columns if column.only != "csv"],
        "here": place,
        "title": _title(table, place, shown.paginator.count, words),
        "rows": list(cells(table.columns, shown, place)),
        "page": shown,
        "q": words,
        "csv_url": f"?{query.urlencode()}",
        "tabs": _tabs(table, place),
        "actions": _actions(table, place),
    }


def _settled(table: Table, place: Here) -> int | None:
    """Return how many rows a closed scenario has; None where that may still change."""
    rows, scenario = table.rows(place), place.scenario
    if not scenario.digest or not issubclass(rows.model, ScenarioRow):
        return None
    return kept(f"count:{table.name}:{scenario.public_id}:{scenario.digest}", rows.count, int)


def _title(table: Table, place: Here, count: int, words: str) -> str:
    n = figures.number(count, get_language())
    if not words:
        return table.count(count) % {"n": n}
    settled = _settled(table, place)
    total = figures.number(table.rows(place).count() if settled is None else settled, get_language())
    return _("%(n)s of %(total)s match “%(words)s”") % {"n": n, "total": total, "words": words}


def _tabs(table: Table, place: Here) -> list[dict[str, Any]]:
    tabs = [
        {"label": other.label, "url": place.url(other.name), "current": other is table}
        for other in TABLES.values()
    ]
    return [*tabs, {"label": _("Imports"), "url": reverse("workplaces:imports"), "current": False}]


def _actions(table: Table, place: Here) -> list[dict[str, str]]:
    if not table.import_kind or not place.can_import:
        return []
    label = str(KINDS[table.import_kind].label)
    return [
        {
            "url": place.url("import_new", table.import_kind),
            "label": _("Take in a table: %(what)s") % {"what": label},
        },
        {"url": place.url("row_new", table.import_kind), "label": _("Type in one")},
    ]
