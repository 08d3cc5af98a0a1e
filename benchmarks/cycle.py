"""The planning cycle end to end: a rehearsal, and one iteration by size, split into read, solve and write.

    python -m config.servers run -- .venv/bin/python -m benchmarks.cycle [--sizes 2000 20000 100000] [--seeds 1 2 3]

Memory is the sum of the proportional set sizes (PSS) of this process and of the database server's processes,
sampled ten times a second while the iteration runs. Times are of one run after one warm-up of the kernels.
"""

import argparse
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import django

django.setup()

import numpy as np
import psutil
from django.db import connection
from django.utils import timezone

from planning.demo.load import Order
from planning.models import Run
from planning.rehearsal.cycle import Calendar, coordinator_made, iterate, rehearse
from planning.rehearsal.report import Report
from planning.rehearsal.scratch import scratch_database
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from planning.services.rounds import round_open
from planning.simulated.people import Temper, proposals_simulate
from workplaces.loading.economy import load_economy
from workplaces.models import Scenario
from workplaces.services.scenarios import scenario_open
from workplaces.tables import build_economy


class Memory:
    """The peak of this process and the database server together."""

    def __init__(self) -> None:
        """Find the server's processes by asking it for its own."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.server = psutil.Process(cursor.fetchone()[0]).parent()
        self.peak, self.stop = 0, threading.Event()

    def sample(self) -> int:
        """Return the bytes in use now."""
        family = [psutil.Process()] + ([self.server, *self.server.children()] if self.server else [])
        return sum(pss(process) for process in family)

    @contextmanager
    def watched(self) -> Iterator["Memory"]:
        """Sample until the block ends."""

        def watch() -> None:
            while not self.stop.wait(0.1):
                self.peak = max(self.peak, self.sample())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            thread.join()


def pss(process: psutil.Process) -> int:
    """Proportional set size; 0 for a process that has gone."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def iteration(workplaces: int, seed: int) -> tuple[Run, float, int]:
    """Load a country, let everybody propose, run one iteration; return it, its seconds and the peak of memory."""
    economy = build_economy("brazil-2021", workplaces=workplaces, seed=seed)
    calendar, temper = Calendar(timezone.now()), Temper()
    with scratch_database():
        by = coordinator_made(calendar)
        scenario = scenario_open(kind=Scenario.Kind.BASELINE, by=by, now=calendar.next())
        load_economy(economy=economy, scenario=scenario, by=by, now=calendar.next())
        cycle = cycle_open(year=2030, baseline=scenario, by=by, now=calendar.next())
        cycle = cycle_begin_proposals(cycle=cycle, by=by, now=calendar.next())
        rng = np.random.default_rng(seed)
        proposals_simulate(scenario=standing(cycle), temper=temper, rng=rng, by=by, now=calendar.next())
        round = round_open(cycle=cycle, by=by, now=calendar.next())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        with Memory().watched() as memory:
            begun = time.perf_counter()
            run = iterate(round, by, calendar)
            seconds = time.perf_counter() - begun
        return run, seconds, memory.peak


def print_iterations(sizes: list[int]) -> None:
    """Print one line a size."""
    print("\nOne iteration, Brazil 2021, from the database and back (seconds; memory of all processes)\n")
    print(
        f"{'workplaces':>10} {'lines':>8} {'read':>6} {'solve':>6} {'write':>6} {'total':>6} {'MB':>6} {'residual':>9}"
    )
    iteration(200, 1)  # compiles the kernels
    for size in sizes:
        run, seconds, peak = iteration(size, 1)
        parts = " ".join(f"{run.seconds[part]:6.2f}" for part in ("read", "solve", "write"))
        residual = run.certificate["worst_residual"]
        lines = run.summary["lines"]
        print(f"{size:>10} {lines:>8} {parts} {seconds:6.2f} {peak / 1e6:6.0f} {residual:9.1e}", flush=True)


def print_rehearsals(workplaces: int, seeds: list[int]) -> None:
    """Print the rounds of each seed."""
    print(f"\nRehearsal, Brazil 2021, {workplaces} workplaces, 80 % follow, 15 % half-way, 5 % hold firm\n")
    print(
        f"{'seed':>4} {'worst imbalance before each round, %':<40} {'asked in each round, %':<32} {'state':<10} seconds"
    )
    for seed in seeds:
        with scratch_database():
            report: Report = rehearse(order=Order(workplaces=workplaces, seed=seed), temper=Temper())
        worst = ", ".join(f"{100 * r.worst_imbalance:.2f}" for r in report.rounds)
        asked = ", ".join(f"{100 * r.asked_to_act:.2f}" for r in report.rounds)
        print(f"{seed:>4} {worst:<40} {asked:<32} {report.state:<10} {report.seconds:.1f}", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[2000, 20000, 100000])
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    options = parser.parse_args()
    print_iterations(options.sizes)
    if options.seeds:
        print_rehearsals(2000, options.seeds)


if __name__ == "__main__":
    main()
