"""How an entry of the public record is written down and hashed. Pure; no Django.

Canonical form of an entry: the JSON object of its fields (``FIELDS``), UTF-8, keys sorted by code point, no
white space, no escapes beyond those JSON requires.  Every value is text, a whole number, true, false, null, a
list or an object: a figure with a fraction is written as the shortest text that reads back to the same
double (Python's ``repr``), because two programs rarely print a float alike.  Moments are UTC with six
decimals and ``Z``.  ``digest = SHA-256(canonical form)``, and ``previous`` is the digest before, so that no
entry can be changed, taken out or moved without changing all that follow.
"""

import hashlib
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
FIELDS = (
    "number",
    "public_id",
    "at",
    "kind",
    "actor",
    "actor_name",
    "hat",
    "subject",
    "motion",
    "body",
    "previous",
)

type Json = str | int | bool | list["Json"] | dict[str, "Json"] | None


def plain(value: Any) -> Json:
    """Return ``value`` in the record's few types; raises ValueError for what would not survive storage.

    Floats become their ``repr``; identifiers, dates, decimals and fractions their text; tuples lists.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(str(value))
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, UUID | date | Decimal | Fraction):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    raise ValueError(f"The public record cannot hold a {type(value).__name__}; write it as text or numbers.")


def moment(at: datetime) -> str:
    """Return a moment as UTC text with six decimals; raises ValueError when it names no time zone."""
    if at.tzinfo is None:
        raise ValueError("A moment on the public record needs a time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def canonical(value: Json) -> bytes:
    """Return the one way to write ``value`` down."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest(entry: dict[str, Json]) -> str:
    """Return the SHA-256, as 64 hexadecimal digits, of the canonical form of an entry's ``FIELDS``."""
    return hashlib.sha256(canonical({field: entry[field] for field in FIELDS})).hexdigest()


def _text(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Text on the public record cannot hold the character NUL.")
    text.encode()  # a lone surrogate has no UTF-8 form: UnicodeEncodeError is a ValueError
    return text


def _float(figure: float) -> str:
    if not math.isfinite(figure):
        raise ValueError(f"The public record holds finite figures only, not {figure}.")
    return repr(figure)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError(f"Keys on the public record are text, not {type(key).__name__}.")  # noqa: TRY004
    return _text(key)
