"""Both servers for as long as a block runs."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from config.servers import places, postgres, processes, valkey
from config.servers.account import server_account

ADDRESSES = "addresses.json"
GIVEN = ("DATABASE_URL", "REDIS_URL")


@dataclass
class Servers:
    """What an open session holds: addresses for the environment, and the processes started, by name."""

    addresses: dict[str, str]
    processes: dict[str, Popen[bytes]] = field(default_factory=dict)
    logs: Path | None = None


@contextmanager
def private_servers(
    *, purpose: str, durable: bool, environ: Mapping[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Valkey while the block runs; yields DATABASE_URL, REDIS_URL and SECRET_KEY.

    What `environ` (the process's, by default) already sets is used as it is and nothing is started for it.
    `durable` keeps the data under the name `purpose` for the next time; otherwise they go away at the end
    and nothing waits for the disk.  Call it from the main thread: the servers are tied to the thread that
    starts them.  Raises ServerError with a sentence for the user.
    """
    with open_session(purpose=purpose, durable=durable, environ=environ) as servers:
        yield servers.addresses


@contextmanager
def open_session(
    *, purpose: str, durable: bool, environ: Mapping[str, str] | None = None
) -> Iterator[Servers]:
    """Do what `private_servers` does, and show the processes too."""
    environ = os.environ if environ is None else environ
    given = {name: environ[name] for name in (*GIVEN, "SECRET_KEY") if environ.get(name)}
    if all(name in given for name in GIVEN):
        yield Servers({"SECRET_KEY": secrets.token_hex(32), **given})
        return
    state = places.state_folder()
    with ExitStack() as stack:
        place = stack.enter_context(_place(state, purpose, durable=durable))
        servers = Servers({"SECRET_KEY": place.secret("site")}, logs=place.root / "logs")
        for name, start in (("DATABASE_URL", postgres.running), ("REDIS_URL", valkey.running)):
            if name not in given:
                started = stack.enter_context(start(place, state / "programs"))
                servers.addresses[name], servers.processes[started.name] = started.url, started.process
        servers.addresses |= given
        with _published(place, servers.addresses):
            yield servers


@contextmanager
def _published(place: places.Place, addresses: dict[str, str]) -> Iterator[None]:
    """Leave the addresses where other commands of the same user find them, for as long as they are true."""
    file = place.root / ADDRESSES
    places.write_private(file, json.dumps(addresses))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def addresses_of(name: str) -> dict[str, str]:
    """Return the addresses of durable servers that run at present, or nothing."""
    root = places.state_folder() / name
    file = root / ADDRESSES
    return dict(json.loads(file.read_text())) if places.is_held(root) and file.exists() else {}


@contextmanager
def _place(state: Path, purpose: str, *, durable: bool) -> Iterator[places.Place]:
    sweep(state)
    root = state / (purpose if durable else f"{places.SCRATCH}{purpose}-{secrets.token_hex(4)}")
    with places.claimed(root):
        place = places.Place(root, server_account(), durable)
        try:
            yield place
        finally:
            if not durable:
                places.remove(root)


def sweep(state: Path) -> None:
    """Remove scratch servers whose launcher was killed."""
    for root in state.glob(f"{places.SCRATCH}*"):
        if root.is_dir() and (root / "lock").exists() and not places.is_held(root):
            end_all(root)
            shutil.rmtree(root, ignore_errors=True)


def end_all(root: Path) -> None:
    """End whatever servers still work in a place that nobody holds."""
    for folder in (root / "postgres" / "data", root / "valkey"):
        if folder.exists():
            processes.end_orphans(folder)
