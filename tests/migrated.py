"""A database with every migration applied, made once for each state of the migrations, to copy test databases from.

Migrating an empty database takes half a minute of processor time; restoring the archive of one that was migrated
before takes a second.  Archives are named by what the migrations say, so a changed migration makes a new one.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.operations.database import connect, run_program
from config.servers.places import state_folder

ROOT = Path(__file__).resolve().parents[1]
KEPT = 3  # archives; each has about a megabyte


def template(url: str) -> str:
    """Return the name of a database beside that of ``url`` with all migrations applied and nobody connected."""
    folder = state_folder() / "migrated"
    folder.mkdir(mode=0o700, exist_ok=True)
    digest = _digest()
    name = f"migrated_{digest}"
    with _alone(folder / "lock"), connect(url) as server:
        server.autocommit = True
        major = server.info.server_version // 10_000
        archive = folder / f"{digest}-{major}.dump"
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        making = f"{name}_making"
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(making)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(making)))
        address = make_conninfo("", **{**conninfo_to_dict(url), "dbname": making})
        if archive.exists():
            arguments = ["--exit-on-error", "--no-owner", f"--dbname={making}", str(archive)]
            run_program("pg_restore", arguments, url=address, server_major=major)
        else:
            _migrate(url, making)
            partial = archive.with_suffix(".partial")
            run_program("pg_dump", ["--format=custom", f"--file={partial}"], url=address, server_major=major)
            partial.rename(archive)
            _expire(folder)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
        )
    return name


def _digest() -> str:
    """What a migrated database depends on: the migrations, Django, and the packages with migrations of their own."""
    found = hashlib.sha256(django.__version__.encode())
    found.update((ROOT / "requirements-dev.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _migrate(url: str, name: str) -> None:
    scheme, _, rest = url.partition("://")
    address, _, query = rest.partition("?")
    moved = f"{scheme}://{address.rsplit('/', 1)[0]}/{name}{'?' + query if query else ''}"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": moved},
        check=True,
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one test process at a time through: the first makes what the others use."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _expire(folder: Path) -> None:
    newest = sorted(folder.glob("*.dump"), key=lambda archive: archive.stat().st_mtime, reverse=True)
    for archive in newest[KEPT:]:
        archive.unlink()
