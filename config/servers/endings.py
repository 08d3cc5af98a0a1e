"""Requests to end: they unwind what was started, once, and the unwinding is not cut short."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Turn the first request to end into an exception and ignore further ones until the block has ended.

    Ctrl-C raises KeyboardInterrupt, the others SystemExit with the shell's code for the signal.
    """
    before = {number: signal.signal(number, _leave) for number in REQUESTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    for request in REQUESTS:
        signal.signal(request, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)
