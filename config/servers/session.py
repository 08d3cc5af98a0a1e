"""Both servers for as long as a block runs."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.servers import places, postgres, processes, valkey
from config.servers.account import server_account

GIVEN = ("DATABASE_URL", "REDIS_URL")


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
    environ = os.environ if environ is None else environ
    with ExitStack() as stack:
        given = {name: environ[name] for name in (*GIVEN, "SECRET_KEY") if environ.get(name)}
        if all(name in given for name in GIVEN):
            yield {"SECRET_KEY": secrets.token_hex(32), **given}
            return
        state = places.state_folder()
        place = stack.enter_context(_place(state, purpose, durable=durable))
        started = {"SECRET_KEY": place.secret("site")}
        if "DATABASE_URL" not in given:
            started["DATABASE_URL"] = stack.enter_context(postgres.running(place, state / "programs"))
        if "REDIS_URL" not in given:
            started["REDIS_URL"] = stack.enter_context(valkey.running(place, state / "programs"))
        yield {**started, **given}


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
