"""Everybody votes at once over fifty connections; prints what they were told and what was counted.

    python -m tests.voting.crowding MEMBERS [--last-seconds] [--unguarded]

An assembly votes on three questions: a named motion, a secret motion, an election by ranking. One in twenty sends the
form twice at the same moment, another one in twenty two forms with different answers. ``--last-seconds``: the two
motions only, everybody within the last ten seconds before they close, while the clock tries to close them all the time.
``--unguarded``: without locks and constraints, the control. Both of these use ``tests.voting.applications``.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.voting.client import Line
from tests.voting.instance import instance

if TYPE_CHECKING:
    from councils.models import Ballot
    from tests.voting.people import Casting

LINES, SPAN = 50, 10.0
GRACE = 20.0  # seconds from the opening of votes to the last ten before their close


def main() -> int:
    """Set up, vote, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("members", type=int)
    parser.add_argument("--last-seconds", action="store_true")
    parser.add_argument("--unguarded", action="store_true")
    options = parser.parse_args()
    with instance("crowding") as found:
        from tests.voting import people
        from tests.voting.applications import guards_lifted

        found.start_web(application(options))
        ballots = prepared(options.members, last_seconds=options.last_seconds)
        cookies = people.signed_in(ballots)
        given = [casting for ballot in ballots for casting in people.castings(ballot, cookies)]
        random.Random(1).shuffle(given)
        if options.unguarded:
            guards_lifted()
        if options.last_seconds:
            in_the_last_seconds(found.port, given, ballots)
        else:
            asyncio.run(everybody(found.port, given))
        sys.stdout.write(json.dumps(people.compared(ballots, given)) + "\n")
    return 0


def application(options: argparse.Namespace) -> str:
    """Return what the web server serves."""
    if options.unguarded:
        return "tests.voting.applications:unguarded"
    return "tests.voting.applications:slow_at_the_end" if options.last_seconds else "config.wsgi:application"


def prepared(members: int, *, last_seconds: bool) -> list["Ballot"]:
    """Found an assembly and open its votes."""
    from django.utils import timezone

    from tests.councils.world import build
    from tests.voting.people import crowd, election_vote, motion_vote

    world = build()
    council = crowd(world, members)
    closes_at = timezone.now() + (timedelta(seconds=GRACE + SPAN) if last_seconds else timedelta(hours=2))
    ballots = [motion_vote(world, council, how, closes_at, f"A {how} vote") for how in ("named", "secret")]
    return ballots if last_seconds else [*ballots, election_vote(world, council, closes_at)]


async def everybody(port: int, given: list["Casting"]) -> None:
    """Have all cast over the fifty lines; those who send two forms do so on two lines at once."""
    waiting = iter(list(enumerate(given)))

    async def one_after_the_other() -> None:
        async with Line(port) as line, Line(port) as other:
            for number, casting in waiting:
                twin = {0: casting, 1: casting.rival()}.get(number % 20)
                deeds = [said(line, casting)] + ([said(other, twin)] if twin else [])
                await asyncio.gather(*deeds)

    await asyncio.gather(*(one_after_the_other() for _ in range(LINES)))


async def said(line: Line, casting: "Casting") -> None:
    """Send a form and note the answer; once more if the server hung up on a line that was long silent."""
    try:
        casting.hear(await line.send(casting.message()))
    except EOFError:
        casting.hear(await line.send(casting.message()))


def in_the_last_seconds(port: int, given: list["Casting"], ballots: list["Ballot"]) -> None:
    """Have all cast in the last seconds before the close, and close as soon as the services allow it."""
    crowd = threading.Thread(target=lambda: asyncio.run(hurrying(port, given, ballots[0].closes_at)))
    crowd.start()
    close(len(ballots))
    crowd.join()


async def hurrying(port: int, given: list["Casting"], closes_at: datetime) -> None:
    """Cast at moments of one's own, some of them after the close; each line serves one after the other."""
    from django.utils import timezone

    chance = random.Random(1)
    moments = sorted(chance.uniform(-SPAN, 0.3) for _ in given)
    waiting = iter(list(zip(moments, given, strict=True)))

    async def one_after_the_other() -> None:
        async with Line(port) as line:
            for moment, casting in waiting:
                until = (closes_at - timezone.now()).total_seconds() + moment
                await asyncio.sleep(max(0.0, until))
                await said(line, casting)

    await asyncio.gather(*(one_after_the_other() for _ in range(LINES)))


def close(ballots: int) -> None:
    """Be the clock: try to close what is due until all is closed."""
    import time

    from django.utils import timezone

    from councils.services import ballots_close_due

    done = 0
    while done < ballots:
        done += len(ballots_close_due(now=timezone.now()))
        time.sleep(0.02)


if __name__ == "__main__":
    raise SystemExit(main())
