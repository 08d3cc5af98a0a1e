"""Backups are complete, restore to the same, and are refused when they are damaged or would overwrite."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from config.operations import backup as backups
from config.operations.backup import expire, make_backup, manifest_of, sha256
from config.operations.database import connect, row_counts
from config.operations.restore import restore_backup
from config.operations.upgrade import upgrade
from config.servers import ServerError
from tests.servers.support import CHECKOUT

NOW = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def new_database(worker_id: str) -> Iterator[Callable[[], str]]:
    """A function that makes an empty database on the tests' server and returns its address."""
    server = os.environ["DATABASE_URL"]
    made: list[str] = []

    def make() -> str:
        name = f"operations_{worker_id}_{len(made)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        made.append(name)
        return urlsplit(server)._replace(path=f"/{name}").geturl()

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name}")


@pytest.fixture
def filled(new_database: Callable[[], str]) -> str:
    """A database with a few tables, a trigger, an exclusion constraint and rows."""
    url = new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute(
            "CREATE TABLE seat (id uuid PRIMARY KEY, holder int, term daterange,"
            " EXCLUDE USING gist (holder WITH =, term WITH &&))"
        )
        connection.execute('CREATE TABLE "Odd name" (word text)')
        connection.execute(
            "INSERT INTO seat SELECT gen_random_uuid(), i, '[2027-01-01,2028-01-01)' FROM generate_series(1, 500) i"
        )
        connection.execute("INSERT INTO \"Odd name\" VALUES ('água')")
    return url


def test_a_backup_restores_to_the_same(filled: str, new_database: Callable[[], str], tmp_path: Path) -> None:
    archive = make_backup(url=filled, folder=tmp_path / "backups", now=NOW)
    assert archive.name == "commonplan-20270301T123000Z.dump"
    assert [stat.S_IMODE(file.stat().st_mode) for file in (archive, manifest_of(archive))] == [0o600, 0o600]
    copy = new_database()
    manifest = restore_backup(archive=archive, url=copy)
    assert manifest.rows == {"public.Odd name": 1, "public.seat": 500}
    assert _content(copy) == _content(filled)
    with psycopg.connect(copy) as connection, pytest.raises(psycopg.errors.ExclusionViolation):
        connection.execute("INSERT INTO seat VALUES (gen_random_uuid(), 1, '[2027-05-01,2027-06-01)')")


def _content(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id, holder, term FROM seat ORDER BY id").fetchall()


def test_rows_are_counted_in_the_snapshot_that_is_archived(
    filled: str, new_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody adds a row while the archive is being written: it is in neither the archive nor the count."""
    real = backups.run_program

    def with_a_late_row(name: str, arguments: list[str], *, url: str, server_major: int) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO \"Odd name\" VALUES ('late')")
        real(name, arguments, url=url, server_major=server_major)

    monkeypatch.setattr(backups, "run_program", with_a_late_row)
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    copy = new_database()
    assert restore_backup(archive=archive, url=copy).rows["public.Odd name"] == 1
    with connect(filled) as connection:
        assert row_counts(connection)["public.Odd name"] == 2


def test_restoring_over_data_is_refused(filled: str, tmp_path: Path) -> None:
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    with pytest.raises(ServerError, match=r"not empty: it has 2 tables, public\.Odd name among them"):
        restore_backup(archive=archive, url=filled)


def test_a_damaged_archive_is_refused(filled: str, new_database: Callable[[], str], tmp_path: Path) -> None:
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    copy = new_database()
    with pytest.raises(ServerError, match="is damaged"):
        restore_backup(archive=archive, url=copy)
    with connect(copy) as connection:
        assert row_counts(connection) == {}


def test_nothing_is_half_restored(filled: str, new_database: Callable[[], str], tmp_path: Path) -> None:
    """An archive that is cut off, with a checksum that agrees: all or nothing."""
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    archive.write_bytes(archive.read_bytes()[:-400])
    manifest = json.loads(manifest_of(archive).read_text())
    manifest_of(archive).write_text(json.dumps(manifest | {"sha256": sha256(archive)}))
    copy = new_database()
    with pytest.raises(ServerError, match=r"pg_restore failed \(exit 1\)"):
        restore_backup(archive=archive, url=copy)
    with connect(copy) as connection:
        assert row_counts(connection) == {}


def test_missing_rows_are_noticed(filled: str, new_database: Callable[[], str], tmp_path: Path) -> None:
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    manifest = json.loads(manifest_of(archive).read_text())
    manifest["rows"]["public.seat"] = 501
    manifest_of(archive).write_text(json.dumps(manifest))
    with pytest.raises(ServerError, match=r"public\.seat: 501 in the backup, 500 restored"):
        restore_backup(archive=archive, url=new_database())


def test_an_archive_without_manifest_is_refused(filled: str, tmp_path: Path) -> None:
    archive = make_backup(url=filled, folder=tmp_path, now=NOW)
    manifest_of(archive).unlink()
    with pytest.raises(ServerError, match=r"\.json is missing"):
        restore_backup(archive=archive, url=filled)


def test_old_backups_expire_but_never_the_last_one(filled: str, tmp_path: Path) -> None:
    first = make_backup(url=filled, folder=tmp_path, now=NOW - timedelta(days=40))
    assert expire(tmp_path, days=30, now=NOW) == []
    second = make_backup(url=filled, folder=tmp_path, now=NOW)
    assert expire(tmp_path, days=30, now=NOW) == [first]
    assert sorted(tmp_path.iterdir()) == sorted([second, manifest_of(second)])


def test_an_unreachable_database_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="cannot be reached") as caught:
        make_backup(url="postgresql://me:hush@127.0.0.1:1/none", folder=tmp_path, now=NOW)
    assert "hush" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def _manage(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_an_upgrade_backs_up_migrates_and_checks(
    new_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path / "static"))
    url = new_database()
    assert _manage(url, "migrate", "workplaces", "0001").returncode == 0
    assert _manage(url, "migrate", "--check").returncode != 0
    archive = upgrade(url=url, folder=tmp_path, now=NOW)
    assert _manage(url, "migrate", "--check").returncode == 0
    before = new_database()
    restore_backup(archive=archive, url=before)
    assert _manage(before, "migrate", "--check").returncode != 0


def test_a_failed_upgrade_names_the_step_and_the_backup(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE workplaces_person (in_the_way int)")
    with pytest.raises(ServerError, match="stopped while bringing the database up to date") as caught:
        upgrade(url=url, folder=tmp_path, now=NOW)
    (archive,) = tmp_path.glob("*.dump")
    assert str(archive) in str(caught.value)
    assert '"workplaces_person" already exists' in str(caught.value)
