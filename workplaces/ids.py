"""Public identifiers: UUID version 7 (RFC 9562 §5.7), so that they sort by the time they were made."""

import secrets
import time
import uuid

_RANDOM_BITS = 74
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7 of this millisecond, with 74 random bits."""
    random = secrets.randbits(_RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return uuid.UUID(int=((time.time_ns() // 1_000_000) << 80) | _VERSION_AND_VARIANT | (high << 64) | low)
