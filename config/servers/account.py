"""Whose account the servers run under: ours, or an unprivileged one when we are root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.servers.problems import ServerError

# PostgreSQL refuses to run as root and looks its account up by name, so a bare number will not do.
UNPRIVILEGED = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that change to an account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The uid and gid of server processes; `drop` says whether we must change to them."""

    uid: int
    gid: int
    drop: bool

    def identity(self) -> Identity:
        """Return the arguments of `subprocess` that change to this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.drop:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """Return our own account, or an unprivileged one of the system when we are root.

    Raises ServerError when root finds no unprivileged account.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise ServerError(
        "PostgreSQL does not run as root, and this system has neither a `postgres` nor a `nobody` account. "
        "Start as an ordinary user, or set DATABASE_URL and REDIS_URL to servers that already run."
    )
