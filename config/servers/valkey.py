"""A private Valkey (or Redis): one loopback port, a password, append-only file."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from config.servers import processes
from config.servers.places import Place
from config.servers.problems import ServerError, last_lines
from config.servers.programs import find_valkey

ATTEMPTS = 5


@contextmanager
def running(place: Place, copies: Path) -> Iterator[processes.Started]:
    """Run Valkey in the place, with its REDIS_URL; stops it at the end."""
    folder = place.private("valkey")
    processes.end_orphans(folder)
    program = find_valkey(place.account, copies)
    process, port = _start(place, program, folder)
    try:
        url = f"redis://:{place.secret('queue')}@127.0.0.1:{port}/0"
        yield processes.Started("Valkey", url, process)
    finally:
        processes.stop(process, [(signal.SIGTERM, 15.0), (signal.SIGKILL, 10.0)])


def _start(place: Place, program: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port; another program may take it between our look and the start, so try again."""
    log = place.log("valkey")
    for _ in range(ATTEMPTS):
        port = free_port()
        process = _spawn(place, program, _configuration(place, folder, port), folder)
        ready = partial(_answers, port, place.secret("queue"))
        if processes.wait_until(ready, seconds=20, process=process):
            return process, port
        processes.stop(process, [(signal.SIGKILL, 5.0)])
    raise ServerError(f"{program} did not start. The end of {log}:\n{last_lines(log)}")


def _spawn(place: Place, program: Path, configuration: str, folder: Path) -> subprocess.Popen[bytes]:
    """Hand the password over in a file that only the account can read: everyone can see a command line."""
    path = folder / "server.conf"
    write = ["tee", str(path)]
    processes.run_tool(write, account=place.account, folder=folder, log=Path(os.devnull), text=configuration)
    command = [str(program), str(path)]
    return processes.spawn(
        command, account=place.account, folder=folder, log=place.log("valkey"), farewell=signal.SIGTERM
    )


def _configuration(place: Place, folder: Path, port: int) -> str:
    kept = "appendonly yes\nappendfsync everysec\n" if place.durable else 'appendonly no\nsave ""\n'
    return (
        f"bind 127.0.0.1\nport {port}\nprotected-mode yes\nrequirepass {place.secret('queue')}\n"
        f'dir "{folder}"\ndaemonize no\nmaxmemory-policy noeviction\n{kept}'
    )


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if it is free on loopback, else a port that the system says is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError("The system has no free port on 127.0.0.1.")


def _answers(port: int, password: str) -> bool:
    """Tell whether a server that knows our password answers on the port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\n") < 2 and (part := connection.recv(256)):
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
