"""What it takes to say who else would move if one line held firm: exactly, and to first order.

    python -m benchmarks.whatif [--lines 100000] [--threads 2] [--seed 1] [--count 9]

The economies are those of ``benchmarks/engine.py``. ``cold`` is the iteration from nothing; the others are medians
over ``count`` lines spread over those that are asked to move.
"""

import argparse
import statistics
import time

import numpy as np

from benchmarks.engine import economy
from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from planning.engine.whatif import Change, what_if


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
    print("technique   lines   rows   cold s  exact s  worst s  of cold  steps  moved")
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
    print(
        f"{form:9s} {problem.n:7d} {problem.m:6d} {cold:8.3f} {exact:8.3f} {worst:8.3f} {exact / cold:8.0%}"
        f" {steps:6.0f} {columns:6.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
