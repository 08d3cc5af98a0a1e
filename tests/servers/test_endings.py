"""However the launcher ends, nothing of its own stays behind and nothing else is touched."""

import os
import signal
import sys

import psutil
import psycopg
import pytest
import redis

from tests.servers.support import Launcher, end, wait_for

EVERYONE = pytest.mark.parametrize("who", ["root", "ordinary"])


@EVERYONE
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGKILL, pytest.param(signal.SIGHUP, marks=pytest.mark.long)]
)
def test_a_signal_to_the_launcher_ends_everything(
    number: signal.Signals, who: str, request: pytest.FixtureRequest
) -> None:
    launcher: Launcher = request.getfixturevalue(who)
    with launcher.holding() as (process, _):
        assert wait_for(lambda: len(launcher.servers()) == 2), launcher.processes()
        commands = psutil.Process(process.pid).children()
        end(process, number)
        assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
        assert wait_for(lambda: not launcher.processes())
        assert wait_for(lambda: not any(command.is_running() for command in commands))


def test_ctrl_c_ends_the_command_first_and_the_servers_after_it(launcher: Launcher) -> None:
    command = (
        "import os, psycopg, sys, time\n"
        "try:\n"
        "    print('up', flush=True)\n"
        "    time.sleep(600)\n"
        "except KeyboardInterrupt:\n"
        "    time.sleep(1)\n"
        "    psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 1')\n"
        "    print('the server still answers', flush=True)\n"
        "    sys.exit(7)\n"
    )
    process = launcher.start("run", "--", sys.executable, "-c", command)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (7, "the server still answers\n"), errors
    assert not launcher.processes()


@pytest.mark.parametrize(("command", "code"), [("exit 3", 3), ("kill -KILL $$", 137), ("exit 0", 0)])
def test_the_command_s_exit_code_is_handed_on(command: str, code: int, launcher: Launcher) -> None:
    assert launcher.call("run", "--", "sh", "-c", command).returncode == code


@EVERYONE
def test_what_was_committed_survives_the_kill_of_everything(who: str, request: pytest.FixtureRequest) -> None:
    launcher: Launcher = request.getfixturevalue(who)
    with launcher.holding("--durable", "--name", "kept") as (process, addresses):
        _write(addresses, "before")
        for server in launcher.servers().values():
            server.kill()
        end(process, signal.SIGKILL)
    with launcher.holding("--durable", "--name", "kept") as (_, again):
        assert again["DATABASE_URL"] == addresses["DATABASE_URL"]
        assert _read(again) == (["before"], b"before")


def test_servers_that_outlived_their_launcher_are_ended_by_the_next_start(launcher: Launcher) -> None:
    """Where the system cannot tie a child to its parent, or the tie was lost, the next start cleans up."""
    with launcher.holding("--durable", "--name", "kept") as (process, addresses):
        _write(addresses, "before")
        servers = launcher.servers()
        commands = {name: (server.cmdline(), server.cwd()) for name, server in servers.items()}
        # Valkey replaces its command line by a title, so that one is written out.
        folder = commands["valkey"][1]
        commands["valkey"] = [servers["valkey"].exe(), f"{folder}/server.conf"], folder
        end(process)
    orphans = [_start_loose(launcher, *command) for command in commands.values()]
    assert wait_for(lambda: len(launcher.servers()) == 2)
    with launcher.holding("--durable", "--name", "kept") as (_, again):
        assert all(orphan.wait(30) is not None for orphan in orphans)
        assert _read(again)[0] == ["before"]


def _start_loose(launcher: Launcher, command: list[str], folder: str) -> psutil.Popen:
    """Start a server again, exactly as it ran but with nobody to look after it."""
    owner = os.stat(folder)
    return psutil.Popen(command, cwd=folder, user=owner.st_uid, group=owner.st_gid, extra_groups=[])


def test_a_pid_file_that_names_a_stranger_s_process_is_no_obstacle(launcher: Launcher) -> None:
    """After a crash the number in PostgreSQL's pid file may belong to any process."""
    with launcher.holding("--durable", "--name", "kept") as (process, addresses):
        _write(addresses, "before")
        pidfile = launcher.state / "kept/postgres/data/postmaster.pid"
        content = pidfile.read_text().splitlines()
        for server in launcher.servers().values():
            server.kill()
        end(process, signal.SIGKILL)
    assert wait_for(lambda: not launcher.processes())
    pidfile.write_text("\n".join([str(os.getpid()), *content[1:]]))
    with launcher.holding("--durable", "--name", "kept") as (_, again):
        assert _read(again)[0] == ["before"]
    psutil.Process(os.getpid())  # and we are still here


def test_scratch_servers_of_a_killed_launcher_are_swept_away(launcher: Launcher) -> None:
    with launcher.holding() as (process, _):
        end(process, signal.SIGKILL)
    (left,) = launcher.state.glob("scratch-*")
    with launcher.holding():
        assert not left.exists()


def test_a_half_made_database_is_made_again(launcher: Launcher) -> None:
    with launcher.holding("--durable", "--name", "kept"):
        pass
    (launcher.state / "kept/postgres/created").unlink()
    (launcher.state / "kept/postgres/data/PG_VERSION").unlink()
    with launcher.holding("--durable", "--name", "kept") as (_, addresses):
        _write(addresses, "anew")
        assert _read(addresses) == (["anew"], b"anew")


def _write(addresses: dict[str, str], word: str) -> None:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        client.set("kept", word)
        client.execute_command("WAITAOF", 1, 0, 5000)  # until the append-only file is on the disk


def _read(addresses: dict[str, str]) -> tuple[list[str], bytes | None]:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        words = [word for (word,) in connection.execute("SELECT word FROM kept")]
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        return words, client.get("kept")
