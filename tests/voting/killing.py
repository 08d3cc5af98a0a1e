"""People vote through the web server while it, or the database under it, is killed; prints what they were told.

    python -m tests.voting.killing worker=20 backend=18 server=12 [--careless]

``kill -9`` of web workers, of database processes that serve one, and of the whole database server, in random order
at random moments. ``--careless`` lets commits return before they are written down: the control.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.voting.client import Line
from tests.voting.instance import Instance, instance, killed

if TYPE_CHECKING:
    from councils.models import Ballot
    from tests.voting.people import Casting

PER_KILL, PAUSE = 12, 1.2  # members per kill; seconds within which they vote, and the kill comes
FINDING = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


class Crowd(threading.Thread):
    """Everybody who votes: a share of them begins after each kill, so that every kill has voters."""

    def __init__(self, port: int, given: list["Casting"], kills: int) -> None:
        """Take what is sent, and how many kills there will be."""
        super().__init__()
        self.port, self.given, self.kills, self.done = port, given, kills, 0

    def run(self) -> None:
        """Vote."""
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(self._cast(casting, n) for n, casting in enumerate(self.given)))

    async def _cast(self, casting: "Casting", number: int) -> None:
        """Send, and after a failure send the same again until told that it counts; some give up instead."""
        chance = random.Random(number)
        while self.done < number % self.kills:
            await asyncio.sleep(0.05)
        await asyncio.sleep(chance.uniform(0, PAUSE))
        gives_up = chance.random() < 0.3
        async with Line(self.port) as line:
            while not casting.told and not (casting.refusals and gives_up):
                try:
                    casting.hear(await line.send(casting.message()))
                except (OSError, EOFError):
                    casting.refusals.append(0)
                if not casting.told:
                    await asyncio.sleep(0.2)


def main() -> int:
    """Set up, vote under fire, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", nargs="+", help="worker=N, backend=N, server=N")
    parser.add_argument("--careless", action="store_true")
    options = parser.parse_args()
    plan = [
        what for what, _, often in (word.partition("=") for word in options.kills) for _ in range(int(often))
    ]
    random.Random(1).shuffle(plan)
    with instance("killing") as found:
        ballots, given = prepared(len(plan) * PER_KILL)
        if options.careless:
            commit_carelessly()
        found.start_web()
        crowd = Crowd(found.port, given, len(plan))
        crowd.start()
        for what in plan:
            time.sleep(random.uniform(0, PAUSE))
            kill(found, what)
            crowd.done += 1
        while crowd.is_alive():
            found.revive_web()
            crowd.join(1)
        from django.db import connection

        from tests.voting.people import compared

        connection.close()  # whoever served it has been killed
        sys.stdout.write(json.dumps({"kills": crowd.done, **compared(ballots, given)}) + "\n")
    return 0


def prepared(members: int) -> tuple[list["Ballot"], list["Casting"]]:
    """Open a named and a secret vote of an assembly; return them, and what everybody sends in both."""
    from django.utils import timezone

    from tests.councils.world import build
    from tests.voting.people import castings, crowd, motion_vote, signed_in

    world, closes_at = build(), timezone.now() + timedelta(hours=1)
    council = crowd(world, members)
    ballots = [motion_vote(world, council, how, closes_at, f"A {how} vote") for how in ("named", "secret")]
    cookies = signed_in(ballots)
    return ballots, [casting for ballot in ballots for casting in castings(ballot, cookies)]


def commit_carelessly() -> None:
    """Let commits of connections made from now on return before they are written down."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
    connection.close()


def kill(found: Instance, what: str) -> None:
    """Kill one of that kind; start again what does not start by itself."""
    if what == "server":
        found.kill_database()
        found.start_database()
        return
    while True:
        found.revive_web()
        victims = found.web_workers() if what == "worker" else backends()
        if victims and killed(random.choice(victims)):
            return
        time.sleep(0.02)


def backends() -> list[int]:
    """Return the database's processes that serve the web server; none while it recovers."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(FINDING)
            return [pid for (pid,) in cursor.fetchall()]
    except DatabaseError:
        return []
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
