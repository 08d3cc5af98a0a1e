"""Small charts as SVG in the page: geometry from ``presentation.charts``, words and units from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workplaces.presentation import charts, figures

register = template.Library()


def _of(item: Any, name: str, default: Any = None) -> Any:
    """A part of an item given as a mapping or as an object: components take both."""
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


@register.inclusion_tag("_components/imbalance_bar.html")
def imbalance_bar(before: float, after: float | None = None, largest: float | None = None) -> dict[str, Any]:
    """Diverging bar of an imbalance: fractions of what is needed, short negative; ``largest`` of the
    table."""
    lang = get_language()
    text = figures.change(before, lang)
    return {"chart": charts.imbalance(before, after, text, largest=largest), "title": _spoken(before, after)}


@register.inclusion_tag("_components/scale_chart.html")
def scale_chart(
    proposed: float,
    suggested: float | None = None,
    unit: str = "",
    capacity: float | None = None,
    band_low: float | None = None,
    band_high: float | None = None,
    band_text: str = "",
) -> dict[str, Any]:
    """Proposed, suggested and capacity on one scale, with the band that the assembly pre-approved."""
    texts = _scale_texts(proposed, suggested, capacity, unit)
    marks = [(proposed, texts[0], "proposed")]
    if suggested is not None and suggested != proposed:
        marks.append((suggested, texts[1], "suggested"))
    if capacity is not None:
        marks.append((capacity, _("full %(quantity)s") % {"quantity": texts[2]}, "capacity"))
    band = None if band_low is None or band_high is None else (band_low, band_high, band_text)
    chart = charts.scale(marks, band=band)
    return {"chart": chart, "title": _scale_title(texts, suggested, capacity, band_text), **_rows(chart)}


@register.inclusion_tag("_components/waterfall.html")
def waterfall(
    terms: Sequence[Any], total_label: str, digits: int = 0, caption: str = "", unit: str = ""
) -> dict[str, Any]:
    """A reason as a sum: ``terms`` with ``label`` and ``value`` (and ``url``), whose total is added up
    here."""
    values = [float(_of(term, "value")) for term in terms]
    chart = charts.waterfall(values)
    rows = [
        {"label": _of(term, "label"), "url": _of(term, "url"), "value": value, "bar": bar}
        for term, value, bar in zip(terms, values, chart.terms, strict=True)
    ]
    return {
        "chart": chart,
        "rows": rows,
        "total": sum(values),
        "total_label": total_label,
        "digits": digits,
        "caption": caption,
        "unit": unit,
    }


@register.inclusion_tag("_components/stacked_bar.html")
def stacked_bar(segments: Iterable[Any], title: str = "") -> dict[str, Any]:
    """Shares of a whole: ``segments`` with ``kind`` (colour), ``label``, ``count``, perhaps
    ``url``/``action``."""
    parts = list(segments)
    bars = charts.stacked([float(_of(part, "count")) for part in parts])
    lang = get_language()
    words = [f"{_of(part, 'label')}: {figures.number(_of(part, 'count'), lang)}" for part in parts]
    return {
        "bars": [(bar, _of(part, "kind")) for bar, part in zip(bars, parts, strict=True) if bar.width],
        "segments": parts,
        "title": title,
        "spoken": "; ".join(words),
    }


@register.inclusion_tag("_components/column_chart.html")
def column_chart(
    points: Sequence[Any], threshold: float | None = None, threshold_text: str = "", title: str = ""
) -> dict[str, Any]:
    """Upright bars, for instance the worst imbalance by round: ``points`` with ``label``, ``value``,
    ``text``."""
    chart = charts.columns([float(_of(point, "value")) for point in points], threshold=threshold)
    spoken = "; ".join(f"{_of(point, 'label')}: {_of(point, 'text')}" for point in points)
    return {
        "chart": chart,
        "bars": list(zip(chart.bars, points, strict=True)),
        "names_y": chart.base + 14,
        "threshold_text": threshold_text,
        "title": title,
        "spoken": spoken,
    }


def _spoken(before: float, after: float | None) -> str:
    lang = get_language()
    share = figures.percent(abs(before), lang)
    if before < 0:
        said = _("%(share)s short") % {"share": share}
    elif before > 0:
        said = _("%(share)s too much") % {"share": share}
    else:
        said = _("in balance")
    if not after:
        return said
    rest = figures.percent(abs(after), lang)
    words = (
        _("%(said)s; %(rest)s short would remain")
        if after < 0
        else _("%(said)s; %(rest)s too much would remain")
    )
    return words % {"said": said, "rest": rest}


def _scale_texts(
    proposed: float, suggested: float | None, capacity: float | None, unit: str
) -> tuple[str, str, str]:
    lang = get_language()
    first, second = figures.quantity_pair(proposed, proposed if suggested is None else suggested, unit, lang)
    return first, second, "" if capacity is None else figures.quantity_pair(capacity, proposed, unit, lang)[0]


def _scale_title(
    texts: tuple[str, str, str], suggested: float | None, capacity: float | None, band_text: str
) -> str:
    said = [_("proposed %(quantity)s") % {"quantity": texts[0]}]
    if suggested is not None:
        said.append(_("suggested %(quantity)s") % {"quantity": texts[1]})
    if capacity is not None:
        said.append(_("full capacity %(quantity)s") % {"quantity": texts[2]})
    return "; ".join([*said, *([band_text] if band_text else [])])


def _rows(chart: charts.Scale) -> dict[str, Any]:
    """Heights of the text rows: labels above the track, the band's below."""
    top = chart.rows_above * 15 + 6
    return {
        "top": top,
        "mark_top": top - 6,
        "mark_bottom": top + 14,
        "height": top + 12 + (20 if chart.below else 6),
        "above": [(label, top - 10 - 15 * label.row) for label in chart.above],
        "below": [(label, top + 26) for label in chart.below],
    }
