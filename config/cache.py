"""Counters of requests and sign-ins, shared by all web processes: JSON on the broker's server.

Votes and answers must get through while that server is down. What is lost then is only the counting.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.db import connection
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

logger = logging.getLogger(__name__)


class Json:
    """Figures and lists as JSON: what somebody else wrote there can never be run as code."""

    def dumps(self, value: Any) -> bytes:
        """Write a value down."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Read a value."""
        return json.loads(data)


def without_server(fallback: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer with ``fallback`` of the same arguments, and say so in the log, while the server is away."""

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def attempt(*arguments: Any, **named: Any) -> Any:
            try:
                return method(*arguments, **named)
            except (NoConnection, NoAnswer) as problem:
                logger.warning("Requests are not counted at present: %s", problem)
                return fallback(*arguments, **named)

        return attempt

    return wrap


class Client(RedisCacheClient):
    """A client that goes on without its server."""

    add = without_server(lambda *_: True)(RedisCacheClient.add)
    get = without_server(lambda _, __, default: default)(RedisCacheClient.get)
    set = without_server(lambda *_: None)(RedisCacheClient.set)
    touch = without_server(lambda *_: False)(RedisCacheClient.touch)
    delete = without_server(lambda *_: False)(RedisCacheClient.delete)
    get_many = without_server(lambda *_: {})(RedisCacheClient.get_many)
    has_key = without_server(lambda *_: False)(RedisCacheClient.has_key)
    incr = without_server(lambda _, __, delta: delta)(RedisCacheClient.incr)
    set_many = without_server(lambda *_: None)(RedisCacheClient.set_many)
    delete_many = without_server(lambda *_: None)(RedisCacheClient.delete_many)

    def clear(self) -> bool:
        """Forget this database's counters; the server holds the queue as well, so it is never flushed."""
        server = self.get_client(None, write=True)
        for found in server.scan_iter(match=f"{key('*', '', 1)}", count=1000):
            server.delete(found)
        return True


class Counters(RedisCache):
    """Django's cache on such a client."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """Read and write JSON."""
        options = {"serializer": Json(), "socket_timeout": 1, "socket_connect_timeout": 1}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = Client


def key(name: str, prefix: str, version: int) -> str:
    """Return the server's name for a counter: instances that share a server do not share counters."""
    return f"counter:{connection.settings_dict['NAME']}:{prefix}{version}:{name}"
