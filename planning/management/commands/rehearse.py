"""``manage.py rehearse``: whole cycles with simulated delegates, in a scratch database that goes away."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planning.demo.load import Order
from planning.rehearsal.growth.assumptions import Assumptions
from planning.rehearsal.growth.cycles import courses, setting
from planning.rehearsal.growth.options import ALPHAS, ROUNDS, add_dial, asks_for_dial, dials
from planning.rehearsal.growth.plot import plot
from planning.rehearsal.growth.report import Found, dial_table
from planning.rehearsal.growth.sensitivity import sensitivity, sensitivity_table
from planning.rehearsal.report import table
from planning.rehearsal.scratch import scratch_database
from planning.rehearsal.years import Year, rehearse_years, years_table
from planning.simulated.people import Temper
from workplaces.errors import Refused
from workplaces.tables.errors import TableError
from workplaces.tables.sources import read_source


class Command(BaseCommand):
    """Rehearse a cycle."""

    help = (
        "Rehearse a whole cycle with simulated delegates and print what a coordinator would see; several cycles in a row "
        "also at several settings of the equality dial."
    )
    requires_system_checks = []  # they would ask for a database, which settings of the dial do without

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument("--source", default="brazil-2021", help="brazil-2021, or folder:PATH of a table")
        parser.add_argument("--workplaces", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scatter", type=float, default=0.15, help="how far proposals scatter (0.15)")
        parser.add_argument(
            "--growth", type=float, default=0.03,
            help="more consumption asked for (0.03); at settings of the dial it follows from the hours there are",
        )  # fmt: skip
        parser.add_argument(
            "--rounds", type=int,
            help=f"stop after this many rounds (the charter's limit; {ROUNDS} at settings of the dial)",
        )  # fmt: skip
        parser.add_argument(
            "--cycles", type=int, default=1, help="hold so many in a row, each from the plan before (1)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        add_dial(parser)

    def handle(self, **options: Any) -> None:
        """Rehearse and print."""
        _check(options)
        try:
            assumed, alphas = Assumptions.of(options), dials(options["alpha"] or ALPHAS)
            read_source(options["source"])  # before a database is made for it
            if options["sensitivity"]:
                found, text = self._sensitivity(options, assumed, alphas)
            elif asks_for_dial(options):
                found, text = self._dial(options, assumed, alphas)
            else:
                found, text = self._procedure(options)
                if options["cycles"] > 1:
                    dial, more = self._dial(options, assumed, alphas)
                    found, text = {**found, "dial": dial}, f"{text}\n\n{more}"
        except (Refused, TableError, ValueError, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else text)

    def _procedure(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Hold the cycles through services and database."""
        order = Order(options["source"], options["workplaces"], options["seed"])
        temper = Temper(scatter=options["scatter"], growth=options["growth"])
        with scratch_database():
            years: list[Year] = rehearse_years(
                order=order, temper=temper, cycles=options["cycles"], rounds=options["rounds"], say=self._say
            )
        if options["cycles"] == 1:
            return years[0].report.as_json(), table(years[0].report)
        return {"cycles": [year.as_json() for year in years]}, years_table(years)

    def _dial(
        self, options: dict[str, Any], assumed: Assumptions, alphas: list[Any]
    ) -> tuple[dict[str, Any], str]:
        """Hold the cycles in arrays at each setting of the dial."""
        at = setting(
            source=options["source"], workplaces=options["workplaces"], seed=options["seed"], assumed=assumed,
            scatter=options["scatter"], rounds=options["rounds"] or ROUNDS,
        )  # fmt: skip
        found = Found(at, courses(at, alphas, options["cycles"], self._say))
        if options["plot"]:
            beside = plot(found, Path(options["plot"]))
            self._say(f"Drawn in {options['plot']}, its table in {beside}")
        return found.as_json(), dial_table(found)

    def _sensitivity(
        self, options: dict[str, Any], assumed: Assumptions, alphas: list[Any]
    ) -> tuple[dict[str, Any], str]:
        """Vary the assumptions one at a time."""
        seeds = range(options["seed"], options["seed"] + options["seeds"])
        effects = sensitivity(
            source=options["source"], workplaces=options["workplaces"], seeds=seeds, assumed=assumed, alphas=alphas,
            cycles=options["cycles"], scatter=options["scatter"], rounds=options["rounds"] or ROUNDS, say=self._say,
        )  # fmt: skip
        return {"seeds": list(seeds), "variations": [each.as_json() for each in effects]}, sensitivity_table(
            effects, seeds
        )

    def _say(self, text: str) -> None:
        """Tell the person who waits how far it is; never on the output that programs read."""
        self.stderr.write(text)


def _check(options: dict[str, Any]) -> None:
    for name in ("workplaces", "cycles", "rounds", "seeds"):
        if options[name] is not None and options[name] < 1:
            raise CommandError(f"--{name} must be at least 1.")
    if not 0 <= options["scatter"] < 1:
        raise CommandError("--scatter must be at least 0 and below 1.")
    if not -1 < options["growth"] <= 10:
        raise CommandError("--growth must be above −1 and at most 10.")
    if options["plot"] and options["sensitivity"]:
        raise CommandError(
            "--plot draws the settings' courses; --sensitivity has none to draw. Give one of them."
        )
    if options["plot"] and Path(options["plot"]).suffix != ".svg":
        raise CommandError("--plot writes an SVG picture: give a file whose name ends in .svg.")
