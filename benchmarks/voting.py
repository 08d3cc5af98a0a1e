"""How many votes a second one machine takes, through the real view, and how long people wait for their receipt.

    python -m benchmarks.voting [--voters 6000] [--lines 16] [--rate 400] [--seconds 10] [--secret]

PostgreSQL that waits for the disk (fsync), the web server as in production (two processes of four threads), and the
callers share this machine. Each vote is a form of somebody who is signed in: session, CSRF token, right on the roll,
receipt, journal, commit. *Most*: every line sends its next vote as soon as it has an answer. *At a rate*: votes begin at
fixed moments, however long the ones before take; the time counts from that moment. *Bare* is a view with one INSERT
and nothing else (``benchmarks.voting_bare``) in the same minutes: compare with that, not with other machines.

Beside the clock stand processor milliseconds a vote, of the web server, of PostgreSQL and of the callers: what other
work on the machine blurs least. What two cores could do at most is 2,000 divided by their sum.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.voting.client import Line
from tests.voting.instance import Instance, instance

if TYPE_CHECKING:
    from tests.voting.people import Casting

type Message = tuple[Casting, bytes]  # and the request that they send

WARM = 300  # votes before anything is timed, so that every thread has its connection
BARE = "benchmarks.voting_bare:application"
TABLE = "CREATE TABLE bare_vote (ballot uuid, right_of text, option text, key text, PRIMARY KEY (ballot, right_of))"


def main() -> None:
    """Print one table: votes a second, the median and the slowest waits."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voters", type=int, default=6000, help="who vote as fast as the server takes it")
    parser.add_argument("--lines", type=int, default=16, help="connections")
    parser.add_argument("--rate", type=float, default=400, help="votes a second in the second part")
    parser.add_argument("--seconds", type=float, default=10, help="how long the second part takes")
    parser.add_argument(
        "--secret", action="store_true", help="papers of a secret vote instead of named votes"
    )
    options = parser.parse_args()
    timed = int(options.rate * options.seconds)
    with instance("benchmark") as found:
        given = prepared(options.voters + timed + WARM, secret=options.secret)
        print(f"load average before: {os.getloadavg()[0]:.1f}; {len(given)} voters; fsync {fsync()}")
        print(
            f"{'':8}{'votes/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'web ms':>9}{'database ms':>13}{'callers ms':>12}"
        )
        found.start_web()
        real = most(found, options, given, "most")
        before = Used.so_far(found)
        waits = asyncio.run(at_a_rate(found.port, given[WARM + options.voters :], options.rate))
        row(f"{options.rate:.0f}/s", len(waits) / options.seconds, waits, before.until(Used.so_far(found)))
        found.stop_web()
        bare = []
        if not options.secret:
            make_bare_table()
            found.start_web(BARE)
            bare = [replace(casting, told={}, refusals=[]) for casting in given[: WARM + options.voters]]
            print(f"ratio {real / most(found, options, bare, 'bare'):.2f}")
        print(
            f"load average after: {os.getloadavg()[0]:.1f}; refused or failed: {len(failed([*given, *bare]))}"
        )


def prepared(voters: int, *, secret: bool) -> list["Casting"]:
    """Open a vote of an assembly; return what everybody sends."""
    from django.utils import timezone

    from tests.councils.world import build
    from tests.voting.people import castings, crowd, motion_vote, signed_in

    world, closes_at = build(), timezone.now() + timedelta(hours=2)
    ballot = motion_vote(
        world, crowd(world, voters), "secret" if secret else "named", closes_at, "A question"
    )
    return castings(ballot, signed_in([ballot]))


def most(found: Instance, options: argparse.Namespace, given: list["Casting"], name: str) -> float:
    """Warm up, let every line send one vote after the other, print the row; return votes a second."""
    messages = written(given[: WARM + options.voters])
    asyncio.run(one_after_the_other(found.port, messages[:WARM], options.lines))
    before, start = Used.so_far(found), time.perf_counter()
    waits = asyncio.run(one_after_the_other(found.port, messages[WARM:], options.lines))
    seconds = time.perf_counter() - start
    row(name, len(waits) / seconds, waits, before.until(Used.so_far(found)))
    return len(waits) / seconds


