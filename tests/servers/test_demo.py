"""The demo as a newcomer meets it: one command, an address, Ctrl-C; for real, with everything running."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.demo import address
from config.demo import launcher as demo_launcher
from config.servers import ServerError, places
from tests.servers.support import CHECKOUT, GIVEN, Launcher, User, end, short_folder, wait_for

USUAL = address.USUAL


@dataclass
class Running:
    """A demo that is ready: its launcher, address and what it said until then."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]

    def page(self, path: str = "") -> str:
        """Fetch a page, following redirects."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def family(self) -> list[psutil.Process]:
        """The launcher and all that came of it."""
        launcher = psutil.Process(self.process.pid)
        return [launcher, *launcher.children(recursive=True)]


@contextmanager
def demo(launcher: Launcher, *arguments: str) -> Iterator[Running]:
    """Start the demo and wait until it says that it is ready."""
    process = launcher.start(*arguments, module="config.demo")
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"is ready: (http://127\.0\.0\.1:\d+/)", line):
                yield Running(process, found[1], said)
                return
        pytest.fail("".join(said) + process.stderr.read())
    finally:
        if process.poll() is None:
            end(process, signal.SIGINT)


@pytest.mark.long
def test_a_newcomer_starts_it_stops_it_and_goes_on(launcher: Launcher) -> None:
    with demo(launcher) as first:
        assert "Commonplan" in first.page()
        assert "loading Brazil 2021" in "".join(first.said)
        _assert_loopback_only(first)
        _assert_refused_twice(launcher, first)
        family = first.family()
        os.killpg(first.process.pid, signal.SIGINT)
        output, errors = first.process.communicate(timeout=60)
        assert (first.process.returncode, errors) == (0, "")
        assert "continues with the same data" in output
    assert not [process for process in family if process.is_running()]
    assert not launcher.processes()
    with demo(launcher) as second:
        assert "loading" not in "".join(second.said), "the data are there, so nothing is loaded again"
        addresses = _addresses(launcher)
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT count(*) FROM workplaces_workplace").fetchone()
        assert row is not None
        assert row[0] >= 2000
    wiped = launcher.call("wipe", "--name", "demo")
    assert wiped.stdout == "Deleted the data of demo.\n"
    assert not [path.name for path in launcher.state.iterdir() if path.name.startswith("demo")]


@pytest.mark.long
def test_an_empty_site_is_set_up_by_a_command_that_finds_it(launcher: Launcher) -> None:
    command = [
        sys.executable,
        "manage.py",
        "setup_federation",
        "--registrar",
        "rosa@example.org",
        "--name",
        "Valley",
    ]
    with demo(launcher, "site") as site:
        done = subprocess.run(
            command, cwd=CHECKOUT, env=launcher.environment(), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "commonplan: on the database of `make site`\n")
        link = re.search(re.escape(site.url) + r"(\S+)", done.stdout)
        assert link is not None, done.stdout
        # allauth keeps the link's key in the session, so it needs a browser that keeps cookies
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(site.url + link[1], timeout=30) as answer:
            assert 'type="password"' in answer.read().decode()
        signing_in = site.page("accounts/login/")
        assert ('name="login"' in signing_in, "/demo/" in signing_in) == (True, False)
    without = subprocess.run(
        command, cwd=CHECKOUT, env=launcher.environment(), capture_output=True, text=True, check=False
    )
    assert without.returncode == 1
    assert "no instance of this checkout runs" in without.stderr
    assert "Traceback" not in without.stderr


def _addresses(launcher: Launcher) -> dict[str, str]:
    done = launcher.call("env", "--name", "demo")
    return dict(re.findall(r"export (\w+)='?([^'\n]*)'?", done.stdout))


def _assert_loopback_only(running: Running) -> None:
    listening = [
        (process.name(), connection.laddr.ip)
        for process in running.family()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert {ip for _, ip in listening} == {"127.0.0.1"}


def _assert_refused_twice(launcher: Launcher, first: Running) -> None:
    """A second demo of the same checkout says where the first is, and the first goes on."""
    again = launcher.start(module="config.demo")
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 1
    assert f"It runs already, at {first.url}" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.long
@pytest.mark.parametrize("victim", ["The web server", "The worker", "The clock", "PostgreSQL", "Valkey"])
def test_a_part_that_dies_is_named_and_takes_the_rest_along(victim: str, prepared: Launcher) -> None:
    with demo(prepared) as running:
        family = running.family()
        _process_of(victim, prepared, family).kill()
        output, errors = running.process.communicate(timeout=90)
        assert running.process.returncode == 1, output
        assert f"commonplan: {victim} ended by itself (signal 9). The end of " in errors
    assert wait_for(lambda: not [process for process in family if process.is_running()])
    assert not prepared.processes()


def _process_of(name: str, launcher: Launcher, family: list[psutil.Process]) -> psutil.Process:
    if name in {"PostgreSQL", "Valkey"}:
        return launcher.servers()["postgres" if name == "PostgreSQL" else "valkey"]
    word = {"The web server": "granian", "The worker": "worker", "The clock": "beat"}[name]
    return next(p for p in family[0].children() if word in " ".join(p.cmdline()))


@pytest.mark.long
def test_nothing_outlives_a_launcher_that_is_killed(prepared: Launcher) -> None:
    with demo(prepared) as running:
        family = running.family()
        running.process.kill()
        running.process.wait()
        assert wait_for(lambda: not [process for process in family if _alive(process)], 60)
    with demo(prepared) as running:
        assert "Commonplan" in running.page()


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.long
def test_two_demos_do_not_fight(prepared: Launcher) -> None:
    with short_folder() as folder:
        other = Launcher(folder, prepared.user)
        with demo(prepared) as first, demo(other) as second:
            assert first.url != second.url
            assert _addresses(prepared)["REDIS_URL"] != _addresses(other)["REDIS_URL"]
            end(first.process, signal.SIGINT)
            assert "Commonplan" in second.page()
            with redis.Redis.from_url(_addresses(other)["REDIS_URL"]) as client:
                assert client.ping()


@pytest.mark.long
def test_an_ordinary_user_can_run_it_from_a_checkout_of_their_own(
    ordinary: Launcher, prepared_site: str
) -> None:
    """No COMMONPLAN_STATE: data are in the checkout, under .private/."""
    code = ordinary.user.code
    ordinary.user.environ |= {
        "PYTHONPATH": prepared_site,
        "COMMONPLAN_STATE": "",
        "HOME": str(ordinary.state),
    }
    ordinary.state = code / ".private"
    with demo(ordinary) as running:
        assert "Commonplan" in running.page()
        assert {process.username() for process in running.family()} == {ordinary.user.name}
    assert not ordinary.processes()


@pytest.mark.long
def test_a_fresh_clone_needs_one_command(state: Path) -> None:
    """Only what is committed, only the packages of the demo's lock file: `make demo`, and the page is there."""
    clone = state / "clone"
    subprocess.run(["git", "clone", "--quiet", CHECKOUT, clone], check=True)
    kept = {
        name: value for name, value in os.environ.items() if name not in GIVEN | {"MAKEFLAGS", "MAKELEVEL"}
    }
    environ = kept | {"COMMONPLAN_STATE": str(state)}
    process = subprocess.Popen(
        ["make", "demo"],
        cwd=clone,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "is ready:" in line:
            break
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    said.append(process.communicate(timeout=60)[0])
    assert "is ready: http://127.0.0.1:" in "".join(said), "".join(said)
    assert wait_for(lambda: not [member for member in family if _alive(member)], 60)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Launcher]:
    """A launcher whose demo has been started once, so that starting it again is quick."""
    with short_folder() as folder:
        launcher = Launcher(folder, User(pwd.getpwuid(os.getuid()).pw_name, sys.executable, CHECKOUT))
        with demo(launcher):
            pass
        yield launcher


