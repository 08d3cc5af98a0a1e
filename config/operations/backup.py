"""A backup: one archive, its checksum, and what it must contain when it is restored."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from config.operations.database import connect, row_counts, run_program
from config.servers import ServerError

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What stands beside an archive: when and from what it was made, its checksum, rows of each table."""

    format: int
    made_at: str
    server_version: int
    sha256: str
    rows: dict[str, int]


def make_backup(*, url: str, folder: Path, now: datetime) -> Path:
    """Write an archive of the database and its manifest into `folder`; returns the archive's path.

    Rows are counted in the very snapshot that is archived, so the instance may go on working.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive = folder / f"commonplan-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.dump"
    if archive.exists():
        raise ServerError(f"{archive} exists already. Wait a second and try again.")
    partial = archive.with_suffix(".partial")
    partial.touch(mode=0o600, exist_ok=True)
    try:
        with connect(url) as connection:
            rows, major = _dump(connection, url, partial)
        manifest = Manifest(FORMAT, now.astimezone(UTC).isoformat(), major, sha256(partial), rows)
        _write(manifest_of(archive), json.dumps(asdict(manifest), indent=1))
        partial.rename(archive)
    finally:
        partial.unlink(missing_ok=True)
    return archive


def _dump(
    connection: psycopg.Connection[tuple[object, ...]], url: str, target: Path
) -> tuple[dict[str, int], int]:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
    major = connection.info.server_version // 10_000
    arguments = ["--format=custom", f"--snapshot={snapshot[0] if snapshot else ''}", f"--file={target}"]
    run_program("pg_dump", arguments, url=url, server_major=major)
    return row_counts(connection), major


def manifest_of(archive: Path) -> Path:
    """Return the path of an archive's manifest."""
    return archive.with_suffix(".json")


def read_manifest(archive: Path) -> Manifest:
    """Read an archive's manifest and check the archive against it.

    Raises ServerError when either is missing, damaged or of another format.
    """
    path = manifest_of(archive)
    for file in (archive, path):
        if not file.is_file():
            raise ServerError(f"{file} is missing. A backup is two files: NAME.dump and NAME.json.")
    try:
        manifest = Manifest(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise ServerError(f"{path} is not a backup's manifest: {error}.") from None
    if manifest.format != FORMAT:
        raise ServerError(f"{path} has format {manifest.format}; this version reads format {FORMAT}.")
    if sha256(archive) != manifest.sha256:
        raise ServerError(f"{archive} is damaged: its checksum is not the one in {path}. Use another backup.")
    return manifest


def sha256(path: Path) -> str:
    """Return the checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expire(folder: Path, *, days: int, now: datetime) -> list[Path]:
    """Delete backups older than `days`, but never the newest; returns what was deleted.

    Backups that cover a secret vote keep a trace of it, so their lifetime must be known.
    """
    oldest = (now - timedelta(days=days)).astimezone(UTC)
    archives = sorted(folder.glob("commonplan-*.dump"))
    expired = [archive for archive in archives[:-1] if _made_at(archive) < oldest]
    for archive in expired:
        archive.unlink()
        manifest_of(archive).unlink(missing_ok=True)
    return expired


def _made_at(archive: Path) -> datetime:
    return datetime.strptime(archive.stem.removeprefix("commonplan-"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