async def one_after_the_other(port: int, given: list[Message], lines: int) -> list[float]:
    """Send everything over that many lines, each as fast as it gets answers; return the waits in seconds."""
    waiting, waits = iter(given), list[float]()

    async def on_one() -> None:
        async with Line(port) as line:
            for casting, message in waiting:
                waits.append(await timed_cast(line, casting, message, time.perf_counter()))

    await asyncio.gather(*(on_one() for _ in range(lines)))
    return waits


async def at_a_rate(port: int, given: list["Casting"], rate: float) -> list[float]:
    """Begin each vote at its moment; return how long after it each answer was there, in seconds."""
    messages, free, waits, deeds = written(given), list[Line](), list[float](), []

    async def begin(casting: "Casting", message: bytes, moment: float) -> None:
        line = free.pop() if free else Line(port)
        waits.append(await timed_cast(line, casting, message, moment))
        free.append(line)

    for (casting, message), moment in zip(messages, moments(time.perf_counter() + 0.5, rate), strict=False):
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        deeds.append(asyncio.create_task(begin(casting, message, moment)))
    await asyncio.gather(*deeds)
    for line in free:
        line.hang_up()
    return waits


def moments(start: float, rate: float) -> Iterator[float]:
    """Return moments at that rate a second, without end."""
    while True:
        yield start
        start += 1 / rate


def written(given: list["Casting"]) -> list[Message]:
    """Return each with the request that it sends, written before anything is timed."""
    return [(casting, casting.message()) for casting in given]


async def timed_cast(line: Line, casting: "Casting", message: bytes, since: float) -> float:
    """Cast; return the seconds since that moment."""
    casting.hear(await line.send(message))
    return time.perf_counter() - since


def row(name: str, speed: float, waits: list[float], used: "Used") -> None:
    """Print a row of the table."""
    ordered, each = sorted(waits), 1000 / len(waits)
    half, slow = ordered[len(ordered) // 2] * 1000, ordered[len(ordered) * 99 // 100] * 1000
    print(f"{name:8}{speed:9.0f}{half:9.1f}{slow:9.1f}", end="")
    print(f"{used.web * each:9.2f}{used.database * each:13.2f}{used.callers * each:12.2f}", flush=True)


@dataclass(frozen=True)
class Used:
    """Processor seconds: of the web server's processes, of PostgreSQL's, those that ended included, and of this one."""

    web: float
    database: float
    callers: float

    @classmethod
    def so_far(cls, found: Instance) -> "Used":
        """Return what was used since they began."""
        import psutil

        assert found.web is not None
        first = psutil.Process(int((found.data / "postmaster.pid").read_text().splitlines()[0]))
        backends = sum(own_time(process.pid) for process in first.children())
        web = sum(own_time(pid) for pid in (found.web.process.pid, *found.web_workers()))
        return cls(web, sum(first.cpu_times()[:4]) + backends, time.process_time())

    def until(self, later: "Used") -> "Used":
        """Return what was used between the two moments."""
        return Used(later.web - self.web, later.database - self.database, later.callers - self.callers)


def own_time(pid: int) -> float:
    """Return a process's processor seconds, none when it has ended."""
    import psutil

    try:
        return float(sum(psutil.Process(pid).cpu_times()[:2]))
    except psutil.NoSuchProcess:
        return 0.0


def failed(given: list["Casting"]) -> list["Casting"]:
    """Return who was not told that the vote counts."""
    return [casting for casting in given if not casting.told]


def fsync() -> str:
    """Return what the database says of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        found = str(cursor.fetchone()[0])
    connection.close()
    return found


def make_bare_table() -> None:
    """Make the table of the bare view."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    connection.close()


if __name__ == "__main__":
    main()
