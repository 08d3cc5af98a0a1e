"""What ``manage.py`` does before Django starts: commands that need no database, commands that bring their own."""

import os
import secrets
import sys

from config.demo import launcher
from config.servers.session import addresses_of

NO_DATABASE = {"check_table", "tally", "help", "makemessages", "compilemessages"}
OWN_SERVERS = {"rehearse"}
IN_ARRAYS = ("--alpha", "--plot", "--sensitivity")  # what is rehearsed with these needs no database
ONLY_WITH = {"shock": "--cycle"}  # these need a database with that option only


def prepare(arguments: list[str]) -> None:
    """Set what the command needs in the environment, or start it again under private servers."""
    command = arguments[1] if len(arguments) > 1 else ""
    asks_for_help = bool({"-h", "--help"} & set(arguments))
    without = command in NO_DATABASE or asks_for_help or _does_without(command, arguments)
    if command in OWN_SERVERS and not os.environ.get("DATABASE_URL") and not without:
        # The command may have been started from anywhere; the project is where manage.py is.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [sys.path[0], os.environ.get("PYTHONPATH")]))
        servers = [sys.executable, "-m", "config.servers", "run", "--name", command, "--"]
        os.execv(sys.executable, [*servers, sys.executable, *arguments])  # noqa: S606 - our own command again
    if without:
        os.environ.setdefault("DATABASE_URL", "postgresql:///no-database-is-used")
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    elif not os.environ.get("DATABASE_URL"):
        _find_what_runs()


def _does_without(command: str, arguments: list[str]) -> bool:
    given = {each.split("=")[0] for each in arguments}
    if command in OWN_SERVERS:
        return not given.isdisjoint(IN_ARRAYS)
    option = ONLY_WITH.get(command)
    return option is not None and option not in given


def _find_what_runs() -> None:
    """Use the instance that ``make site`` or ``make demo`` of this checkout runs at present, and say which."""
    for kind in (launcher.SITE, launcher.DEMO):
        addresses = addresses_of(kind.name)
        if addresses:
            print(f"commonplan: on the database of `make {kind.name}`", file=sys.stderr)  # noqa: T201
            os.environ.update({**kind.mode, **addresses, "COMMONPLAN_ADDRESS": launcher.url_of(kind)})
            return
