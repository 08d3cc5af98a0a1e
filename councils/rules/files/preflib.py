"""Reads PrefLib's rankings: ``.soc``, ``.soi``, ``.toc``, ``.toi`` (format: Mattei and Walsh 2013, and preflib.org).

Lines that begin with # describe the election; every other line is ``number of voters: best, next, …`` with options
that share a place in braces. ``c`` is complete, ``i`` may end early; ``s`` has no shared places, ``t`` may have.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from councils.rules.ballots import Ranking
from councils.rules.files.text import Place, lines_of, shown

SUFFIXES = (".soc", ".soi", ".toc", ".toi")
HEADER = re.compile(r"#\s*([^:]+?)\s*:\s*(.*?)\s*")
NAME = re.compile(r"ALTERNATIVE NAME (\S+)")
ORDER = re.compile(r"\s*([^:]*?)\s*:\s*(.*?)\s*")
GROUP = re.compile(r"\{([^{}]*)\}|([^,{}]+)")


@dataclass(frozen=True)
class PreflibFile:
    """Rankings with their number of voters; ``names`` by the alternative's number as text."""

    name: str
    names: dict[str, str]
    rankings: tuple[Ranking, ...]
    meta: dict[str, str] = field(default_factory=dict)


def read_preflib(path: Path) -> PreflibFile:
    """Return the election in the file; raise BallotFileError with line and field for the first fault."""
    kind = path.suffix.lower().lstrip(".")
    meta, places, names = dict[str, str](), dict[str, Place](), dict[str, str]()
    orders: list[tuple[Place, str]] = []
    for place, text in lines_of(path):
        if text.lstrip().startswith("#"):
            _header(place, text.strip(), meta, places, names)
        else:
            orders.append((place, text))
    _check_kind(kind, meta, places)
    if not names:
        raise Place(path.name).error(
            "no option is named; a line such as '# ALTERNATIVE NAME 1: Ada' is needed.", "ALTERNATIVE NAME"
        )
    rankings = _rankings(path, orders, names, kind)
    counted = {
        "NUMBER ALTERNATIVES": len(names),
        "NUMBER VOTERS": sum(int(ranking.weight) for ranking in rankings),
        "NUMBER UNIQUE ORDERS": len(rankings),
    }
    for key, number in counted.items():
        if key in meta and places[key].whole(meta[key], key) != number:
            raise places[key].error(
                f"the file says {shown(meta[key])} but holds {number}; one is wrong.", key
            )
    return PreflibFile(path.name, names, rankings, meta)


def _header(
    place: Place, text: str, meta: dict[str, str], places: dict[str, Place], names: dict[str, str]
) -> None:
    match = HEADER.fullmatch(text)
    if match is None:
        return
    key, value = match[1].upper(), match[2]
    if key in meta:
        raise place.error("this key stands twice; keep one.", key)
    meta[key], places[key] = value, place
    if name := NAME.fullmatch(key):
        names[str(place.whole(name[1], key))] = value


def _check_kind(kind: str, meta: dict[str, str], places: dict[str, Place]) -> None:
    stated = meta.get("DATA TYPE", kind).lower()
    if stated != kind:
        raise places["DATA TYPE"].error(
            f"the file calls itself {shown(stated)} but its name ends in .{kind}; rename it or mend the line.",
            "DATA TYPE",
        )


def _rankings(
    path: Path, orders: list[tuple[Place, str]], names: dict[str, str], kind: str
) -> tuple[Ranking, ...]:
    rankings, seen = [], dict[tuple[tuple[str, ...], ...], int]()
    for place, text in orders:
        match = ORDER.fullmatch(text)
        if match is None:
            raise place.error("a line reads 'number of voters: 3,1,2'; the colon is missing.")
        voters = place.whole(match[1], "number of voters")
        if voters == 0:
            raise place.error("no voter stands behind this order; leave the line out.", "number of voters")
        groups = _groups(place, match[2], names)
        _check_order(place, groups, names, kind)
        key = tuple(tuple(sorted(group)) for group in groups)
        if key in seen:
            raise place.error(f"this order stands in line {seen[key]} already; add the voters up.", "order")
        seen[key] = place.line or 0
        rankings.append(Ranking(groups, voters, f"line {place.line}"))
    if not rankings:
        raise Place(path.name).error("nobody voted: there is no line with an order.", "order")
    return tuple(rankings)


def _groups(place: Place, text: str, names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    groups, at = [], 0
    while text:
        match = GROUP.match(text, at)
        parts = (match[1] if match[1] is not None else match[2]).split(",") if match else [""]
        members = tuple(part.strip() for part in parts)
        if not all(members) or match is None:
            raise place.error("a rank is empty; close the gap between the commas.", "order")
        groups.append(tuple(_option(place, member, names) for member in members))
        at = match.end()
        rest = text[at:].lstrip()
        if not rest:
            break
        if not rest.startswith(","):
            raise place.error(f'a comma is missing before "{shown(rest)}".', "order")
        at = len(text) - len(rest) + 1
        at += len(text[at:]) - len(text[at:].lstrip())
    return tuple(groups)


def _option(place: Place, text: str, names: dict[str, str]) -> str:
    option = str(place.whole(text, "order"))
    if option not in names:
        raise place.error(f"option {option} is not among those named at the top.", "order")
    return option


def _check_order(place: Place, groups: tuple[tuple[str, ...], ...], names: dict[str, str], kind: str) -> None:
    named = [option for group in groups for option in group]
    if len(set(named)) < len(named):
        raise place.error("an option stands twice in this order; name it once.", "order")
    if kind.startswith("s") and any(len(group) > 1 for group in groups):
        raise place.error(f"options share a place, which a .{kind} file does not allow; call it .t…", "order")
    if kind.endswith("c") and len(named) < len(names):
        raise place.error(
            f"{len(named)} of {len(names)} options are ranked; a .{kind} file ranks all of them.", "order"
        )
