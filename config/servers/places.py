"""Where private servers keep data, sockets, logs and secrets, and who holds the place at present."""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.servers.account import Account
from config.servers.problems import ServerError

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_LIMIT = 107  # bytes of a socket's path that Linux accepts
LONGEST_SOCKET = ".s.PGSQL.5432.lock"
SCRATCH = "scratch-"


@dataclass(frozen=True)
class Place:
    """One set of servers on disk: `root` belongs to us, what `private` returns to the account."""

    root: Path
    account: Account
    durable: bool

    def private(self, name: str) -> Path:
        """Return a 0700 folder that belongs to the account of the servers."""
        folder = self.root / name
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(folder)
        return folder

    def log(self, name: str) -> Path:
        """Return the path of a log that only we can read."""
        (self.root / "logs").mkdir(mode=0o700, exist_ok=True)
        return self.root / "logs" / f"{name}.log"

    def secret(self, name: str) -> str:
        """Return a random word that stays the same as long as this place exists."""
        path = self.root / f"{name}.secret"
        if not path.exists():
            write_private(path, secrets.token_hex(32))
        return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        file.write(text)
    os.replace(file.name, path)  # NamedTemporaryFile creates with mode 0600


def state_folder() -> Path:
    """Return this checkout's state folder, which server processes can reach; it is created if missing.

    For root it is outside the checkout: a checkout under /root cannot be entered by the servers' account.
    """
    chosen = os.environ.get("COMMONPLAN_STATE")
    if chosen:
        folder = Path(chosen).resolve()
    elif os.geteuid() == 0:
        digest = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:10]
        folder = Path("/var/lib/commonplan") / digest
    else:
        folder = CHECKOUT / ".private"
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if os.geteuid() == 0 and not chosen:
        (folder / "checkout").write_text(f"{CHECKOUT}\n")
    return folder


def socket_folder(place: Place) -> Path:
    """Return a folder for sockets whose path is short enough; in the system's temporary folder if need be."""
    inside = place.private("sockets")
    if len(os.fsencode(inside / LONGEST_SOCKET)) <= SOCKET_LIMIT:
        return inside
    link = place.root / "short-sockets"
    if link.is_symlink() and link.exists():
        return link.readlink()
    short = Path(tempfile.mkdtemp(prefix="commonplan-", dir="/tmp"))
    place.account.own(short)
    link.unlink(missing_ok=True)
    link.symlink_to(short)
    return short


@contextmanager
def claimed(root: Path) -> Iterator[None]:
    """Hold a folder for this process; the claim ends with the process, however it ends.

    Raises ServerError when another process holds it.
    """
    root.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (root / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ServerError(
                f"The servers in {root} are already in use by process {lock.read().strip() or '(unknown)'}. "
                "Stop that one first, or choose another --name."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_held(root: Path) -> bool:
    """Tell whether a running process holds the folder."""
    if not (root / "lock").exists():
        return False
    with (root / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove(root: Path) -> None:
    """Delete a place and its short socket folder; nobody may hold it."""
    link = root / "short-sockets"
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
    shutil.rmtree(root)
