"""The demo's own processes: web server, worker, clock; each in a session that ends with the launcher."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.servers import ServerError
from config.servers.places import CHECKOUT
from config.servers.problems import last_lines
from config.servers.processes import dying_with_parent


@dataclass
class Child:
    """A process of the demo, its name for people and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise ServerError with the end of its log if the process has ended."""
        code = self.process.poll()
        if code is not None:
            end = f"The end of {self.log}:\n{last_lines(self.log)}"
            raise ServerError(f"{self.name} ended by itself ({_manner(code)}). {end}")

    def stop(self, seconds: float = 15.0) -> None:
        """Ask the process to end, then end whatever is left of its session."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        end_session(self.process.pid)
        self.process.wait()


def start(name: str, command: list[str], *, environ: Mapping[str, str], log: Path) -> Child:
    """Start a process of the demo; its log begins anew."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509  only two system calls
        )
    return Child(name, process, log)


def finish(name: str, command: list[str], *, environ: Mapping[str, str], log: Path) -> None:
    """Run a process of the demo to its end; raises ServerError if it fails."""
    child = start(name, command, environ=environ, log=log)
    try:
        if child.process.wait() != 0:
            child.check()
    finally:
        child.stop(seconds=5)


def end_session(leader: int, seconds: float = 2.0) -> None:
    """Kill what a session's leader left behind, e.g. pool processes of a worker that was killed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.02)


def _manner(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
