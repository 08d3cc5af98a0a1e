"""What changed between two wordings, word by word, and whether two changes of one wording go together.

Words, spaces and punctuation are the units. The difference is the shortest one (E. W. Myers, "An O(ND) Difference
Algorithm and Its Variations", Algorithmica 1, 1986, Fig. 2); beyond ``MOST`` changed units the whole part between the
common beginning and end counts as replaced, so that no text takes long. Pure: strings in, tuples out.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, zip_longest

SAME, GONE, NEW = "same", "del", "ins"
MOST = 600
UNITS = re.compile(r"\s+|\w+(?:[.,:/’'-]\w+)*|[^\w\s]")
FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
PLAIN = re.compile(r"\d+(?:\.\d{1,2}|\.\d{4,})?")
AROUND = 3


@dataclass(frozen=True)
class Part:
    """A run of text: ``kind`` is same, del or ins."""

    kind: str
    text: str


@dataclass(frozen=True)
class Hunk:
    """Units ``start`` to ``stop`` of the old wording are replaced by ``units``."""

    start: int
    stop: int
    units: tuple[str, ...]


@dataclass(frozen=True)
class FigureChange:
    """A figure that changed: what stands around it, as it was and as it would be (empty: none), and by how much.

    ``difference`` is None where a figure is missing or written so that its value is not certain (``1.000``).
    """

    around: str
    before: str
    after: str
    difference: Decimal | None


def units(text: str) -> list[str]:
    """Return the words, runs of space and signs of a text; joined they are the text."""
    return UNITS.findall(text)


def difference(old: str, new: str) -> list[Part]:
    """Return what stays, goes and comes, in reading order; a space between two changes belongs to both."""
    before, parts, at = units(old), [], 0
    for hunk in _joined(before, hunks(before, units(new))):
        parts.append(Part(SAME, "".join(before[at : hunk.start])))
        parts.append(Part(GONE, "".join(before[hunk.start : hunk.stop])))
        parts.append(Part(NEW, "".join(hunk.units)))
        at = hunk.stop
    parts.append(Part(SAME, "".join(before[at:])))
    return [part for part in parts if part.text]


def merged(base: str, ours: str, theirs: str) -> str | None:
    """Return ``base`` with both changes made, None when they concern the same words or touch each other."""
    before = units(base)
    mine, others = hunks(before, units(ours)), hunks(before, units(theirs))
    every = sorted({*mine, *others}, key=lambda hunk: (hunk.start, hunk.stop))
    for first, second in pairwise(every):
        if second.start <= first.stop:
            return None
    found, at = [], 0
    for hunk in every:
        found += before[at : hunk.start]
        found += hunk.units
        at = hunk.stop
    return "".join([*found, *before[at:]])


def figures(old: str, new: str) -> list[FigureChange]:
    """Return the figures that differ, in reading order, each with the words around it in the new wording."""
    before, changes, shift = units(old), [], 0
    after = units(new)
    for hunk in _joined(before, hunks(before, after)):
        start = hunk.start + shift
        shift += len(hunk.units) - (hunk.stop - hunk.start)
        gone = _figures_in(before[hunk.start : hunk.stop])
        come = _figures_in(hunk.units)
        for was, now in zip_longest(gone, come):
            if was is None or now is None or was[1] != now[1]:
                place = start + (now[0] if now else 0)
                changes.append(_change(after, place, was[1] if was else "", now[1] if now else ""))
    return changes


def hunks(before: list[str], after: list[str]) -> list[Hunk]:
    """Return the replacements that make ``after`` of ``before``, from front to back, none touching another."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    pairs = _shortest(old, new)
    found, at, to = [], 0, 0
    for x, y in [*pairs, (len(old), len(new))]:
        if x > at or y > to:
            found.append(Hunk(head + at, head + x, tuple(new[to:y])))
        at, to = x + 1, y + 1
    return found


def _shortest(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the pairs of equal units on a shortest way from ``old`` to ``new``; none beyond ``MOST`` changes."""
    reach, trail = {1: 0}, []
    for changes in range(min(len(old) + len(new), MOST) + 1):
        trail.append(dict(reach))
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            reach[k] = x
            if x >= len(old) and x - k >= len(new):
                return _walked_back(trail, len(old), len(new))
    return []


def _walked_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for changes in range(len(trail) - 1, -1, -1):
        reach, k = trail[changes], x - y
        down = k == -changes or (k != changes and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        from_x = reach[before]
        from_y = from_x - before
        while x > max(from_x, 0) and y > max(from_y, 0) and (x, y) != (from_x, from_y):
            if x == from_x + (not down) and y == from_y + down:
                break
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    return pairs[::-1]


def _joined(before: list[str], found: list[Hunk]) -> list[Hunk]:
    """Join hunks between which nothing but space stays: a rewritten phrase reads as one."""
    joined: list[Hunk] = []
    for hunk in found:
        last = joined[-1] if joined else None
        between = before[last.stop : hunk.start] if last else []
        if last and not "".join(between).strip():
            joined[-1] = Hunk(last.start, hunk.stop, (*last.units, *between, *hunk.units))
        else:
            joined.append(hunk)
    return joined


def _figures_in(found: tuple[str, ...] | list[str]) -> list[tuple[int, str]]:
    return [(place, unit) for place, unit in enumerate(found) if FIGURE.fullmatch(unit)]


def _change(after: list[str], place: int, was: str, now: str) -> FigureChange:
    words = [at for at, unit in enumerate(after) if not unit.isspace()]
    before = [at for at in words if at < place][-AROUND:]
    behind = [at for at in words if at > place or (not now and at == place)][:AROUND]
    left = "".join(after[before[0] : place]).strip() if before else ""
    right = "".join(after[place + bool(now) : behind[-1] + 1]).strip() if behind else ""
    sure = PLAIN.fullmatch(was) and PLAIN.fullmatch(now)
    return FigureChange(
        around=" ".join(f"{left} … {right}".split()),
        before=was,
        after=now,
        difference=Decimal(now) - Decimal(was) if sure else None,
    )
