"""Two or three rounds, plans and sandboxes side by side."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.selectors import comparing as selectors
from planning.selectors import names
from planning.selectors.comparing import Found, Reading, Row, Side, Totals
from planning.views.common import listing, page, person
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

SHOWN = 12
COLUMNS = ("imbalance", "imbalance_after", "indicative_price", "premium")


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponseBase:
    """Show what those chosen have in common and what not; CSV with ``format=csv``."""
    me = person(request)
    keys = [key for key in request.GET.getlist("with") if key]
    sides = selectors.sides_of(keys, me)
    if request.GET.get("format") == "csv" and sides:
        return compare_csv(sides)
    own = [(selectors.sandbox_key(sandbox, me)[0], sandbox.name) for sandbox in selectors.own_sandboxes(me)]
    offered = [*((side.key, side.label) for side in selectors.rounds_to_compare()), *own]
    known = {key for key, _label in offered}
    chosen = [side.key for side in sides]
    context: dict[str, Any] = {
        "title": _title(sides),
        "choices": [*offered, *((s.key, s.label) for s in sides if s.key not in known)],
        "places": [chosen[i] if i < len(chosen) else "" for i in range(selectors.MOST)],
        "unread": len(set(keys)) > len(sides),
        "csv_url": f"?{request.GET.urlencode()}&format=csv",
        "crumb_items": [(_("Compare"), "")],
    }  # fmt: skip
    if len(sides) > 1:
        context |= compared(selectors.read(sides))
        pages = listing(request, context["all_products"])
        context |= {**pages, "products": _product_rows(list(pages["page_obj"]), sides)}
    return page(request, "planning/compare.html", context)


def _title(sides: Sequence[Side]) -> str:
    if len(sides) < 2:
        return _("What do you want to compare?")
    if len(sides) == 2:
        return _("%(first)s beside %(second)s") % {"first": sides[0].label, "second": sides[1].label}
    return _("%(first)s beside %(second)s and %(third)s") % {
        "first": sides[0].label,
        "second": sides[1].label,
        "third": sides[2].label,
    }


def compared(readings: Sequence[Reading], tolerance: float | None = None) -> dict[str, Any]:
    """Return what a page shows of a comparison; differences are from the first side."""
    sides = [reading.side for reading in readings]
    found = selectors.products(readings)
    if tolerance is None:
        tolerance = selectors.tolerance_of(sides)
    money = [names.money_unit(side.scenario) for side in sides]
    largest = max((abs(c.before) for row in found for c in row.cells if c is not None), default=0.0)
    return {
        "sides": sides,
        "not_computed": [side for side in sides if side.run is None],
        "summary": summary(readings, tolerance, money),
        "all_products": found,
        "products": _product_rows(found[:SHOWN], sides),
        "products_total": len(found),
        "largest": largest,
        "sectors": _value_rows(_by_difference(selectors.sectors(readings)), sides, money),
        "pools": [_use_row(row, sides) for row in selectors.pools(readings)[:SHOWN]],
        "charges": [_use_row(row, sides) for row in selectors.charges(readings)],
    }


def summary(readings: Sequence[Reading], tolerance: float, money: Sequence[str]) -> list[dict[str, Any]]:
    """Return the figures that a comparison leads with: a row for each, a cell for each side; ``money`` is their unit."""
    sides = [reading.side for reading in readings]
    found = [selectors.totals(reading, tolerance) for reading in readings]
    lang = get_language()

    def row(label: str, cells: list[str]) -> dict[str, Any]:
        return {"label": label, "cells": list(zip([side.label for side in sides], cells, strict=True))}

    def told(read: Any) -> list[str]:
        return [read(t) if t is not None else figures.ABSENT for t in found]

    def beside(name: str, units: Sequence[str]) -> list[str]:
        first = getattr(found[0], name) if found[0] else None
        return [
            _beside(getattr(t, name) if t else None, first if i else None, units[i])
            for i, t in enumerate(found)
        ]

    return [
        row(_("Worst shortage"), told(_worst)),
        row(_("Products short"), told(lambda t: figures.number(t.short, lang))),
        row(_("Products in glut"), told(lambda t: figures.number(t.glut, lang))),
        row(_("Worst imbalance after the computed changes"), told(lambda t: figures.percent(t.worst_after, lang))),
        row(_("Workplaces that would be asked"), told(lambda t: figures.number(t.asked, lang))),
        row(_("Caps exceeded by what is proposed"), told(lambda t: figures.number(t.caps, lang))),
        row(_("Hours worked"), beside("hours", [names.hour_unit(side.scenario) for side in sides])),
        row(_("Output at accounting prices"), beside("value", money)),
    ]  # fmt: skip


def _worst(total: Totals) -> str:
    share = figures.percent(total.worst_short, get_language())
    return f"{share}, {total.short_name}" if total.short_name else share


def _beside(value: float | None, first: float | None, unit: str) -> str:
    lang = get_language()
    if value is None:
        return figures.ABSENT
    text = figures.quantity(value, unit, lang)
    return f"{text} ({figures.change(value / first - 1, lang)})" if first else text


def _product_rows(rows: Sequence[Row[Found]], sides: Sequence[Side]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "cells": [
                {"label": side.label, "found": cell} for side, cell in zip(sides, row.cells, strict=True)
            ],
        }
        for row in rows
    ]


def _by_difference(rows: list[Row[float]]) -> list[Row[float]]:
    return sorted(rows, key=lambda row: -abs((row.cells[-1] or 0.0) - (row.cells[0] or 0.0)))


def _value_rows(
    rows: Sequence[Row[float]], sides: Sequence[Side], units: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "cells": [
                {"label": side.label, "text": _beside(cell, row.cells[0] if i else None, units[i])}
                for i, (side, cell) in enumerate(zip(sides, row.cells, strict=True))
            ],
        }
        for row in rows
    ]


def _use_row(row: Row[Found], sides: Sequence[Side]) -> dict[str, Any]:
    return {
        "name": row.name,
        "cells": [{"label": side.label, "found": cell} for side, cell in zip(sides, row.cells, strict=True)],
    }


def compare_csv(sides: Sequence[Side]) -> HttpResponseBase:
    """Send every product, hours, charges and sectors' outputs, a column for each figure of each side."""
    heads = [f"{column} ({side.label})" for side in sides for column in COLUMNS]
    return csv_response(
        filename="comparison", header=["kind", "code", "name", "unit", *heads], rows=_csv_rows(sides)
    )


def _csv_rows(sides: Sequence[Side]) -> Any:
    empty, found = [""] * len(COLUMNS), selectors.read(sides)
    for row in selectors.products(found):
        yield ["product", row.code, row.name, row.unit, *_csv_cells(row)]
    for kind, rows in (("labour", selectors.pools(found)), ("resource", selectors.charges(found))):
        for row in rows:
            yield [kind, row.code, row.name, row.unit, *_csv_cells(row)]
    for sector in selectors.sectors(found):
        outputs = [[cell, *empty[1:]] for cell in sector.cells]
        yield [
            "output of sector",
            sector.code,
            sector.name,
            "",
            *(value for cell in outputs for value in cell),
        ]


def _csv_cells(row: Row[Found]) -> list[Any]:
    empty = [""] * len(COLUMNS)
    cells = [[c.before, c.after, c.price, c.premium] if c else empty for c in row.cells]
    return [value for cell in cells for value in cell]
