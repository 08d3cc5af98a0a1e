"""What it takes to say who else would move if one line held firm: exactly, and to first order.

    python -m benchmarks.whatif [--lines 100000] [--threads 2] [--seed 1] [--count 9]

The economies are those of ``benchmarks/economies.py``: 128 products with shared techniques, 1,000 with own ones.
``cold`` is the iteration from nothing; the others are medians over ``count`` lines spread over those that are asked to
move; ``cpu`` is processor time of all threads, which other work on the machine disturbs least. ``made`` is the linear
system, once for all questions; ``first`` an estimate from it, ``found`` how much of the movement it gets right;
``led`` the exact answer begun there; ``value`` what one more unit is worth, with its range.
"""

import argparse
import statistics
import time

import numpy as np

from benchmarks import economies
from planning.engine.nearby import Estimate, Nearby
from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from planning.engine.whatif import Change, Tradeoff, what_if


def timed(work):
    begin, spent = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - begin, time.process_time() - spent, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=9)
    arguments = parser.parse_args()
    print(
        "technique   lines   rows   cold s  exact s    cpu s  of cold  steps   moved  made s  first s  found   led s"
        "    cpu  value s"
    )
    for form, make, products in (
        ("shared", economies.shared_recipes, 128),
        ("own", economies.own_recipes, 1000),
    ):
        rng = np.random.default_rng(arguments.seed)
        problem = make(rng, lines=arguments.lines, products=products)
        measure(form, problem, arguments)


def measure(form: str, problem: PlanProblem, arguments: argparse.Namespace) -> None:
    threads = arguments.threads
    result = solve(problem, threads=threads)  # compiles
    cold = statistics.median(timed(lambda: solve(problem, threads=threads))[0] for _ in range(3))
    moved = np.flatnonzero(result.asked)
    chosen = moved[np.linspace(0, len(moved) - 1, arguments.count).astype(int)].tolist()
    runs = [
        timed(lambda j=j: what_if(problem, result, Change(j, firm=True), threads=threads)) for j in chosen
    ]
    exact, cpu = (statistics.median(run[place] for run in runs) for place in (0, 1))
    steps = statistics.median(effect.certificate.steps for _, _, effect in runs)
    columns = statistics.median(len(effect.columns) for _, _, effect in runs)
    made, _, near = timed(lambda: Nearby(problem, result, threads))
    guesses = [timed(lambda j=j: near.estimate(Change(j, firm=True))) for j in chosen]
    first = statistics.median(seconds for seconds, _, _ in guesses)
    found = statistics.median(
        agreement(problem.n, guess, effect) for (*_, guess), (*_, effect) in zip(guesses, runs, strict=True)
    )
    led = [timed(lambda j=j: lead(problem, result, near, j, threads)) for j in chosen]
    ahead, ahead_cpu = (statistics.median(run[place] for run in led) for place in (0, 1))
    value = statistics.median(timed(lambda row=row: near.worth(row))[0] for row in range(5))
    print(
        f"{form:9s} {problem.n:7d} {problem.m:6d} {cold:8.3f} {exact:8.3f} {cpu:8.3f} {exact / cold:8.0%}"
        f" {steps:6.0f} {columns:7.0f} {made:7.3f} {first:8.3f} {found:6.1%} {ahead:7.3f} {ahead_cpu:6.3f} {value:8.3f}",
        flush=True,
    )


def lead(problem: PlanProblem, result: PlanResult, near: Nearby, j: int, threads: int | None) -> Tradeoff:
    """The exact answer, begun where the first-order one ends."""
    change = Change(j, firm=True)
    return what_if(problem, result, change, start=near.predict(change), threads=threads)


def agreement(n: int, guess: Estimate, effect: Tradeoff) -> float:
    """One minus the movement that the first-order answer gets wrong, as a share of all movement."""
    said, true = np.zeros(n), np.zeros(n)
    said[guess.columns], true[effect.columns] = guess.extra_change, effect.extra_change
    return 1.0 - float(np.abs(said - true).sum() / np.abs(true).sum())


if __name__ == "__main__":
    main()
