"""People vote while database processes are killed; prints what they were told and what was counted.

``python -m tests.concurrency.crash KILLS [--careless]`` on a server of its own: one killed process makes PostgreSQL
end all others and recover from its log. ``--careless`` lets commits return before they are written down: the control.
"""

import argparse
import json
import os
import random
import signal
import sys
import threading
import time

import django
from django.db import DatabaseError, connection

PER_KILL, PAUSE = 8, 0.6


def main() -> int:
    """Set up, vote under fire, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int)
    parser.add_argument("--careless", action="store_true")
    options = parser.parse_args()
    django.setup()
    _prepare()
    from tests.councils.secret import assembly, entries, secret_ballot
    from tests.councils.world import build

    world = build()
    ballot = secret_ballot(world, council=assembly(world, options.kills * PER_KILL))
    _commits("off" if options.careless else "on")
    voters = [Voter(entry, number, options.kills * PAUSE) for number, entry in enumerate(entries(ballot))]
    for voter in voters:
        voter.start()
    kills = _kill(options.kills, voters)
    for voter in voters:
        voter.join(120)
    sys.stdout.write(json.dumps({"kills": kills, **_count(ballot, voters)}) + "\n")
    return 0


def _prepare() -> None:
    from django.core.management import call_command

    connection.settings_dict["OPTIONS"].pop("pool", None)
    _commits("on")
    call_command("migrate", verbosity=0)


def _commits(how: str) -> None:
    """Let commits from here on return after they are written down (on), or before (off)."""
    connection.close()
    options = f"-c synchronous_commit={how} -c application_name=voter"
    connection.settings_dict["OPTIONS"]["options"] = options


class Voter(threading.Thread):
    """Votes once at a moment of their own; after an error most try again with the same paper, some give up."""

    def __init__(self, entry: object, number: int, span: float) -> None:
        """Take the voting right, a tracker, and a moment."""
        super().__init__(daemon=True)
        from councils.votes_written import tracker_new

        chance = random.Random(number)
        self.entry, self.tracker, self.moment = entry, tracker_new(), chance.uniform(0, span)
        self.gives_up = chance.random() < 0.3
        self.told, self.errors = False, 0

    def run(self) -> None:
        """Cast, and again until told that it is counted."""
        from tests.councils.secret import put

        time.sleep(self.moment)
        while not self.told and not (self.errors and self.gives_up):
            try:
                put(self.entry, "yes", tracker=self.tracker)  # type: ignore[arg-type]
                self.told = True
            except DatabaseError:
                self.errors += 1
                time.sleep(0.1)
            finally:
                connection.close()


def _kill(kills: int, voters: list[Voter]) -> int:
    """Kill a voter's database process, as often as asked, while people are still voting."""
    done, chance = 0, random.Random(1)
    find = "SELECT pid FROM pg_stat_activity WHERE application_name = 'voter' AND pid <> pg_backend_pid()"
    while done < kills and any(voter.is_alive() for voter in voters):
        try:
            with connection.cursor() as cursor:
                cursor.execute(find)
                found = [row[0] for row in cursor.fetchall()]
        except DatabaseError:
            connection.close()
            time.sleep(0.05)
            continue
        if found and _killed(chance.choice(found)):
            done += 1
            connection.close()
            time.sleep(chance.uniform(0.1, PAUSE))
    return done


def _killed(process: int) -> bool:
    """Kill a process; one whose voter has just been answered is gone already."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _count(ballot: object, voters: list[Voter]) -> dict[str, object]:
    from councils.models import Mark, Paper
    from councils.selectors.audit import audit
    from councils.services import ballot_close
    from tests.councils.world import LATER

    ballot_close(ballot=ballot, by=None, now=LATER)  # type: ignore[arg-type]
    counted = set(Paper.objects.values_list("tracker", flat=True))
    told = {voter.tracker for voter in voters if voter.told}
    unsure = {voter.tracker for voter in voters if not voter.told}
    return {
        "told": len(told),
        "counted": len(counted),
        "lost": len(told - counted),
        "from_nowhere": len(counted - told - unsure),
        "marks": Mark.objects.count(),
        "errors": sum(voter.errors for voter in voters),
        "findings": audit(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
