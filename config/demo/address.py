"""Which port the demo's pages are on, and whether they answer."""

import contextlib
import http.client
import socket
import sys
from collections.abc import Iterator

from config.servers.valkey import free_port

USUAL = 8000
BROKEN = 500


@contextlib.contextmanager
def reserved_port(usual: int = USUAL) -> Iterator[int]:
    """Yield a free loopback port, the usual one if possible, that no other demo takes meanwhile.

    The web server may share a port with others of its kind, so looking is not enough: while the block
    runs, the port is reserved by a name that only one process of this machine can hold.
    """
    with socket.socket(socket.AF_UNIX) as name:
        yield _reserve(name, usual)


def _reserve(name: socket.socket, usual: int) -> int:
    wanted = usual
    while True:
        port = free_port(wanted)
        if sys.platform != "linux":  # names without a file are Linux's own
            return port
        with contextlib.suppress(OSError):
            name.bind(f"\0commonplan-web-{port}")
            return port
        wanted = 0


def answers(port: int) -> bool:
    """Tell whether the first page comes back without a server error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < BROKEN
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
