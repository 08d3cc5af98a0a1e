"""A Celery worker as a process of its own, on the test's database and queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.db import connection


def database_url() -> str:
    """The address of the database this test runs on."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))


@contextmanager
def worker(broker: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker; whatever is left of it at the end is killed."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-c",
            "1",
            "-l",
            "WARNING",
            "--without-gossip",
        ],
        env={**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": broker, **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker and its children at once, as a machine that loses power would."""
    if process.poll() is None:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for member in family:
            member.send_signal(signal.SIGKILL)
        process.wait(10)


def eventually(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until ``condition`` holds; fail with ``what`` if it does not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"after {seconds} s still not: {what}")
