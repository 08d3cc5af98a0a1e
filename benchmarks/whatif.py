"""What it takes to say who else would move if one line held firm: exactly, and to first order.

    python -m benchmarks.whatif [--lines 100000] [--threads 2] [--seed 1] [--count 9]

The economies are those of ``benchmarks/engine.py``. ``cold`` is the iteration from nothing; the others are medians
over ``count`` lines spread over those that are asked to move. ``made`` is the linear system, once for all questions;
``first`` an estimate from it, ``found`` how much of the movement it gets right; ``value`` what one more unit is worth,
with its range.
"""

import argparse
import statistics
import time

import numpy as np

from benchmarks.engine import economy
from planning.engine.nearby import Estimate, Nearby
from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from planning.engine.whatif import Change, Tradeoff, what_if


def timed(work):
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=9)
    arguments = parser.parse_args()
    print(
        "technique   lines   rows   cold s  exact s  worst s  of cold  steps   moved  made s  first s  found  value s"
    )
    for form, products, inputs in (("shared", 128, 100), ("own", 1000, 10)):
        problem = economy(
            arguments.lines, products=products, inputs=inputs, shared=form == "shared", seed=arguments.seed
        )
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
    exact = statistics.median(seconds for seconds, _ in runs)
    steps = statistics.median(effect.certificate.steps for _, effect in runs)
    columns = statistics.median(len(effect.columns) for _, effect in runs)
    worst = max(seconds for seconds, _ in runs)
    made, near = timed(lambda: Nearby(problem, result, threads))
    guesses = [timed(lambda j=j: near.estimate(Change(j, firm=True))) for j in chosen]
    first = statistics.median(seconds for seconds, _ in guesses)
    found = statistics.median(
        agreement(problem.n, guess, effect) for (_, guess), (_, effect) in zip(guesses, runs, strict=True)
    )
    value = statistics.median(timed(lambda row=row: near.worth(row))[0] for row in range(5))
    print(
        f"{form:9s} {problem.n:7d} {problem.m:6d} {cold:8.3f} {exact:8.3f} {worst:8.3f} {exact / cold:8.0%}"
        f" {steps:6.0f} {columns:7.0f} {made:7.3f} {first:8.3f} {found:6.1%} {value:8.3f}",
        flush=True,
    )


def agreement(n: int, guess: Estimate, effect: Tradeoff) -> float:
    """One minus the movement that the first-order answer gets wrong, as a share of all movement."""
    said, true = np.zeros(n), np.zeros(n)
    said[guess.columns], true[effect.columns] = guess.extra_change, effect.extra_change
    return 1.0 - float(np.abs(said - true).sum() / np.abs(true).sum())


if __name__ == "__main__":
    main()
