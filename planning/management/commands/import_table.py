"""``manage.py import_table PATH``: a published table as a new numbered baseline, whole or not at all."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from planning.models import Cycle
from planning.models.cycles import PLANNING
from workplaces.loading.economy import Loaded, load_economy
from workplaces.loading.places import Country
from workplaces.models import Scenario, Workplace
from workplaces.selectors import scenario_current
from workplaces.services.scenarios import scenario_open
from workplaces.tables import TableError, build_economy, read_folder
from workplaces.tables.arrays import Economy


class Command(BaseCommand):
    """Takes a table folder in; what the table does not give (workplaces, sizes) is made up by seed and says so."""

    help = "Take a folder with an input-output table into a new numbered baseline."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare path, name and population."""
        parser.add_argument("path", help="folder with sectors.csv and the table's files")
        parser.add_argument("--name", default="", help="the baseline's name; else the table's title")
        parser.add_argument(
            "--workplaces", type=int, default=1000, help="about how many workplaces to make up"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--yes",
            action="store_true",
            help="do it although pages then show this table instead of what is there",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, build, write; exit with 1 and one sentence that names file, row and column."""
        path = Path(options["path"]).resolve()
        try:
            table = read_folder(path)
            economy = build_economy(table, workplaces=options["workplaces"], seed=options["seed"])
        except (TableError, ValueError) as error:
            raise CommandError(str(error)) from error
        check_nothing_is_hidden(yes=options["yes"])
        loaded = baseline_from(
            economy, name=options["name"] or economy.title, code=path.name, now=timezone.now()
        )
        for repair in economy.repairs:
            self.stdout.write(f"Repaired: {repair.sentence}")
        rows = ", ".join(f"{count} {kind}" for kind, count in loaded.counts().items() if count)
        scenario = loaded.scenario
        self.stdout.write(f"Baseline {scenario.number}, “{scenario.name}”: {rows}.")


def check_nothing_is_hidden(*, yes: bool) -> None:
    """Refuse while a cycle is in planning; ask for ``--yes`` where a baseline has workplaces already."""
    cycle = Cycle.objects.filter(phase__in=PLANNING).first()
    if cycle is not None:
        raise CommandError(
            f"{cycle} is still being planned. A table taken in now would stand in front of its figures on every page: "
            "finish the cycle first, or use another instance (its own DATABASE_URL) for this table."
        )
    current = scenario_current()
    there = Workplace.objects.in_scenario(current).count() if current is not None else 0
    if current is not None and there and not yes:
        raise CommandError(
            f"“{current.name}” holds {there} workplaces. The table becomes the next baseline, and pages would show it "
            "instead; the old one stays readable under Baselines and scenarios. To go on, repeat with --yes."
        )


@transaction.atomic
def baseline_from(economy: Economy, *, name: str, code: str, now: datetime) -> Loaded:
    """Open a baseline and load ``economy`` into it; its country goes by the folder's name."""
    scenario = scenario_open(
        kind=Scenario.Kind.BASELINE,
        name=name[:200],
        by=None,
        now=now,
        currency=economy.currency,
        source_note=economy.source_note,
        synthetic_note=economy.synthetic_note,
    )
    country = Country(code[:40], economy.title[:200])
    return load_economy(economy=economy, scenario=scenario, by=None, now=now, country=country)
