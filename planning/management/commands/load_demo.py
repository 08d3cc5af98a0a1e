"""``manage.py load_demo``: a country to try the program on."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from planning.demo.load import Order, demo_load, demo_loaded
from workplaces.errors import Refused
from workplaces.tables import TableError


class Command(BaseCommand):
    """Loads the demo into an empty database; a second call with the same order changes nothing."""

    help = "Load a made-up federation on a published national table; run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the order."""
        parser.add_argument("--source", default=Order.source, help="brazil-2021 or folder:PATH")
        parser.add_argument("--workplaces", type=int, default=Order.workplaces)
        parser.add_argument("--seed", type=int, default=Order.seed)
        parser.add_argument("--open-cycle", action="store_true", help="open the next year's cycle as well")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, or say that it is there."""
        order = Order(options["source"], options["workplaces"], options["seed"])
        there = demo_loaded()
        if there == order:
            self.stdout.write("The demo is loaded already.")
            return
        if there is not None:
            raise CommandError(
                f"There is a demo of {there.source} with {there.workplaces} workplaces, seed {there.seed}; "
                "`make demo-reset` removes it."
            )
        started = time.perf_counter()
        try:
            counts = demo_load(order=order, now=timezone.now(), open_cycle=options["open_cycle"])
        except (Refused, TableError, ValueError) as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the planner would otherwise take the tables for empty
        told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items() if count)
        self.stdout.write(f"Loaded in {time.perf_counter() - started:.1f} s: {told}.")
