"""Command line: ``python -m config.operations backup|restore|migrate|upgrade|health``."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from config.operations.backup import expire, make_backup, read_manifest
from config.operations.database import chosen_database
from config.operations.health import page_answers, written_recently
from config.operations.restore import restore_backup
from config.operations.upgrade import migrate, upgrade
from config.servers import ServerError
from config.servers.endings import orderly_end
from config.servers.places import CHECKOUT


def main(arguments: list[str]) -> int:
    """Carry out one command; prints a sentence and returns 1 when it cannot."""
    options = _parser().parse_args(arguments)
    try:
        with orderly_end():
            print(options.action(options))  # noqa: T201
    except ServerError as problem:
        print(f"commonplan: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m config.operations", description="Look after an instance."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action, text in (
        ("backup", _backup, "archive the database"),
        ("restore", _restore, "fill an empty database from an archive"),
        ("migrate", _migrate, "bring the database up to date and give the application's role its rights"),
        ("upgrade", _upgrade, "back up, migrate and check after new code was checked out"),
    ):
        command = commands.add_parser(name, help=text)
        command.set_defaults(action=action)
        command.add_argument("--name", default="demo", help="private servers to use without DATABASE_URL")
        if action is _restore:
            command.add_argument("archive", type=Path)
        elif action is not _migrate:
            command.add_argument(
                "--folder", type=Path, default=CHECKOUT / "backups", help="where archives go"
            )
            command.add_argument("--days", type=int, default=30, help="delete archives older than this")
    health = commands.add_parser(
        "health", help="fail unless the web server answers or a file was written lately"
    )
    health.add_argument("--port", type=int, default=8000)
    health.add_argument(
        "--recent", type=Path, metavar="FILE", help="look at this file instead of the web server"
    )
    health.set_defaults(action=_health)
    return parser


def _backup(options: argparse.Namespace) -> str:
    now = datetime.now(UTC)
    with chosen_database(options.name) as url:
        archive = make_backup(url=url, folder=options.folder, now=now)
    expired = expire(options.folder, days=options.days, now=now)
    rows = sum(read_manifest(archive).rows.values())
    gone = f" Deleted {len(expired)} older than {options.days} days." if expired else ""
    return f"Backed up {rows} rows to {archive} ({archive.stat().st_size} bytes).{gone}"


def _restore(options: argparse.Namespace) -> str:
    with chosen_database(options.name) as url:
        manifest = restore_backup(archive=options.archive, url=url)
    return f"Restored {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, as of {manifest.made_at}."


def _migrate(options: argparse.Namespace) -> str:
    with chosen_database(options.name) as url:
        try:
            return migrate(url=url)
        except ServerError as problem:
            raise ServerError(f"Migrating stopped while {problem}") from None


def _upgrade(options: argparse.Namespace) -> str:
    with chosen_database(options.name) as url:
        archive = upgrade(url=url, folder=options.folder, now=datetime.now(UTC))
    return (
        f"Upgraded. The database as it was before is in {archive}. Restart web server, worker and clock now."
    )


def _health(options: argparse.Namespace) -> str:
    return written_recently(options.recent) if options.recent else page_answers(options.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
