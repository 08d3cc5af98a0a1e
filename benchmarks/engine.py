"""The engine alone: least-change plans at 10⁶ lines, how fast one pass over the data is, and what memory it takes.

    python -m benchmarks.engine [--cases own shared …] [--lines 1000000] [--threads 2] [--repeat 5] [--tables FOLDER]

own     10,000 products; every line has a random recipe of 10 inputs of its own
shared  10,000 products; a pattern of 10 inputs per product, every line with scattered coefficients of its own
br de uk us   national tables at their real density (Brazil 2021; Germany, the UK and the USA from ``--tables``),
        factors by input group

Columns: ``cold`` from zero duals, ``again`` from the duals of the same problem, ``next`` from the last duals after
80 % of the lines followed, 15 % went half-way and 5 % held firm, both with what was prepared of the techniques,
which stay the same: medians of ``--repeat``, compiled before; ``cpu`` the
least processor time of all threads together, which other work on the machine disturbs less. ``MB`` is what the process
needs above the data, by the operating system's count (VmHWM − VmRSS). ``pass`` is one pass over all columns, ``share``
the bytes it must touch per second as a share of what a plain read of memory on as many threads reaches in the same
minute (``read``). Every case has a process of its own. Economies: benchmarks/economies.py.
"""

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numba
import numpy as np

from benchmarks import economies
from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from workplaces.tables import read_source

SYNTHETIC = {"own": economies.own_recipes, "shared": economies.shared_recipes}
FOLDERS = {"de": "de_wiod_2014_56", "uk": "uk_2010_127", "us": "us_useeio_2012_411"}
HEADING = (
    "case      lines    rows  method steps  cold s    cpu again s    cpu  next s    cpu     MB  residual      gap short"
    "  asked  pass ms  share  read GB/s"
)


def make(case: str, lines: int, products: int, tables: Path, seed: int) -> PlanProblem:
    """The economy of a case."""
    rng = np.random.default_rng(seed)
    if case in SYNTHETIC:
        return SYNTHETIC[case](rng, lines=lines, products=products)
    source = read_source("brazil-2021" if case == "br" else f"folder:{tables / FOLDERS[case]}")
    return economies.national(rng, source, lines=lines)


def next_round(problem: PlanProblem, result: PlanResult, seed: int) -> PlanProblem:
    """The problem after the answers: 80 % follow, 15 % go half-way, 5 % hold firm."""
    answer = np.random.default_rng(seed).choice([1.0, 0.5, 0.0], problem.n, p=[0.8, 0.15, 0.05])
    moved = problem.proposal + answer * (result.x - problem.proposal)
    proposal = np.clip(moved, problem.lower, problem.upper)
    flexibility = np.where(answer > 0, economies.ELASTICITY * proposal, 0.0)
    return replace(problem, proposal=proposal, flexibility=flexibility)


def timed(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Of ``repeat`` runs: the median time by the clock, and the least processor time of all threads."""
    clock, processor = [], []
    for _ in range(repeat):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - begin)
        processor.append(time.process_time() - busy)
    return statistics.median(clock), min(processor)


def memory(name: str) -> int:
    """Bytes of this process as the operating system counts them: VmRSS now, VmHWM at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


@numba.njit(nogil=True)
def _read(values: np.ndarray, first: int, last: int) -> float:
    sums = np.zeros(8)
    for k in range(np.uint64(first // 8), np.uint64(last // 8)):
        for lane in range(np.uint64(8)):
            sums[lane] += values[np.uint64(8) * k + lane]
    return sums.sum()


def read_bandwidth(threads: int) -> float:
    """Bytes per second of a plain read of 480 MB on ``threads`` threads, the best of ten."""
    values = np.ones(60_000_000)
    edges = np.linspace(0, len(values), threads + 1).astype(int)
    _read(values, 0, 8)
    best = np.inf
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(10):
            begin = time.perf_counter()
            for done in [pool.submit(_read, values, a, b) for a, b in pairwise(edges)]:
                done.result()
            best = min(best, time.perf_counter() - begin)
    return values.nbytes / best


def pass_bytes(sweeper: Sweeper) -> int:
    """What one pass must touch: the techniques in use, factors, six figures of every column and its curvature."""
    layout = sweeper.layout
    used = np.flatnonzero(np.diff(layout.col_ptr))
    entries = layout.group_ptr[layout.tech_ptr[used + 1]] - layout.group_ptr[layout.tech_ptr[used]]
    groups = layout.tech_ptr[used + 1] - layout.tech_ptr[used]
    pointers = 8 * (2 * len(used) + int(groups.sum()))
    return 12 * int(entries.sum()) + pointers + 8 * len(layout.factors) + 7 * 8 * sweeper.problem.n


def one_pass(problem: PlanProblem, duals: np.ndarray, threads: int) -> tuple[float, float, float]:
    """Seconds of one pass (the best of ten), its share of the bandwidth, the bandwidth."""
    sweeper = Sweeper(problem, threads)
    best = np.inf
    with sweeper.running():
        for _ in range(10):
            begin = time.perf_counter()
            sweeper.at(duals, full=False)
            best = min(best, time.perf_counter() - begin)
    bandwidth = read_bandwidth(threads)
    return best, pass_bytes(sweeper) / best / bandwidth, bandwidth


def measure(case: str, options: argparse.Namespace) -> None:
    """Prints one line of the table."""
    threads = options.threads
    small = make(case, 20_000, options.products, options.tables, options.seed)
    solve(small, threads=threads)  # compiles
    del small
    problem = make(case, options.lines, options.products, options.tables, options.seed)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before = memory("VmRSS")
    result = solve(problem, threads=threads)
    above = memory("VmHWM") - before
    cold = timed(lambda: solve(problem, threads=threads), options.repeat)
    again = timed(
        lambda: solve(problem, threads=threads, warm=result.duals, prepared=result.prepared), options.repeat
    )
    later = next_round(problem, result, options.seed)
    after = timed(
        lambda: solve(later, threads=threads, warm=result.duals, prepared=result.prepared), options.repeat
    )
    seconds, share, bandwidth = one_pass(problem, result.duals, threads)
    proof = result.certificate
    print(
        f"{case:6s} {options.lines:8d} {problem.m:7d}  {proof.method:6s} {proof.steps:5d}"
        + "".join(f" {clock:7.2f} {processor:6.2f}" for clock, processor in (cold, again, after))
        + f" {above / 1e6:6.0f}  {proof.worst_residual:8.1e} {proof.gap:8.1e} {proof.short_rows:5d}"
        f" {result.asked[: options.lines].mean():6.1%} {1e3 * seconds:8.1f} {share:6.0%} {bandwidth / 1e9:10.1f}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", nargs="*", default=["own", "shared", "br", "de", "uk", "us"])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=10_000, help="of the cases own and shared")
    parser.add_argument("--threads", type=int, default=int(numba.config.NUMBA_NUM_THREADS))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    options = parser.parse_args()
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"{options.threads} threads; load average at the beginning {load}\n\n{HEADING}", flush=True)
    for case in options.cases:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(case, options))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
