"""Geometry of the small charts, in pixels of their SVG. Pure: numbers in, positions out, no markup, no text.

Every function accepts any finite numbers, also zero and extremes, and returns finite positions inside the
chart;
what is not finite is refused with a ValueError that names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

LABEL_SIZE: Final = 11.0
SLIVER: Final = 1.5
_LINE: Final = 18.0
_NARROW_CHARS: Final = frozenset(" \u00a0\u2009\u202f.,:;'|!()ijlIft·")


@dataclass(frozen=True)
class Bar:
    """A horizontal bar from ``x``, ``width`` pixels wide; ``kind`` names its colour (a CSS class)."""

    x: float
    width: float
    kind: str = ""

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Label:
    """A text centred on ``x`` in text row ``row`` (0 is nearest to the bar)."""

    x: float
    text: str
    kind: str = ""
    row: int = 0
    anchor: str = "middle"


@dataclass(frozen=True)
class Imbalance:
    """A diverging bar: short grows to the left of ``axis``, glut to the right; ``remaining`` starts at the
    axis."""

    width: float
    axis: float
    bar: Bar
    remaining: Bar | None
    label: Label
    is_cut: bool

    @property
    def cut_x(self) -> float:
        """Where the sign of a cut bar stands: in the middle of it."""
        return self.bar.x + self.bar.width / 2


@dataclass(frozen=True)
class Scale:
    """Marks on a horizontal scale, with labels that do not overlap; rows above and below the track."""

    width: float
    track: Bar
    band: Bar | None
    marks: tuple[Label, ...]
    above: tuple[Label, ...]
    below: tuple[Label, ...]
    rows_above: int


@dataclass(frozen=True)
class Waterfall:
    """Bars of a running sum over common pixels, one a term, then the total; ``zero`` is where nothing
    stands."""

    width: float
    zero: float
    terms: tuple[Bar, ...]
    total: Bar


@dataclass(frozen=True)
class Column:
    """An upright bar; y counts from the top; ``label_y`` is the baseline of the figure above it."""

    x: float
    y: float
    width: float
    height: float
    label_y: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Columns:
    """Upright bars on ``base``, with a threshold line, inside ``width`` × ``height``; names below the
    base."""

    width: float
    height: float
    base: float
    bars: tuple[Column, ...]
    threshold: float | None


def text_width(text: str, size: float = LABEL_SIZE) -> float:
    """A safe estimate of a text's width in pixels (a little too wide, so that labels never touch)."""
    return sum(0.34 if char in _NARROW_CHARS else 0.64 for char in text) * size


def imbalance(
    before: float,
    after: float | None,
    text: str,
    *,
    largest: float | None = None,
    reach: float = 46.0,
    gap: float = 4.0,
    room: float = 40.0,
) -> Imbalance:
    """Bar of an imbalance (fractions of what is needed; short is negative), on a scale shared by a table.

    ``largest`` is the greatest absolute imbalance of the table: it takes ``reach`` pixels. What is larger
    still is
    cut there and says so (``is_cut``).
    """
    _finite("imbalance", before)
    axis = room + gap + reach
    length = _length(before, largest or abs(before), reach)
    bar = _from_axis(axis, before, length, "short" if before < 0 else "glut")
    label = (
        Label(bar.x - gap, text, anchor="end") if before < 0 else Label(bar.end + gap, text, anchor="start")
    )
    return Imbalance(
        2 * axis,
        axis,
        bar,
        _remaining(after, largest or abs(before), reach, axis),
        label,
        is_cut=bool(largest) and abs(before) > (largest or 0) * (1 + 1e-9),
    )


def scale(
    marks: Sequence[tuple[float, str, str]],
    *,
    band: tuple[float, float, str] | None = None,
    width: float = 260.0,
) -> Scale:
    """A track with marks ``(value, text, kind)`` and a band ``(from, to, text)``; the ends stay a tenth
    away."""
    ends = [value for value, _, _ in marks] + ([band[0], band[1]] if band else [])
    for value in ends:
        _finite("mark on a scale", value)
    to_x = _linear(ends or [0.0], width)
    placed = tuple(Label(to_x(value), text, kind) for value, text, kind in marks)
    above = spread([label for label in placed if label.text], width)
    span = Bar(to_x(band[0]), max(SLIVER, to_x(band[1]) - to_x(band[0])), "band") if band else None
    below = spread([Label(span.x + span.width / 2, band[2])], width) if band and span and band[2] else ()
    rows = 1 + max((label.row for label in above), default=0)
    return Scale(width, Bar(0.0, width), span, placed, above, below, rows)


def spread(labels: Sequence[Label], width: float, *, space: float = 8.0) -> tuple[Label, ...]:
    """Labels moved apart inside ``0…width`` so that none overlaps; in a second row where one row has no
    room."""
    ordered = sorted(labels, key=lambda label: label.x)
    if sum(text_width(label.text) + space for label in ordered) - space > width and len(ordered) > 1:
        rows = [spread(ordered[start::2], width, space=space) for start in (0, 1)]
        deep = 1 + max((label.row for label in rows[0]), default=0)
        return rows[0] + tuple(_moved(label, label.x, label.row + deep) for label in rows[1])
    widths = [text_width(label.text) + space for label in ordered]
    centres = pushed_apart([label.x for label in ordered], widths, -space / 2, width + space / 2)
    return tuple(_moved(label, x, 0) for label, x in zip(ordered, centres, strict=True))


