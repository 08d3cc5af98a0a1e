"""``manage.py shock``: what breaks first if a part of the plan drops out, and the least change that answers it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planning.runner.stress.drops import KINDS, parse
from planning.runner.stress.report import as_json, stress_test
from planning.runner.stress.subjects import Subject, from_cycle, from_economy
from planning.runner.stress.table import table
from workplaces.errors import Refused
from workplaces.tables import TableError, build_economy


class Command(BaseCommand):
    """Stress-test a published economy, or the plan of a cycle here; writes nothing."""

    help = "Let a supplier, a region, an import or a resource drop out and print what breaks first and who must act."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument("--source", help="brazil-2021 (default), or folder:PATH of a table; no database")
        parser.add_argument("--workplaces", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--cycle", type=int, metavar="YEAR", help="the plan of that cycle in the database instead"
        )
        parser.add_argument(
            "--drop", action="append", required=True, metavar="KIND:CODE=SHARE%",
            help=f"what drops out, as region:NE=20%%; repeat; kinds: {', '.join(KINDS)}",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        """Test and print."""
        try:
            drops = [parse(text) for text in options["drop"]]
            report = as_json(stress_test(_subject(options), drops, say=self._say))
        except (Refused, TableError, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else table(report))

    def _say(self, text: str) -> None:
        """Tell the person who waits how far it is; never on the output that programs read."""
        self.stderr.write(text)


def _subject(options: dict[str, Any]) -> Subject:
    if options["cycle"] is not None:
        if options["source"]:
            raise CommandError("Give either --source, a table, or --cycle, a plan in the database; not both.")
        return from_cycle(options["cycle"])
    if options["workplaces"] < 1:
        raise CommandError("--workplaces must be at least 1.")
    source = options["source"] or "brazil-2021"
    return from_economy(build_economy(source, workplaces=options["workplaces"], seed=options["seed"]))
