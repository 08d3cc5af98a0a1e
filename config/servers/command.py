"""The commands of ``python -m config.servers``."""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.servers import places, processes
from config.servers.endings import orderly_end
from config.servers.problems import ServerError, last_lines
from config.servers.session import ADDRESSES, addresses_of, end_all, private_servers


def main(arguments: list[str]) -> int:
    """Carry out one command; prints a sentence and returns 1 when it cannot."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.action(options) or 0)
    except ServerError as problem:
        print(f"commonplan: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m config.servers", description="Private PostgreSQL and Valkey."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="start both, run a command with their addresses, stop both")
    run.add_argument("--durable", action="store_true", help="keep the data and wait for the disk")
    run.add_argument("command", nargs="+", metavar="-- COMMAND")
    run.set_defaults(action=_run)
    for name, action, text in (
        ("start", _start_detached, "start both in the background and print their addresses"),
        ("env", _env, "print the addresses of servers in the background"),
        ("stop", _stop, "stop servers in the background"),
        ("wipe", _wipe, "delete the data of servers that do not run"),
        ("hold", _hold, "start both and wait until told to stop"),
    ):
        commands.add_parser(name, help=text).set_defaults(action=action)
    for command in commands.choices.values():
        command.add_argument("--name", default="dev", help="which set of servers (default: dev)")
    return parser


def _run(options: argparse.Namespace) -> int:
    with orderly_end(), private_servers(purpose=options.name, durable=options.durable) as addresses:
        environ = processes.with_path_of_ours({**os.environ, **addresses})
        child = processes.spawn_command(options.command, environ)
        try:
            return _wait(child)
        finally:
            processes.stop(child, [(signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)])


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for the command; Ctrl-C at the terminal reaches it directly, so we only wait on."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return 128 - code if code < 0 else code


def _hold(options: argparse.Namespace) -> int:
    with orderly_end(), private_servers(purpose=options.name, durable=True):
        signal.pause()
    return 0


def _start_detached(options: argparse.Namespace) -> int:
    root = places.state_folder() / options.name
    root.mkdir(mode=0o711, exist_ok=True)
    if not places.is_held(root):
        (root / ADDRESSES).unlink(missing_ok=True)
        holder = _start_holder(options.name, root / "launcher.log")
        if not processes.wait_until((root / ADDRESSES).exists, seconds=90, process=holder):
            raise ServerError(f"The servers did not start:\n{last_lines(root / 'launcher.log')}")
    return _env(options)


def _start_holder(name: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a launcher that belongs to no terminal."""
    command = [sys.executable, "-m", "config.servers", "hold", "--name", name]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=places.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _env(options: argparse.Namespace) -> int:
    addresses = addresses_of(options.name)
    if not addresses:
        raise ServerError(f"No servers named {options.name} run. Begin with: python -m config.servers start")
    for name, value in addresses.items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201
    return 0


def _stop(options: argparse.Namespace) -> int:
    root = places.state_folder() / options.name
    if places.is_held(root):
        os.kill(int((root / "lock").read_text()), signal.SIGTERM)
        for _ in range(600):
            if not places.is_held(root):
                break
            time.sleep(0.1)
        else:
            raise ServerError(f"Process {(root / 'lock').read_text()} did not stop within a minute.")
    end_all(root)
    return 0


def _wipe(options: argparse.Namespace) -> int:
    root = places.state_folder() / options.name
    web = places.state_folder() / f"{options.name}-web"  # logs and static files of the demo's own processes
    if places.is_held(root) or places.is_held(web):
        raise ServerError(f"The servers named {options.name} run. Stop them first.")
    found = root.exists() or web.exists()
    if root.exists():
        end_all(root)
        places.remove(root)
    if web.exists():
        shutil.rmtree(web)
    print(f"Deleted the data of {options.name}." if found else f"There are no data of {options.name}.")  # noqa: T201
    if os.environ.get("DATABASE_URL"):
        print("The database that DATABASE_URL names was not touched.")  # noqa: T201
    return 0
