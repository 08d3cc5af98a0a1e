"""A launcher under root and under an ordinary user, each with a state folder that goes away."""

import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.support import CHECKOUT, Launcher, User, portable_code, portable_python, short_folder


@pytest.fixture(scope="session")
def stranger() -> Iterator[User]:
    """An ordinary account: ours, or `nobody` with its own copy of Python and code when we are root."""
    if os.geteuid() != 0:
        yield User(pwd.getpwuid(os.getuid()).pw_name, sys.executable, CHECKOUT)
        return
    with short_folder(mode=0o755) as folder:
        python, environ = portable_python(folder)
        code = portable_code(folder)
        yield User(
            "nobody", python, code, environ | {"PYTHONPATH": str(code / "site"), "HOME": "/nonexistent"}
        )


@pytest.fixture
def state() -> Iterator[Path]:
    """An empty state folder that is removed, servers and all."""
    with short_folder() as folder:
        yield folder


@pytest.fixture
def launcher(state: Path) -> Launcher:
    """The launcher under the account of the test run."""
    return Launcher(state, User(pwd.getpwuid(os.getuid()).pw_name, sys.executable, CHECKOUT))


@pytest.fixture
def ordinary(state: Path, stranger: User) -> Launcher:
    """The launcher under an ordinary account, with a state folder of that account's."""
    shutil.chown(state, stranger.name)
    return Launcher(state, replace(stranger, environ=dict(stranger.environ)))


@pytest.fixture
def root(launcher: Launcher) -> Launcher:
    """The launcher under root."""
    if os.geteuid() != 0:
        pytest.skip("only root can be root; run the tests as root to see this one")
    return launcher
