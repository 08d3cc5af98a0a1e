"""Settling a year, by size: drawing the next baseline, charging and levying, and reading it in the next first iteration.

    python -m config.servers run -- .venv/bin/python -m benchmarks.settlement [--sizes 20000 100000]

The plan is the first round's proposals, put in force without a vote: how councils vote is no part of this. Every technique
uses a resource that the plan charges for, so that every workplace is charged. ``commit s`` is what the database checks at
the end.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import django

django.setup()

import numpy as np
from django.db import connection
from django.utils import timezone

from planning.models import Cycle, Plan, Run, RunRow
from planning.rehearsal.cycle import Calendar, coordinator_made, iterate
from planning.rehearsal.scratch import scratch_database
from planning.services import settlement
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from planning.services.prices import prices_write
from planning.services.rounds import round_open
from planning.services.settlement import cycle_close
from planning.simulated.people import Temper, proposals_simulate
from workplaces.loading.economy import load_economy
from workplaces.models import Line, Person, Resource, Scenario, Technology
from workplaces.services.scenarios import scenario_open
from workplaces.tables import build_economy

HEAD = (
    "workplaces", "lines", "prices s", "settle s", "charges s", "levy s", "commit s", "lines written", "read before s",
    "read after s",
)  # fmt: skip


def first_run(year: int, by: Person, calendar: Calendar) -> Run:
    """Open a cycle on the newest baseline, let everybody propose and run one iteration."""
    cycle = cycle_open(year=year, by=by, now=calendar.next())
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=calendar.next())
    rng = np.random.default_rng(year)
    proposals_simulate(scenario=standing(cycle), temper=Temper(), rng=rng, by=by, now=calendar.next())
    round = round_open(cycle=cycle, by=by, now=calendar.next())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return iterate(round, by, calendar)


def plan_of(run: Run, by: Person, calendar: Calendar) -> Plan:
    """Make the round's proposals the plan in force, past the guards that want councils to ratify it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE planning_cycle DISABLE TRIGGER USER; ALTER TABLE planning_plan DISABLE TRIGGER USER"
        )
    Cycle.objects.filter(pk=run.round.cycle_id).update(phase=Cycle.Phase.IN_FORCE)
    plan = Plan.objects.create(
        cycle=Cycle.objects.get(pk=run.round.cycle_id), number=1, state=Plan.State.IN_FORCE, scenario=run.scenario,
        run=run, proposed_by=by, proposed_at=calendar.next(), in_force_at=calendar.next(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE planning_cycle ENABLE TRIGGER USER; ALTER TABLE planning_plan ENABLE TRIGGER USER"
        )
    return plan


def resource_made(scenario: Scenario) -> Resource:
    """Let every technique use a tenth of a unit of a resource whose cap is far away."""
    water = Resource.objects.create(scenario=scenario, code="water", name="Water", unit="m³", cap=1e12)
    Technology.objects.filter(scenario=scenario).update(resource=[water.entity_id], resource_use=[0.1])
    return water


def charge_for(resource: Resource, run: Run) -> None:
    """Let the run charge for it, past the guard that keeps finished runs."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE planning_runrow DISABLE TRIGGER USER")
        run.rows.filter(kind=RunRow.Kind.RESOURCE, entity=resource.entity_id).update(dual=1e-4)
        cursor.execute("ALTER TABLE planning_runrow ENABLE TRIGGER USER")


@contextmanager
def clocked(*names: str) -> Iterator[dict[str, float]]:
    """Take the time of steps of the settlement, in seconds, and at which moment the last of them was over."""
    kept, taken = {name: getattr(settlement, name) for name in names}, dict[str, float]()

    def timer(name: str) -> Callable[..., Any]:
        def run(**arguments: Any) -> Any:
            begun = time.perf_counter()
            found = kept[name](**arguments)
            taken["over"] = time.perf_counter()
            taken[name] = taken["over"] - begun
            return found

        return run

    for name in names:
        setattr(settlement, name, timer(name))
    try:
        yield taken
    finally:
        for name in names:
            setattr(settlement, name, kept[name])


def timed(size: int) -> tuple[str, ...]:
    """Load a country, settle its first year, read the second; return a row of the table."""
    economy, calendar = build_economy("brazil-2021", workplaces=size, seed=1), Calendar(timezone.now())
    with scratch_database():
        by = coordinator_made(calendar)
        scenario = scenario_open(kind=Scenario.Kind.BASELINE, by=by, now=calendar.next())
        load_economy(economy=economy, scenario=scenario, by=by, now=calendar.next())
        water = resource_made(scenario)
        before = first_run(2030, by, calendar)
        charge_for(water, before)
        plan, begun = plan_of(before, by, calendar), time.perf_counter()
        prices_write(plan=plan)
        priced = time.perf_counter()
        with clocked("charges_post", "surplus_post", "cycle_move") as taken:
            baseline = settlement.cycle_settle(cycle=plan.cycle, by=by, now=calendar.next())
        settled = time.perf_counter()
        cycle_close(cycle=plan.cycle, by=by, now=calendar.next())
        after = first_run(2031, by, calendar)
        written = Line.objects.filter(scenario=baseline).count()
        return (
            f"{size:,}", f"{before.summary['lines']:,}", f"{priced - begun:.2f}", f"{settled - priced:.2f}",
            f"{taken['charges_post']:.2f}", f"{taken['surplus_post']:.2f}", f"{settled - taken['over']:.2f}",
            f"{written:,}", f"{before.seconds['read']:.2f}", f"{after.seconds['read']:.2f}",
        )  # fmt: skip


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    sizes = parser.parse_args().sizes
    print(" | ".join(HEAD))
    for size in sizes:
        print(" | ".join(timed(size)), flush=True)


if __name__ == "__main__":
    main()
