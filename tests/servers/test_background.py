"""Servers in the background, several at once, and what is said when something cannot be done."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers.support import Launcher


@pytest.fixture
def background(launcher: Launcher) -> Iterator[Launcher]:
    """A launcher whose background servers are stopped at the end."""
    yield launcher
    for name in ("dev", "other"):
        assert launcher.call("stop", "--name", name).returncode == 0
    assert not launcher.processes()


def test_two_sets_run_side_by_side_and_keep_apart(background: Launcher) -> None:
    first = _exports(background.call("start", "--name", "dev").stdout)
    second = _exports(background.call("start", "--name", "other").stdout)
    assert first["REDIS_URL"] != second["REDIS_URL"]
    for addresses in (first, second):
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE mine ()")  # would fail if it were there already
    assert background.call("stop", "--name", "dev").returncode == 0
    with psycopg.connect(second["DATABASE_URL"]) as connection:
        connection.execute("SELECT FROM mine")


def test_starting_twice_gives_the_same_servers(background: Launcher) -> None:
    first, second = background.call("start"), background.call("start")
    assert first.stdout == second.stdout == background.call("env").stdout
    assert len(background.servers()) == 2
    addresses = background.state / "dev/addresses.json"
    assert stat.S_IMODE(addresses.stat().st_mode) == 0o600


def test_wiped_data_are_gone_and_running_ones_are_refused(background: Launcher) -> None:
    addresses = _exports(background.call("start").stdout)
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE mine ()")
    refused = background.call("wipe")
    assert (refused.returncode, refused.stderr) == (
        1,
        "commonplan: The servers named dev run. Stop them first.\n",
    )
    background.call("stop")
    assert background.call("wipe").returncode == 0
    assert not (background.state / "dev").exists()
    addresses = _exports(background.call("start").stdout)
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE mine ()")


def test_the_same_data_cannot_be_opened_twice(launcher: Launcher) -> None:
    with launcher.holding("--durable", "--name", "kept") as (process, _):
        refused = launcher.call("run", "--durable", "--name", "kept", "--", "true")
    assert refused.returncode == 1
    assert f"already in use by process {process.pid}." in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("environ", "arguments", "sentence"),
    [
        ({"COMMONPLAN_POSTGRES": "/nowhere"}, ["run", "--", "true"], "Found no PostgreSQL 15 or newer."),
        ({}, ["env"], "No servers named dev run."),
        ({}, ["run", "--", "no-such-command"], "no-such-command could not be started"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    environ: dict[str, str], arguments: list[str], sentence: str, launcher: Launcher
) -> None:
    launcher.environ = environ
    done = launcher.call(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not launcher.processes()


def test_a_postgresql_that_is_too_old_is_passed_over(launcher: Launcher, state: Path) -> None:
    _pretend_postgres(state / "old", "14.9")
    launcher.environ = {"COMMONPLAN_POSTGRES": str(state / "old")}
    assert "Found no PostgreSQL 15 or newer." in launcher.call("run", "--", "true").stderr


def test_data_of_another_major_version_are_not_opened(launcher: Launcher) -> None:
    launcher.environ = {"COMMONPLAN_POSTGRES": "wheel"}
    with launcher.holding("--durable", "--name", "kept"):
        pass
    version = launcher.state / "kept/postgres/data/PG_VERSION"
    version.write_text("16\n")
    done = launcher.call("run", "--durable", "--name", "kept", "--", "true")
    assert done.returncode == 1
    assert "Found no PostgreSQL 16." in done.stderr


def test_the_end_of_the_log_is_shown_when_postgresql_does_not_start(launcher: Launcher) -> None:
    with launcher.holding("--durable", "--name", "kept"):
        pass
    settings = launcher.state / "kept/postgres/data/postgresql.conf"
    settings.write_text("no_such_setting = on\n")
    done = launcher.call("run", "--durable", "--name", "kept", "--", "true")
    assert done.returncode == 1
    assert "no_such_setting" in done.stderr
    assert not launcher.processes()


def _pretend_postgres(folder: Path, version: str) -> None:
    """Programs that only know how to tell a version."""
    folder.mkdir()
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)


def _exports(text: str) -> dict[str, str]:
    """Let a shell read what was printed, as a user would."""
    shell = subprocess.run(
        ["sh", "-c", f"{text}\nenv -0"], capture_output=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    return dict(entry.split("=", 1) for entry in shell.stdout.decode().split("\0") if "=" in entry)