def waterfall(terms: Sequence[float], *, width: float = 180.0) -> Waterfall:
    """The running sum of ``terms``: each bar starts where the one before ended, so that the eye can add
    them up."""
    for term in terms:
        _finite("term of a sum", term)
    sums = [0.0, *accumulate(terms)]
    low, high = min(sums), max(sums)

    def bar(start: float, end: float, kind: str) -> Bar:
        left = _share(min(start, end) - low, high - low) * width
        return _floor(Bar(left, _share(abs(end - start), high - low) * width, kind), width)

    bars = tuple(bar(a, b, "gain" if b > a else "cost") for a, b in pairwise(sums))
    return Waterfall(width, _share(-low, high - low) * width, bars, bar(0.0, sums[-1], "total"))


def stacked(values: Sequence[float], *, width: float = 1000.0) -> tuple[Bar, ...]:
    """Shares of a whole as adjoining bars; what is not zero stays visible, and all together fill
    ``width``."""
    for value in values:
        _finite("share of a bar", value)
        if value < 0:
            raise ValueError(f"A share of a bar can't be negative: {value}.")
    total = sum(values)
    if not total:
        return tuple(Bar(0.0, 0.0) for _ in values)
    least = min(width * 0.012, width / len(values))
    widths = [max(least, width * value / total) if value else 0.0 for value in values]
    excess = sum(widths) - width
    largest = max(range(len(widths)), key=widths.__getitem__)
    widths[largest] -= excess
    starts = [0.0, *accumulate(widths)]
    return tuple(Bar(x, w) for x, w in zip(starts, widths, strict=False))


def columns(
    values: Sequence[float], *, threshold: float | None = None, width: float = 260.0, height: float = 72.0
) -> Columns:
    """Upright bars from zero, the largest value or the threshold ``height`` pixels tall; none may be
    negative."""
    for value in [*values, *([] if threshold is None else [threshold])]:
        _finite("column", value)
        if value < 0:
            raise ValueError(f"A column can't be negative: {value}.")
    top = max([*values, threshold or 0.0], default=0.0)
    base = height + _LINE
    line = None if threshold is None else base - _share(threshold, top) * height
    step = width / max(1, len(values))
    bars = tuple(
        _column(index * step, step, max(SLIVER, _share(value, top) * height) if value else 0.0, base, line)
        for index, value in enumerate(values)
    )
    return Columns(width, base + _LINE, base, bars, line)


def _column(start: float, step: float, tall: float, base: float, line: float | None) -> Column:
    """A bar in the middle of its step; its label moves above the threshold line rather than through it."""
    thick = min(36.0, step * 0.7)
    label = base - tall - 4
    if line is not None and label - LABEL_SIZE < line < label + 3:
        label = line - 4
    return Column(start + (step - thick) / 2, base - tall, thick, tall, label)


def _finite(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"The {name} must be a finite number, not {value}.")


def _length(value: float, largest: float, reach: float) -> float:
    if not value or not largest:
        return 0.0
    return max(SLIVER, min(1.0, abs(value) / abs(largest)) * reach)


def _from_axis(axis: float, value: float, length: float, kind: str) -> Bar:
    return Bar(axis - length if value < 0 else axis, length, kind)


def _remaining(after: float | None, largest: float, reach: float, axis: float) -> Bar | None:
    if not after:
        return None
    _finite("remaining imbalance", after)
    return _from_axis(axis, after, _length(after, largest or abs(after), reach), "remaining")


def _linear(values: Sequence[float], width: float) -> Callable[[float], float]:
    low, high = min(values), max(values)
    if high == low:
        return lambda _value: width / 2
    margin = width * 0.12
    return lambda value: margin + (value - low) / (high - low) * (width - 2 * margin)


def pushed_apart(centres: list[float], widths: list[float], low: float, high: float) -> list[float]:
    """Smallest pushes to the right, then to the left, that part intervals of these widths inside
    ``low…high``."""
    starts: list[float] = []
    edge = low
    for centre, own in zip(centres, widths, strict=True):
        starts.append(max(edge, centre - own / 2))
        edge = starts[-1] + own
    limit = high
    for index in range(len(starts) - 1, -1, -1):
        starts[index] = max(low, min(starts[index], limit - widths[index]))
        limit = starts[index]
    return [start + own / 2 for start, own in zip(starts, widths, strict=True)]


def _moved(label: Label, x: float, row: int) -> Label:
    return Label(x, label.text, label.kind, row, label.anchor)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _floor(bar: Bar, width: float) -> Bar:
    """A bar too thin to see gets a visible sliver, inside the chart."""
    if bar.width >= SLIVER or not bar.width:
        return bar
    return Bar(min(bar.x, width - SLIVER), SLIVER, bar.kind)
