"""Countries of any size for the benchmark of pages: in the first round, and before the vote on its plan."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from councils.clock import time_simulate
from planning.demo.load import Order, demo_load
from planning.models import Cycle, Round
from planning.rehearsal.cycle import Calendar, iterate, negotiate, year_begin
from planning.rehearsal.scratch import administer, point_at
from planning.services.plans import plan_propose
from planning.services.rounds import round_close, round_open, round_publish
from planning.simulated.people import Temper, answers_simulate
from workplaces.models import Person

BEGUN = timedelta(days=2)  # before the present, so that what simulated time has opened is open now
SEED = 1


@contextmanager
def country(workplaces: int, *, proposed: bool) -> Iterator[None]:
    """Point the default connection at such a country, which is made unless this server has it already, and back."""
    own = connection.settings_dict["NAME"]
    asked, voted = f"{own}_pages_{workplaces}", f"{own}_pages_{workplaces}_plan"
    if not _exists(asked):
        _made(asked, lambda: _ask(workplaces), template="template0")
    if proposed and not _exists(voted):
        _made(voted, _propose, template=asked)
    try:
        point_at(voted if proposed else asked)
        yield
    finally:
        point_at(own)


def _made(name: str, filling: Callable[[], None], *, template: str) -> None:
    """Make a database of that name, filled; a failure leaves none."""
    own, started = connection.settings_dict["NAME"], time.perf_counter()
    point_at(own)  # no connection may be open to what is copied
    new = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    administer(new.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        point_at(name)
        if template == "template0":
            call_command("migrate", verbosity=0, interactive=False)
            time_simulate()
        filling()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        _say(f"made within {time.perf_counter() - started:.0f} s")
    except BaseException:
        point_at(own)
        administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        raise
    point_at(own)


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _ask(workplaces: int) -> None:
    """Load a country and take it to its first round's published suggestions, which nobody has answered yet."""
    calendar, rng = Calendar(timezone.now() - BEGUN), np.random.default_rng(SEED)
    _say(f"loading {workplaces} workplaces")
    demo_load(order=Order(workplaces=workplaces, seed=SEED), now=calendar.next())
    by = Person.objects.get(username="coordinator")
    cycle = year_begin(by, calendar, Temper(), rng, None)
    round = round_open(cycle=cycle, by=by, now=calendar.next())
    run = iterate(round, by, calendar)
    round_publish(round=round, run=run, by=by, now=calendar.next())


def _propose() -> None:
    """Let everybody answer, hold the rounds that are left, and put the plan to the councils."""
    by, calendar = Person.objects.get(username="coordinator"), Calendar(timezone.now() - BEGUN / 2)
    round, cycle, rng = Round.objects.get(), Cycle.objects.get(), np.random.default_rng(SEED)
    answers_simulate(round=round, temper=Temper(), rng=rng, by=by, now=calendar.next())
    round_close(round=round, by=by, now=calendar.next())
    cycle.refresh_from_db()
    last = negotiate(cycle, by, calendar, Temper(), rng, _say)[1]
    plan_propose(round=last, by=by, now=calendar.next())


def _say(text: str) -> None:
    print(f"  {text}", flush=True)