@pytest.fixture
def prepared_site(ordinary: Launcher) -> str:
    """The whole project and its packages where the ordinary user can read them; returns the packages' folder."""
    code = ordinary.user.code
    if not ordinary.user.drops:
        return ""
    for entry in CHECKOUT.iterdir():
        if entry.name not in {"config", ".git", ".venv", ".private", "tests", "backups"}:
            subprocess.run(["cp", "-a", entry, code / entry.name], check=True)
    site = next(path for path in sys.path if (Path(path) / "django").is_dir())
    target = code / "packages"
    if subprocess.run(["cp", "-al", site, target], check=False, capture_output=True).returncode:
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", site, target], check=True)
    shutil.chown(code, ordinary.user.name)
    return str(target)


def test_a_second_start_says_where_the_first_one_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONPLAN_STATE", str(tmp_path))
    with places.claimed(tmp_path / "demo-web"):
        (tmp_path / "demo-web" / "port").write_text("8123")
        with (
            pytest.raises(ServerError, match=r"runs already, at http://127\.0\.0\.1:8123/"),
            demo_launcher.running(print),
        ):
            pass


def test_a_reset_leaves_nothing_behind(launcher: Launcher) -> None:
    for folder in ("demo", "demo-web"):
        (launcher.state / folder / "logs").mkdir(parents=True)
    assert launcher.call("wipe", "--name", "demo").stdout == "Deleted the data of demo.\n"
    assert not [path.name for path in launcher.state.iterdir() if path.name.startswith("demo")]


def test_a_port_is_given_to_one_demo_only() -> None:
    with address.reserved_port() as first, address.reserved_port() as second:
        assert first != second
    with address.reserved_port(first) as again:
        assert again == first


def test_a_step_that_fails_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"]
    with pytest.raises(ServerError, match=r"The migration ended by itself \(exit 3\).*\n    the reason"):
        demo_launcher.children.finish("The migration", command, environ=os.environ, log=tmp_path / "log")
