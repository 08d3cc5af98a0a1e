"""``manage.py price_rounds``: how many askings price-guided procedures would need on these proposals."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planning.models import Cycle
from planning.rehearsal.arrays import proposed
from planning.rehearsal.report import laid_out
from planning.runner.build import Rules, build_problem
from planning.runner.guided import LIMIT, TOLERANCES, Comparison, Outcome, compare
from planning.runner.read import State, read_state
from planning.runner.stress.economy import state_of
from planning.services.cycles import standing
from planning.simulated.people import Temper
from workplaces.errors import Refused
from workplaces.tables import TableError, build_economy

FOOT = (
    "Rounds until the worst product's imbalance, 2|supply − use|/(supply + use), is below the tolerance; · not in {limit}.\n"
    "Everybody answers prices as the iteration assumes they answer a margin: by the product's flexibility, inside\n"
    "capacities, floors and limits. Every workplace is asked prices in every round, suggestions only where they lie\n"
    "beyond a mandate. “moved” is the value of all changes of output as a share of all output.\n"
    "Hours and caps have no price here: “overdrawn” counts those that the last figures exceed. Nothing is written."
)


class Command(BaseCommand):
    """Try price-guided rounds on a published economy, or on the proposals of a cycle here; writes nothing."""

    help = "Try the published price rule, Newton and secants on proposals and compare them with the least change."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument("--source", help="brazil-2021 (default), or folder:PATH of a table; no database")
        parser.add_argument("--workplaces", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scatter", type=float, default=0.15, help="how far proposals scatter (0.15)")
        parser.add_argument("--growth", type=float, default=0.03, help="more consumption asked for (0.03)")
        parser.add_argument(
            "--cycle", type=int, metavar="YEAR", help="the proposals of that cycle in the database instead"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        """Compare and print."""
        try:
            title, state, rules = _of_cycle(options["cycle"]) if options["cycle"] else _of_table(options)
            with np.errstate(all="ignore"):  # what overflows is refused by name
                problem, layout = build_problem(state, rules)
            found = compare(state, problem, layout)
        except (Refused, TableError, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps({"subject": title} | asdict(found), ensure_ascii=False))
        else:
            self.stdout.write(_table(title, found))


def _of_table(options: dict[str, Any]) -> tuple[str, State, Rules]:
    if options["workplaces"] < 1:
        raise CommandError("--workplaces must be at least 1.")
    if not 0 <= options["scatter"] < 1:
        raise CommandError("--scatter must be at least 0 and below 1.")
    if not -1 < options["growth"] <= 10:
        raise CommandError("--growth must be above −1 and at most 10.")
    rules = Rules()
    source, seed = options["source"] or "brazil-2021", options["seed"]
    economy = build_economy(source, workplaces=options["workplaces"], seed=seed)
    temper = Temper(scatter=options["scatter"], growth=options["growth"])
    state = proposed(state_of(economy, band=rules.band), temper, np.random.default_rng(seed))
    return f"{economy.title}, proposals by seed {seed}", state, rules


def _of_cycle(year: int) -> tuple[str, State, Rules]:
    cycle = Cycle.objects.filter(year=year).first()
    if cycle is None:
        known = ", ".join(str(each) for each in Cycle.objects.values_list("year", flat=True)) or "none"
        raise CommandError(f"There is no cycle {year} here; there are: {known}.")
    scenario, last = standing(cycle), cycle.rounds.order_by("-number").first()
    at = scenario.pk if scenario else last.scenario_id if last else cycle.baseline_id
    rules = Rules.of(cycle.rules)
    return f"Proposals of {year}", read_state(at, band=rules.band), rules


def _table(title: str, found: Comparison) -> str:
    head = ("procedure", *(f"{100 * t:g} %" for t in TOLERANCES), "asked a round", "moved", "overdrawn")
    body = laid_out([head, *(_row(each) for each in found.outcomes)])
    left = (
        f"; {found.left_out} products that nobody makes or nobody uses are left out" if found.left_out else ""
    )
    about = f"{title}: {found.workplaces:,} workplaces, {found.goods} products{left}"
    return f"{about}\n\n{body}\n\n{FOOT.format(limit=LIMIT)}"


def _row(each: Outcome) -> tuple[str, ...]:
    counts = (each.rounds_to(tolerance) for tolerance in TOLERANCES)
    later = each.asked[1:] or each.asked
    return (
        each.name, *("·" if count is None else str(count) for count in counts),
        f"{100 * sum(later) / len(later):.1f} %", f"{100 * each.moved:.1f} %", str(each.overdrawn),
    )  # fmt: skip
