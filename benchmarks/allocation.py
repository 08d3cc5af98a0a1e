"""What it takes to share an envelope out to a million collectives, to the cent.

    python -m benchmarks.allocation [--requests 1000000] [--seed 1] [--count 5]

Levels and effects are log-normal, a third of what is asked for can be given, half of the requests have a ceiling, and
with ``groups`` every tenth of the requests has a minimum share a tenth above what it would get. ``wall`` and ``cpu``
are medians in seconds; ``of limit`` is the processor time over what it may take, a second a million requests; ``sorts``
is the wall time divided by that of sorting as many floats, in the same run.
"""

import argparse
import math
import statistics
import time

import numpy as np

from planning.allocation.requests import Requests
from planning.allocation.sharing import Least, share_out

LIMIT = 1.0  # seconds of processor time a million requests


def sector(count: int, seed: int) -> Requests:
    """Made-up requests."""
    rng = np.random.default_rng(seed)
    return Requests.of(
        level=rng.lognormal(3.0, 0.5, count),
        effect=rng.lognormal(-3.0, 0.3, count),
        size=rng.integers(1, 500, count),
        asked=rng.integers(0, 10**8, count),
        ceiling=np.where(rng.random(count) < 0.5, 40.0, np.inf),
    )


def timed(work, count: int) -> tuple[float, float]:
    """Return the medians of wall and processor time."""
    runs = []
    for _ in range(count):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    return statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5)
    arguments = parser.parse_args()
    requests = sector(arguments.requests, arguments.seed)
    envelope = int(requests.asked.sum()) // 3
    floats = np.random.default_rng(2).random(arguments.requests)
    sorting, _ = timed(lambda: np.sort(floats), arguments.count)
    limit, worst = LIMIT * arguments.requests / 1e6, 0.0
    print(f"The limit is {limit:g} s of processor time.")
    print("    alpha  groups   requests    wall s     cpu s   of limit   sorts   off by")
    for alpha in (0.0, 0.5, 1.0, 2.0, math.inf):
        free = share_out(requests, envelope, alpha)
        for least in (None, tenths(free.grants)):
            got = share_out(requests, envelope, alpha, least)
            wall, cpu = timed(lambda a=alpha, g=least: share_out(requests, envelope, a, g), arguments.count)
            off = int(got.grants.sum()) + got.unspent - envelope
            groups = len(least.sums) if least else 0
            print(
                f"{alpha:9g} {groups:7d} {len(requests):10d} {wall:9.3f} {cpu:9.3f} {cpu / limit:10.2f} "
                f"{wall / sorting:7.1f} {off:8d}",
                flush=True,
            )
            worst = max(worst, cpu / limit)
    print(f"The slowest took {worst:.2f} of the limit.")


def tenths(grants: np.ndarray) -> Least:
    """Return minimum shares for three of ten groups, each a tenth above what it has."""
    group = np.arange(len(grants)) % 10
    sums = {key: int(grants[group == key].sum() * 1.1) for key in range(3)}
    return Least(np.where(group < 3, group, -1), sums)


if __name__ == "__main__":
    main()
