"""From nothing to an address in the terminal, and back to nothing on Ctrl-C."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.demo import address, children
from config.demo.children import Child
from config.servers import ServerError, places
from config.servers.problems import last_lines
from config.servers.processes import with_path_of_ours
from config.servers.session import Servers, open_session

PATIENCE = 90.0  # seconds until the first page must answer
MANAGE = [sys.executable, "manage.py"]
CELERY = [sys.executable, "-m", "celery", "-A", "config"]


@dataclass(frozen=True)
class Kind:
    """What is started: the name of its servers, its mode, and how its database is filled."""

    name: str
    mode: dict[str, str]
    fill: str
    command: list[str]


DEMO = Kind(
    "demo", {"COMMONPLAN_DEMO": "1"}, "loading Brazil 2021, unless it is there already …",
    ["load_demo", "--source", "brazil-2021", "--workplaces", "2000", "--seed", "1"],
)  # fmt: skip
# For a federation of one's own: real accounts, no made-up people, mail in the web server's log.
SITE = Kind(
    "site", {"COMMONPLAN_DEMO": "0", "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1,localhost"},
    "gathering the static files …", ["collectstatic", "--noinput"],
)  # fmt: skip


@dataclass(frozen=True)
class Demo:
    """What is running: its kind, the page's port, the processes, the servers, and where logs are."""

    kind: Kind
    port: int
    children: list[Child]
    servers: Servers
    logs: Path

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        return _url(self.port)

    def check(self) -> None:
        """Raise ServerError naming the first process that has ended."""
        for child in self.children:
            child.check()
        for name, process in self.servers.processes.items():
            log = (self.servers.logs or self.logs) / f"{name.lower()}.log"
            Child(name, process, log).check()


@contextmanager
def running(say: Callable[[str], None], kind: Kind = DEMO) -> Iterator[Demo]:
    """Bring the demo, or an empty site, up and yield it when its pages answer; stop what was started when the block ends.

    Raises ServerError with a sentence for the user.
    """
    logs = _logs(kind)
    _check_not_running(kind, logs.parent)
    with ExitStack() as stack:
        stack.enter_context(places.claimed(logs.parent))
        (logs.parent / "port").unlink(missing_ok=True)  # it was the last one's
        say("starting PostgreSQL and Valkey …")
        servers = stack.enter_context(open_session(purpose=kind.name, durable=True))
        environ = _environment(servers.addresses, kind)
        _prepare(kind, servers, environ, logs, say)
        port = stack.enter_context(address.reserved_port())
        (logs.parent / "port").write_text(str(port))
        environ["SITE_URL"] = _url(port)
        demo = Demo(kind, port, [], servers, logs)

        def start(name: str, command: list[str]) -> None:
            child = children.start(name, command, environ=environ, log=logs / f"{_slug(name)}.log")
            stack.callback(child.stop)
            demo.children.append(child)

        for name, command in _commands(port).items():
            start(name, command)
        say("waiting for the first page …")
        _wait_until_ready(demo)
        # Last, since nobody waits for it and the others need the processor.
        start(
            "The clock",
            [*CELERY, "beat", "--loglevel", "INFO", "--schedule", str(logs.parent / "beat"), "--pidfile="],
        )
        yield demo


def url_of(kind: Kind) -> str:
    """Return the address at which this kind was last started from this checkout."""
    file = places.state_folder() / f"{kind.name}-web" / "port"
    return _url(int(file.read_text()) if file.exists() else address.USUAL)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def _check_not_running(kind: Kind, folder: Path) -> None:
    """Raise ServerError with the address of the one that runs from this checkout already."""
    if not places.is_held(folder):
        return
    where = f"at {url_of(kind)}" if (folder / "port").exists() else "and is about to say its address"
    raise ServerError(
        f"It runs already, {where}: open that, or stop it with Ctrl-C in its own terminal "
        f"(process {(folder / 'lock').read_text().strip()})."
    )


def _prepare(
    kind: Kind, servers: Servers, environ: Mapping[str, str], logs: Path, say: Callable[[str], None]
) -> None:
    """Migrate and fill, unless this very code has already done so to these very data."""
    mark = places.state_folder() / kind.name / "prepared"
    if "PostgreSQL" in servers.processes and mark.exists() and mark.read_text() == _fingerprint(kind):
        return
    say("bringing the database up to date …")
    children.finish(
        "The migration", [*MANAGE, "migrate", "--noinput"], environ=environ, log=logs / "migrate.log"
    )
    say(kind.fill)
    children.finish("Filling it", [*MANAGE, *kind.command], environ=environ, log=logs / "load.log")
    if "PostgreSQL" in servers.processes:  # the mark stands beside private data and goes away with them
        mark.write_text(_fingerprint(kind))


def _fingerprint(kind: Kind) -> str:
    """Tell versions of the code apart as far as the data are concerned: migrations, packages, what is filled in."""
    digest = hashlib.sha256(" ".join(kind.command).encode())
    static = (path for path in places.CHECKOUT.glob("static/**/*") if path.is_file() and kind is SITE)
    for path in sorted(
        [*places.CHECKOUT.glob("*/migrations/*.py"), places.CHECKOUT / "requirements-demo.txt", *static]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _logs(kind: Kind) -> Path:
    """Return the folder of logs; the one above it marks that this kind runs from this checkout."""
    folder = places.state_folder() / f"{kind.name}-web" / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _environment(addresses: Mapping[str, str], kind: Kind) -> dict[str, str]:
    mode = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1", **kind.mode}
    mode["STATIC_ROOT"] = str(places.state_folder() / f"{kind.name}-web" / "static")
    # Two BLAS threads on a busy machine cost a factor of 16.
    return with_path_of_ours({**os.environ, **addresses, **mode, "OPENBLAS_NUM_THREADS": "1"})


def _commands(port: int) -> dict[str, list[str]]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return {
        "The web server": [*web, "--blocking-threads", "4", "config.wsgi:application"],
        "The worker": [*CELERY, "worker", "--concurrency", "1", "--loglevel", "INFO", "--without-mingle"],
    }


def _slug(name: str) -> str:
    return name.removeprefix("The ").replace(" ", "-")


def _wait_until_ready(demo: Demo) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (address.answers(demo.port) and _worker_ready(demo)):
        demo.check()
        if time.monotonic() > deadline:
            log = demo.logs / "web-server.log"
            raise ServerError(
                f"No page answered within {PATIENCE:.0f} s. The end of {log}:\n{last_lines(log)}"
            )
        time.sleep(0.1)


def _worker_ready(demo: Demo) -> bool:
    return any("ready." in child.log.read_text(errors="replace") for child in demo.children[1:2])
