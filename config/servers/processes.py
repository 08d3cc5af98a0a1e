"""Starting server processes that cannot outlive us, finding those that did, and stopping them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.servers.account import Account
from config.servers.problems import ServerError, last_lines

PR_SET_PDEATHSIG = 1
SERVERS = {"postgres", "valkey-server", "redis-server"}
# Loaded here because a child between fork and exec must not import anything.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Started:
    """A running server: its name for people, its address, its process."""

    name: str
    url: str
    process: subprocess.Popen[bytes]


def dying_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a function for the child: when the thread that started it dies, however, it gets the signal."""
    parent = os.getpid()

    def bind() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:  # it died before the line above took effect
                os._exit(1)

    return bind


def environment() -> dict[str, str]:
    """Return what server programs need to know of our environment, and nothing else."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def spawn(
    command: list[str], *, account: Account, folder: Path, log: Path, farewell: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=environment(),
            start_new_session=True,
            umask=0o077,
            preexec_fn=dying_with_parent(farewell),  # noqa: PLW1509  see dying_with_parent: only two system calls
            **account.identity(),
        )


def spawn_command(command: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the user's command in our terminal and session; it does not outlive us either."""
    bind = dying_with_parent(signal.SIGTERM)
    try:
        return subprocess.Popen(command, env=environ, preexec_fn=bind)  # noqa: PLW1509  only two system calls
    except OSError as error:
        raise ServerError(f"{command[0]} could not be started: {error.strerror}.") from None


def run_tool(command: list[str], *, account: Account, folder: Path, log: Path, text: str = "") -> None:
    """Run a short program of a server's package to its end; raises ServerError with its last words."""
    done = subprocess.run(
        command,
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment(),
        umask=0o077,
        check=False,
        **account.identity(),
    )
    with log.open("ab") as output:
        output.write(done.stdout)
    if done.returncode:
        raise ServerError(f"{command[0]} failed (exit {done.returncode}). Its last lines:\n{last_lines(log)}")


def wait_until(ready: Callable[[], bool], *, seconds: float, process: subprocess.Popen[bytes]) -> bool:
    """Poll until `ready`; False when the process ended or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return True
        time.sleep(0.02)
    return False


def stop(process: subprocess.Popen[bytes], steps: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds, until the process has ended."""
    for number, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def working_in(folder: Path) -> dict[int, str]:
    """Return pid → program of server processes whose working folder is exactly `folder`.

    Both servers change into their data folder, so these are ours, whoever started them, and never a stranger.
    """
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name = (entry / "comm").read_text().strip()
            if name in SERVERS and Path(os.readlink(entry / "cwd")) == folder.resolve():
                found[int(entry.name)] = name
        except OSError:  # it ended while we looked, or is not ours to look at
            continue
    return found


def end_orphans(folder: Path, *, seconds: float = 20.0) -> None:
    """End servers that a killed launcher left in the folder; raises ServerError if one will not go."""
    deadline = time.monotonic() + seconds
    number = signal.SIGINT
    while orphans := working_in(folder):
        if time.monotonic() > deadline:
            raise ServerError(f"Process {min(orphans)} still uses {folder} and does not end. End it first.")
        for pid, name in orphans.items():
            _signal(pid, number if name == "postgres" else signal.SIGTERM)
        time.sleep(0.2)
        number = signal.SIGINT if time.monotonic() < deadline - seconds / 2 else signal.SIGQUIT


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def with_path_of_ours(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with this interpreter's folder first on PATH, as an active venv would."""
    here = str(Path(sys.executable).parent)
    return {**environ, "PATH": f"{here}{os.pathsep}{environ.get('PATH', os.defpath)}"}
