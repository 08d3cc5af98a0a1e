"""``manage.py check_table PATH``: does a published table hold together? Needs no database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workplaces.tables import TableError, check, read_folder
from workplaces.tables.checks import report


class Command(BaseCommand):
    """Reads a table folder and says what is in it, how well it adds up and what an import would repair."""

    help = "Check a folder with an input-output table; needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare path and form of the answer."""
        parser.add_argument("path", help="folder with sectors.csv and the table's files")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        parser.add_argument(
            "--multipliers", action="store_true", help="with --json: every product's output multiplier"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the figures; exit with 1 and one sentence where the table cannot be read."""
        try:
            checked = check(read_folder(options["path"]), multipliers=options["multipliers"])
        except TableError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(checked, ensure_ascii=False))
        else:
            self.stdout.write(report(checked))
