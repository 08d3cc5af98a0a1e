"""Restoring a backup into an empty database, and proving that everything is there."""

from pathlib import Path

from config.operations.backup import Manifest, read_manifest
from config.operations.database import connect, row_counts, run_program
from config.operations.rights import application_role, give_rights
from config.servers import ServerError


def restore_backup(*, archive: Path, url: str) -> Manifest:
    """Fill the empty database at `url` from `archive`, all of it or nothing; returns the archive's manifest.

    Rights do not come from the archive: the application's role of this instance is given its own.
    Raises ServerError when the archive is damaged, the database is not empty or too old, or a table has
    another number of rows afterwards.
    """
    manifest = read_manifest(archive)
    with connect(url) as connection:
        major = connection.info.server_version // 10_000
        _refuse_unless_empty(row_counts(connection))
    if major < manifest.server_version:
        raise ServerError(
            f"The backup comes from PostgreSQL {manifest.server_version}, the database runs PostgreSQL {major}. "
            "Restore it into the same or a newer major version."
        )
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    arguments += [_to_database(url), str(archive)]
    run_program("pg_restore", arguments, url=url, server_major=major)
    with connect(url) as connection:
        _compare(manifest.rows, row_counts(connection))
    if role := application_role(url):
        give_rights(owner_url=url, role=role)
    return manifest


def _to_database(url: str) -> str:
    with connect(url) as connection:
        return f"--dbname={connection.info.dbname}"


def _refuse_unless_empty(rows: dict[str, int]) -> None:
    if rows:
        raise ServerError(
            f"The database is not empty: it has {len(rows)} tables, {next(iter(rows))} among them. Restoring never "
            "overwrites. Create an empty database, set DATABASE_URL to it and try again."
        )


def _compare(expected: dict[str, int], found: dict[str, int]) -> None:
    wrong = [
        f"{table}: {expected.get(table, 'no table')} in the backup, {found.get(table, 'no table')} restored"
        for table in sorted(expected.keys() | found.keys())
        if expected.get(table) != found.get(table)
    ]
    if wrong:
        raise ServerError("The restored database differs from the backup. " + "; ".join(wrong) + ".")
