"""What hangs on frozen figures alone is computed once: kept in this process, and in the cache for the other processes.

A key names everything that the value hangs on, by public ids and digests: what is under a key never changes, so nothing
has to be taken back when something new is computed. Values are plain JSON; nothing is lost when the cache goes away.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.core.cache import cache

DAY = 86_400  # seconds in the cache
HERE = 64  # values in this process, those used last

_here: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()


def kept[T, J](key: str, compute: Callable[[], J], read: Callable[[J], T]) -> T:
    """Return ``read`` of the JSON value under the key, which is computed where nobody has yet."""
    found = known(key, read)
    if found is not None:
        return found
    value = compute()
    cache.set(key, value, DAY)
    return _put(key, read(value))


def known[T, J](key: str, read: Callable[[J], T]) -> T | None:
    """Return ``read`` of the JSON value under the key, None where nobody has computed it."""
    with _lock:
        if key in _here:
            _here.move_to_end(key)
            found: T = _here[key]
            return found
    value: J | None = cache.get(key)
    return None if value is None else _put(key, read(value))


def _put[T](key: str, made: T) -> T:
    """Keep a value in this process."""
    with _lock:
        _here[key] = made
        while len(_here) > HERE:
            _here.popitem(last=False)
    return made
