"""Reads the published economies (``dep1ex``, ``ex``): Clojure vectors of maps, one map per council."""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np

from planning.engine.rounds import errors
from planning.engine.rounds.economy import CouncilEconomy

TOKEN = re.compile(r"[][{}()]|:[\w-]+|[^\s,\[\]{}()]+")
CLOSING = {"[": "]", "{": "}"}
ENDOWMENT = 1000.0  # of every kind of nature and of labour; in the papers, not in the files
INPUTS = ("input-exponents", "nature-exponents", "labor-exponents")
PRIVATE, INTERMEDIATE, PUBLIC = 0, 1, 2  # the files' :industry


def load_published(path: Path | str, *, endowment: float = ENDOWMENT) -> CouncilEconomy:
    """The economy in one file of Hahnel, Szczepanczyk and Weisdorf (2021), gzipped or plain.

    Goods come in five sections: private, public, intermediate, nature, labour. ``endowment`` of every kind of
    nature and labour is given (Hahnel 2021: 1,000). Raises ``UnreadableArchive`` with the file's name.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
        consumers, workers = (_vector(text, name) for name in ("ccs", "wcs"))
        return _economy(consumers, workers, endowment)
    except (OSError, EOFError, UnicodeDecodeError, LookupError, TypeError, RecursionError) as problem:
        message = f"{path.name} cannot be read as a published economy: {problem!r}"
        raise errors.UnreadableArchive(message) from problem


def _vector(text: str, name: str) -> list[dict[str, Any]]:
    begin = re.search(rf"\(def\s+{name}\b", text)
    if begin is None:
        raise LookupError(f"no (def {name} …) in the file")
    value, _ = _value(TOKEN.findall(text, begin.end(), _end(text, begin.end())), 0)
    return value  # type: ignore[no-any-return]


def _end(text: str, start: int) -> int:
    following = text.find("(def", start)
    return len(text) if following < 0 else following


def _value(tokens: list[str], place: int) -> tuple[Any, int]:
    opening = tokens[place]
    if opening not in CLOSING:
        return _atom(opening), place + 1
    items: list[Any] = []
    place += 1
    while tokens[place] != CLOSING[opening]:
        item, place = _value(tokens, place)
        items.append(item)
    if opening == "{":
        return dict(zip(items[::2], items[1::2], strict=True)), place + 1
    return items, place + 1


def _atom(token: str) -> Any:
    try:
        return float(token)
    except ValueError:
        return token


def _economy(
    consumers: list[dict[str, Any]], workers: list[dict[str, Any]], endowment: float
) -> CouncilEconomy:
    made = [(int(council[":industry"]), int(council[":product"])) for council in workers]
    needs = [council[":production-inputs"] for council in workers]
    private, public = (len(consumers[0][name]) for name in (":utility-exponents", ":public-good-exponents"))
    kinds = [max((int(max(need[group], default=0)) for need in needs), default=0) for group in range(3)]
    kinds[0] = max(kinds[0], *(good for industry, good in made if industry == INTERMEDIATE), 0)
    starts = np.cumsum([0, private, public, *kinds])  # private, public, intermediate, nature, labour, end
    section = {PRIVATE: starts[0], PUBLIC: starts[1], INTERMEDIATE: starts[2]}
    goods = [[starts[2 + g] + int(k) - 1 for g in range(3) for k in need[g]] for need in needs]
    given = np.zeros(starts[-1])
    given[starts[3] :] = endowment
    return CouncilEconomy.build(
        endowment=given,
        product=[section[industry] + good - 1 for industry, good in made],
        scale=[council[":a"] for council in workers],
        effort_share=[council[":c"] for council in workers],
        effort_cost=[council[":s"] for council in workers],
        effort_power=[council[":du"] for council in workers],
        input_ptr=np.cumsum([0, *map(len, goods)]),
        input_good=[good for need in goods for good in need],
        input_share=[b for council in workers for name in INPUTS for b in council[f":{name}"]],
        entitlement=[council[":income"] for council in consumers],
        taste=[[*c[":utility-exponents"], *c[":public-good-exponents"]] for c in consumers],
        wanted_good=np.arange(private + public),
    )
