"""Moving an instance to the version of the code that is checked out."""

import os
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from config.operations.backup import make_backup
from config.servers import ServerError
from config.servers.places import CHECKOUT

STEPS = {
    "bringing the database up to date": ["migrate", "--noinput"],
    "collecting static files": ["collectstatic", "--noinput"],
    "checking the database against the code": ["migrate", "--check"],
    "checking the settings": ["check", "--database", "default", "--fail-level", "ERROR"],
}


def upgrade(*, url: str, folder: Path, now: datetime) -> Path:
    """Back the database up, migrate it and check the result; returns the backup's path.

    Raises ServerError naming the step that failed and the backup to return to.
    """
    archive = make_backup(url=url, folder=folder, now=now)
    environ = {"SECRET_KEY": secrets.token_hex(32), "REDIS_URL": "", **os.environ, "DATABASE_URL": url}
    for step, arguments in STEPS.items():
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(
                f"The upgrade stopped while {step}:\n{(done.stderr or done.stdout).strip()}\n"
                f"Nothing is lost: the database as it was before is in {archive}. To return to it, check out the "
                "version before, create an empty database, set DATABASE_URL to it and restore that file."
            )
    return archive
