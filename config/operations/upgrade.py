"""Moving an instance to the version of the code that is checked out."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import psycopg

from config.operations.backup import make_backup
from config.operations.rights import application_role, give_rights
from config.servers import ServerError
from config.servers.places import CHECKOUT

MIGRATING = {"bringing the database up to date": ["migrate", "--noinput"]}
CHECKING = {
    "collecting static files": ["collectstatic", "--noinput"],
    "checking the database against the code": ["migrate", "--check"],
    "checking the settings": ["check", "--database", "default", "--fail-level", "ERROR"],
}


def upgrade(*, url: str, folder: Path, now: datetime) -> Path:
    """Back the database up, migrate it and check the result; returns the backup's path.

    Raises ServerError naming the step that failed and the backup to return to.
    """
    archive = make_backup(url=url, folder=folder, now=now)
    try:
        migrate(url=url)
        _steps(CHECKING, url)
    except ServerError as problem:
        raise ServerError(
            f"The upgrade stopped while {problem}\nNothing is lost: the database as it was before is in {archive}. "
            "To return to it, check out the version before, create an empty database, set DATABASE_URL to it and "
            "restore that file."
        ) from None
    return archive


def migrate(*, url: str) -> str:
    """Migrate the owner's database, and give the application's role its rights; returns a sentence.

    Raises ServerError naming the step that failed.
    """
    _steps(MIGRATING, url)
    role = application_role(url)
    if role is None:
        return "The database is up to date. The application works with its owner's rights."
    try:
        give_rights(owner_url=url, role=role)
    except (ServerError, psycopg.Error) as problem:
        raise ServerError(f"giving the application's role its rights:\n{problem}") from None
    return f"The database is up to date. The application works as {role}, with rights on rows only."


def _steps(steps: Mapping[str, list[str]], url: str) -> None:
    environ = {"SECRET_KEY": secrets.token_hex(32), "REDIS_URL": "", **os.environ, "DATABASE_URL": url}
    for step, arguments in steps.items():
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(f"{step}:\n{(done.stderr or done.stdout).strip()}")
