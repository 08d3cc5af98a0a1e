"""The parts that pages are made of. ``{% load commonplan %}`` brings these, the charts and the figures'
filters.

How to use each: docs/design-system.md; all of them in all states: the gallery.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workplaces.templatetags import chart_tags, figure_tags

register = template.Library()
for _library in (figure_tags.register, chart_tags.register):
    register.tags.update(_library.tags)
    register.filters.update(_library.filters)


@register.simple_block_tag
def card(content: str, title: str = "", css: str = "", id: str = "") -> SafeString:  # noqa: A002
    """``{% card "Answers" %}…{% endcard %}``: a white card with a heading."""
    heading = format_html("<h2>{}</h2>\n", title) if title else ""
    name = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<section class="card{}"{}>{}{}</section>',
        f" {css}" if css else "",
        name,
        heading,
        content,
    )


@register.simple_block_tag
def choice(content: str, title: str, text: str = "") -> SafeString:
    """One of several ways to answer: what it is, its consequence, and the form or button inside the block."""
    return format_html('<section class="card choice"><h2>{}</h2><p>{}</p>{}</section>', title, text, content)


@register.inclusion_tag("_components/crumbs.html")
def crumbs(items: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Where this page stands: pairs of label and address, the last perhaps without an address."""
    return {"items": [(item[0], item[1] if len(item) > 1 else "") for item in items]}


@register.inclusion_tag("_components/stepper.html")
def stepper(steps: Iterable[Any]) -> dict[str, Any]:
    """Phases of a cycle: each with ``label``, ``note``, ``state`` (done, skipped, now, later), perhaps ``url``."""
    return {"steps": steps}


@register.inclusion_tag("_components/figure_strip.html")
def figure_strip(items: Iterable[Any]) -> dict[str, Any]:
    """Up to five figures that matter: each with ``value`` (text), ``label``, perhaps ``kind`` and ``url``."""
    return {"items": items}


@register.inclusion_tag("_components/facts.html")
def facts(items: Iterable[Any], columns: int = 1) -> dict[str, Any]:
    """A definition list: each item with ``label``, ``value``, perhaps ``url``."""
    return {"items": items, "columns": columns}


@register.inclusion_tag("_components/roll_call.html")
def roll_call(votes: Iterable[Any], caption: str = "") -> dict[str, Any]:
    """Who voted how: ``name``, ``represents``, ``vote`` (text), ``kind`` (yes, no, abstain, waiting),
    ``instruction`` (text), ``weight``."""
    listed = list(votes)
    return {"votes": listed, "caption": caption}


@register.inclusion_tag("_components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """What happened: each event with ``at`` (a moment), ``text``, perhaps ``by``, ``url``, ``is_now``."""
    return {"events": events}


@register.inclusion_tag("_components/progress.html")
def progress_bar(
    value: float | None,
    total: float = 1,
    label: str = "",
    note: str = "",
    id: str = "progress",  # noqa: A002
) -> dict[str, Any]:
    """A native progress bar; ``value`` None means: under way, nobody knows how far."""
    share = None if value is None or not total else max(0.0, min(1.0, value / total))
    percent = None if share is None else f"{share * 100:.0f}"
    return {"percent": percent, "share": share, "label": label, "note": note, "id": id}


@register.simple_tag
def pill(text: str, kind: str = "") -> SafeString:
    """A word in a pill; ``kind`` is short, glut, done, soon or nothing."""
    return format_html('<span class="pill{}">{}</span>', f" {kind}" if kind else "", text)


@register.simple_tag
def due(deadline: datetime | None, now: datetime) -> SafeString:
    """The time left as a pill, in ochre on the last day, with the exact moment for machines and on hover."""
    if deadline is None:
        return SafeString()
    is_soon = timedelta(0) <= deadline - now < timedelta(days=1)
    return format_html(
        '<time class="pill{}" datetime="{}">{}</time>',
        " soon" if is_soon else "",
        deadline.isoformat(),
        figure_tags.until(deadline, now),
    )


@register.inclusion_tag("_components/synthetic.html")
def synthetic(text: str = "") -> dict[str, Any]:
    """The label of data that a seed made up, not a statistic."""
    return {"text": text}


@register.inclusion_tag("_components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "", level: int = 3) -> dict[str, Any]:
    """What will be here and when, and the one thing to do until then; ``level`` is its heading's."""
    return {"title": title, "text": text, "url": url, "label": label, "level": level}


@register.inclusion_tag("_components/form_field.html")
def form_field(field: BoundField, hint: str = "", unit: str = "", label: str = "") -> dict[str, Any]:
    """A field of a form with label, hint, unit and error, tied together for a screen reader."""
    widget = field.field.widget
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    is_check = isinstance(widget, CheckboxInput) and not is_group
    return {
        "field": field,
        "label": label or field.label,
        "hint": hint or field.help_text,
        "unit": unit,
        "is_group": is_group,
        "is_check": is_check,
        "control": _control(field, hint, is_renamed=bool(label)),
    }


@register.inclusion_tag("_components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form, with the errors that belong to none of them first."""
    return {"form": form}


@register.inclusion_tag("_components/sort_heading.html", takes_context=True)
def sort_heading(context: Context, key: str, label: str, css: str = "") -> dict[str, Any]:
    """A column heading that sorts: ``?sort=key``, then ``?sort=-key``; other parameters stay, the page
    goes."""
    query = _query(context)
    current = query.get("sort", "")
    query["sort"] = f"-{key}" if current == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {"label": label, "css": css, "direction": direction, "url": f"?{query.urlencode()}"}


@register.inclusion_tag("_components/table_foot.html")
def table_foot(
    shown: int, total: int, csv_url: str = "", all_url: str = "", what: str = ""
) -> dict[str, Any]:
    """Below a table: how many of how many, the rest behind one link, the whole as CSV."""
    return {"shown": shown, "total": total, "csv_url": csv_url, "all_url": all_url, "what": what}


@register.inclusion_tag("_components/paginator.html", takes_context=True)
def paginator(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the pages of a list; other parameters of the address stay."""
    query = _query(context)
    query.pop("page", None)
    rest = query.urlencode()
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "ellipsis": page.paginator.ELLIPSIS,
        "prefix": f"?{rest}&page=" if rest else "?page=",
    }


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


def _control(field: BoundField, hint: str, *, is_renamed: bool) -> SafeString:
    described = [f"{field.auto_id}_hint"] if hint or field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if is_renamed or field.field.widget.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = ""
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
