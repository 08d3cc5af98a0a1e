"""Which unit a satellite row is in, out of the words in meta.json."""

import re
from collections.abc import Mapping, Sequence

LABOUR_ROW = re.compile(r"^(EMP|JOBS|H_|HOURS|PERSONS)", re.IGNORECASE)


def satellite_units(meta: Mapping[str, object], names: Sequence[str]) -> tuple[str, ...]:
    """Unit of each satellite row; ``labour_unit`` may hold clauses: EMP/EMPE thousand persons; H_EMPE …"""
    clauses = dict(_clauses(str(meta.get("labour_unit", "")), names))
    labour = clauses.get("", "")
    emissions = str(meta.get("emissions_unit", ""))
    return tuple(clauses.get(name, labour if LABOUR_ROW.match(name) else emissions) for name in names)


def _clauses(text: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (row name, unit); the row name is empty for a clause that names no row."""
    pairs: list[tuple[str, str]] = []
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        words, named = clause.split(), []
        while words and all(word in names for word in words[0].rstrip(",").split("/")):
            named += words.pop(0).rstrip(",").split("/")
        pairs += [(name, " ".join(words)) for name in named] or [("", clause)]
    return pairs
