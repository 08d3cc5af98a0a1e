"""A whole instance on loopback: PostgreSQL that waits for the disk, and the web server as it runs in production.

Both can be killed and started again, over the same data, while people vote.
"""

import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from config.demo import children
from config.servers import places, postgres, processes
from config.servers.account import server_account
from config.servers.session import GIVEN, sweep

WORKERS, THREADS = 2, 4  # as in the Dockerfile
RESPAWN = "--respawn-failed-workers"
APPLICATION = "config.wsgi:application"


@dataclass
class Instance:
    """What runs, and where; ``environ`` is what every process of it is given."""

    place: places.Place
    port: int
    environ: dict[str, str] = field(default_factory=dict)
    database: ExitStack = field(default_factory=ExitStack)
    web: children.Child | None = None

    @property
    def data(self) -> Path:
        """The database's data folder."""
        return self.place.root / "postgres" / "data"

    def start_database(self) -> str:
        """Start PostgreSQL on whatever data there is, recovering if need be; return its address."""
        self.database.close()
        started = self.database.enter_context(
            postgres.running(self.place, places.state_folder() / "programs")
        )
        return started.url

    def kill_database(self) -> None:
        """``kill -9`` of the whole server: the postmaster first, then every process of it."""
        first = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        for pid in (first, *processes.working_in(self.data)):
            killed(pid)
        while processes.working_in(self.data):
            time.sleep(0.01)

    def start_web(self, application: str = APPLICATION) -> None:
        """Start the web server; it answers a little later."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
        self.web = children.start(
            "The web server",
            [*command, RESPAWN, application],
            environ=self.environ,
            log=self.place.log("web"),
        )
        self.wait_for_web()

    def wait_for_web(self, patience: float = 120.0) -> None:
        """Wait until a page answers; raises ServerError with the log's end when the server has ended."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            assert self.web is not None
            self.web.check()
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=patience):
                    return
            except HTTPError:  # an answer
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"The web server does not answer on port {self.port} after {patience:.0f} s.")

    def revive_web(self) -> None:
        """Start the web server again when it has given up, as it does when a worker dies twice within seconds."""
        if self.web is not None and self.web.process.poll() is not None:
            self.start_web()

    def stop_web(self) -> None:
        """End the web server in order."""
        if self.web is not None:
            self.web.stop(seconds=3)
            self.web = None

    def web_workers(self) -> list[int]:
        """Return the processes that answer requests."""
        assert self.web is not None
        listed = Path(f"/proc/{self.web.process.pid}/task/{self.web.process.pid}/children").read_text()
        return [pid for pid in map(int, listed.split()) if "resource_tracker" not in command_of(pid)]

    def set_up(self) -> None:
        """Make this process Django's on this database."""
        import django
        from django.db import connection

        from councils.clock import time_simulate

        os.environ.update(self.environ)
        django.setup()
        connection.settings_dict["OPTIONS"].pop("pool", None)  # which would keep what a kill has broken
        time_simulate()  # votes that close within seconds were opened days before


@contextmanager
def instance(purpose: str) -> Iterator[Instance]:
    """Run a database of its own while the block runs, with Django set up on it; all of it goes away at the end."""
    for name in GIVEN:
        os.environ.pop(name, None)
    state = places.state_folder()
    sweep(state)
    root = state / f"{places.SCRATCH}{purpose}-{secrets.token_hex(4)}"
    with places.claimed(root), ExitStack() as stack:
        stack.callback(places.remove, root)
        copied(laid_out(state), root)
        found = Instance(places.Place(root, server_account(), durable=True), free_port())
        stack.callback(found.database.close)
        stack.callback(found.stop_web)
        url = found.start_database()
        found.environ = environment(found, url)
        found.set_up()
        yield found


def laid_out(state: Path) -> Path:
    """Return a place with empty tables and the static files: made once for each version of the migrations."""
    kept = state / "voting-laid-out" / fingerprint()
    if kept.exists():
        return kept
    root = state / f"{places.SCRATCH}laying-out-{secrets.token_hex(4)}"
    with places.claimed(root):
        found = Instance(places.Place(root, server_account(), durable=True), 0)
        found.environ = environment(found, found.start_database())
        for command in (["migrate", "--noinput"], ["collectstatic", "--noinput"]):
            log = found.place.log("laying-out")
            children.finish(
                "Laying out", [sys.executable, "manage.py", *command], environ=found.environ, log=log
            )
        found.database.close()
        subprocess.run(["rm", "-rf", "--", str(kept.parent)], check=True)  # what older versions left
        kept.parent.mkdir(mode=0o711)
        copied(root, whole := kept.with_suffix(".part"))
        whole.rename(kept)
        places.remove(root)
    return kept


def copied(source: Path, target: Path) -> None:
    """Copy a place that nothing runs in, with its owners."""
    target.mkdir(mode=0o711, exist_ok=True)
    names = [str(path) for path in source.iterdir() if path.name not in {"lock", "short-sockets", "sockets"}]
    subprocess.run(["cp", "-a", "-t", str(target), *names], check=True)


def fingerprint() -> str:
    """Tell versions of tables and static files apart."""
    digest = hashlib.sha256()
    files = [*places.CHECKOUT.glob("*/migrations/*.py"), *places.CHECKOUT.glob("static/**/*")]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def environment(found: Instance, url: str) -> dict[str, str]:
    """Return what an instance in production is given, without TLS and without a queue."""
    bare = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return {
        **bare,
        "DATABASE_URL": url,
        "SECRET_KEY": found.place.secret("site"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "COMMONPLAN_DEMO": "0",
        "DEBUG": "0",
        "LOG_LEVEL": "CRITICAL",
        "STATIC_ROOT": str(found.place.root / "static"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "OPENBLAS_NUM_THREADS": "1",
    }


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command_of(pid: int) -> str:
    """Return a process's command line, nothing when it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def killed(pid: int) -> bool:
    """``kill -9``; False when the process had ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def run_program(module: str, *arguments: str, patience: float = 3600) -> str:
    """Run a program of this package in a process of its own; return the last line that it printed."""
    bare = {
        name: value for name, value in os.environ.items() if name not in (*GIVEN, "DJANGO_SETTINGS_MODULE")
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=bare, capture_output=True, text=True, timeout=patience
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.splitlines()[-1]
