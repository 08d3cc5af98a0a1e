"""``manage.py rehearse``: whole cycles with simulated delegates, in a scratch database that goes away."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planning.demo.load import Order
from planning.rehearsal.report import table
from planning.rehearsal.scratch import scratch_database
from planning.rehearsal.years import rehearse_years, years_table
from planning.simulated.people import Temper
from workplaces.errors import Refused
from workplaces.tables.errors import TableError
from workplaces.tables.sources import read_source


class Command(BaseCommand):
    """Rehearse a cycle."""

    help = "Rehearse a whole cycle with simulated delegates and print what a coordinator would see."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument("--source", default="brazil-2021", help="brazil-2021, or folder:PATH of a table")
        parser.add_argument("--workplaces", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scatter", type=float, default=0.15, help="how far proposals scatter (0.15)")
        parser.add_argument("--growth", type=float, default=0.03, help="more consumption asked for (0.03)")
        parser.add_argument("--rounds", type=int, help="stop after this many rounds (the charter's limit)")
        parser.add_argument(
            "--cycles", type=int, default=1, help="hold so many in a row, each from the plan before (1)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        """Rehearse and print."""
        if options["workplaces"] < 1:
            raise CommandError("--workplaces must be at least 1.")
        if options["cycles"] < 1:
            raise CommandError("--cycles must be at least 1.")
        if options["rounds"] is not None and options["rounds"] < 1:
            raise CommandError("--rounds must be at least 1.")
        if not 0 <= options["scatter"] < 1:
            raise CommandError("--scatter must be at least 0 and below 1.")
        if not -1 < options["growth"] <= 10:
            raise CommandError("--growth must be above −1 and at most 10.")
        order = Order(options["source"], options["workplaces"], options["seed"])
        temper = Temper(scatter=options["scatter"], growth=options["growth"])
        try:
            read_source(order.source)  # before a database is made for it
            with scratch_database():
                years = rehearse_years(
                    order=order,
                    temper=temper,
                    cycles=options["cycles"],
                    rounds=options["rounds"],
                    say=self._say,
                )
        except (Refused, TableError, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        if options["cycles"] == 1:
            report = years[0].report
            self.stdout.write(json.dumps(report.as_json()) if options["json"] else table(report))
        else:
            found = {"cycles": [year.as_json() for year in years]}
            self.stdout.write(json.dumps(found) if options["json"] else years_table(years))

    def _say(self, text: str) -> None:
        """Tell the person who waits how far it is; never on the output that programs read."""
        self.stderr.write(text)
