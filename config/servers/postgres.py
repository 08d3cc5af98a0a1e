"""A private PostgreSQL: unix socket only, scram passwords, its own data folder."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from config.servers import processes
from config.servers.places import Place, socket_folder
from config.servers.problems import ServerError, last_lines
from config.servers.programs import Postgres, find_postgres

NAME = "commonplan"
BUILTIN_LOCALE_SINCE = 17
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "log_timezone": "UTC",
}
# A scratch database goes away with its launcher, so it need not survive a power cut.
SCRATCH = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"}
SCRATCH |= {"max_wal_senders": "0", "autovacuum_naptime": "5min"}


@contextmanager
def running(place: Place, copies: Path) -> Iterator[processes.Started]:
    """Run PostgreSQL in the place, with its DATABASE_URL; stops it at the end.

    Data are created on first use.  Raises ServerError if no usable programs exist or it does not start.
    """
    folder = place.private("postgres")
    processes.end_orphans(folder / "data")
    postgres = find_postgres(place.account, copies, major=_major_of(folder / "data"))
    if not (folder / "created").exists():
        _create(place, postgres, folder)
    sockets = socket_folder(place)
    process = _start(place, postgres, folder / "data", sockets)
    try:
        yield processes.Started("PostgreSQL", _url(place, sockets), process)
    finally:
        immediate = (signal.SIGQUIT, 10.0)
        gentle = (signal.SIGINT, 30.0)
        processes.stop(process, [*([gentle] if place.durable else []), immediate, (signal.SIGKILL, 10.0)])


def _url(place: Place, sockets: Path) -> str:
    return f"postgresql://{NAME}:{place.secret('database')}@/{NAME}?host={quote(str(sockets), safe='')}"


def _major_of(data: Path) -> int | None:
    version = data / "PG_VERSION"
    complete = (data.parent / "created").exists()
    return int(version.read_text()) if complete and version.exists() else None


def _create(place: Place, postgres: Postgres, folder: Path) -> None:
    """Make the data folder; `created` is written last, so that a half-made one is made again."""
    data = folder / "data"
    log = place.log("postgres")
    sql = _first_statements(place.secret("database"))
    processes.run_tool(["rm", "-rf", "--", str(data)], account=place.account, folder=folder, log=log)
    initdb = [
        postgres.program("initdb"),
        "-D",
        str(data),
        "--username=postgres",
        "--encoding=UTF8",
        "--auth-host=reject",
    ]
    initdb += [
        "--auth-local=scram-sha-256",
        *_locale(postgres.major),
        *([] if place.durable else ["--no-sync"]),
    ]
    password = folder / "password"
    processes.run_tool(
        ["tee", str(password)],
        account=place.account,
        folder=folder,
        log=Path("/dev/null"),
        text=place.secret("superuser"),
    )
    processes.run_tool([*initdb, f"--pwfile={password}"], account=place.account, folder=folder, log=log)
    single = [postgres.program("postgres"), "--single", "-D", str(data), "postgres"]
    processes.run_tool(single, account=place.account, folder=folder, log=log, text=sql)
    processes.run_tool(["rm", "--", str(password)], account=place.account, folder=folder, log=log)
    processes.run_tool(["touch", str(folder / "created")], account=place.account, folder=folder, log=log)


def _first_statements(password: str) -> str:
    """Return SQL for single-user mode, a statement a line: an owner (no superuser), its database."""
    return f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{password}'\nCREATE DATABASE {NAME} OWNER {NAME}\n"


def _locale(major: int) -> list[str]:
    """Unicode case rules and code point order, the same everywhere if PostgreSQL brings them along."""
    if major >= BUILTIN_LOCALE_SINCE:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _start(place: Place, postgres: Postgres, data: Path, sockets: Path) -> subprocess.Popen[bytes]:
    settings = COMMON | ({} if place.durable else SCRATCH)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [postgres.program("postgres"), "-D", str(data), "-k", str(sockets), *options]
    log = place.log("postgres")
    pidfile = data / "postmaster.pid"
    # end_orphans made sure that nobody works in there: what a killed server left would only mislead the next,
    # since the process number it names may belong to anyone by now.
    for stale in (pidfile, *sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    farewell = signal.SIGINT if place.durable else signal.SIGQUIT
    process = processes.spawn(command, account=place.account, folder=data, log=log, farewell=farewell)
    if processes.wait_until(lambda: _ready(pidfile, process.pid), seconds=60, process=process):
        return process
    processes.stop(process, [(signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)])
    raise ServerError(f"PostgreSQL {postgres.origin} did not start. The end of {log}:\n{last_lines(log)}")


def _ready(pidfile: Path, pid: int) -> bool:
    """Read what the postmaster says of itself: line 1 its pid, line 8 its state."""
    lines = pidfile.read_text().splitlines() if pidfile.exists() else []
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"
