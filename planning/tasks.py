"""Celery tasks: each is one call."""

import uuid
from typing import Any

from celery import Task, shared_task
from celery.signals import worker_process_init
from django.conf import settings
from django.utils import timezone

from planning.models import Cycle, Plan
from planning.runner.claims import LEASE
from planning.runner.execute import run_execute
from planning.runner.keeping import baseline_keep, plan_keep
from planning.runner.warm import warm_up
from planning.services.list_elections import list_elections_open_due
from planning.services.list_seats import seats_named_due
from planning.services.ratifying import plans_go_on
from planning.services.runs import runs_sweep
from planning.services.stress import stress_answer
from planning.simulated.dividing import others_divide
from planning.simulated.investing import others_ask, others_share
from planning.simulated.others import others_vote
from planning.simulated.outputs import others_made
from planning.simulated.reporting import others_report
from workplaces.models import Person
from workplaces.record.services import record_root


@worker_process_init.connect
def prepare(**_: object) -> None:
    """Get ready for the first iteration while nobody waits for it."""
    warm_up()


@shared_task(name="planning.run_iteration", bind=True, max_retries=20)
def run_iteration(self: Task[Any, Any], run: str) -> str:
    """Work on a run; while another worker holds it, look again after its lease."""
    state = run_execute(uuid.UUID(run), clock=timezone.now)
    if state == "busy":
        raise self.retry(countdown=LEASE.total_seconds())
    return state


@shared_task(name="planning.plan_keep")
def keep_plan(plan: str) -> None:
    """Compute what pages show of a plan before anybody asks for them."""
    plan_keep(Plan.objects.select_related("cycle", "scenario", "run").get(public_id=uuid.UUID(plan)))


@shared_task(name="planning.baseline_keep")
def keep_baseline(cycle: str) -> None:
    """Compute what programmes and envelopes are reckoned from before anybody asks for them."""
    baseline_keep(Cycle.objects.select_related("baseline").get(public_id=uuid.UUID(cycle)))


@shared_task(name="planning.runs_sweep")
def sweep() -> int:
    """Enqueue again what a dead worker or broker left behind."""
    return runs_sweep(now=timezone.now())


@shared_task(name="planning.plans_go_on")
def go_on() -> int:
    """Take the plans that councils decided on further; return how many moved."""
    return plans_go_on(now=timezone.now())


@shared_task(name="planning.lists_go_on")
def lists_go_on() -> int:
    """Open the votes for which no list can be put up any more, and name seats as terms begin; return how many opened."""
    seats_named_due(now=timezone.now())
    return len(list_elections_open_due(now=timezone.now()))


@shared_task(name="planning.demo_vote")
def demo_vote(by: str, *, to_the_end: bool = False) -> int:
    """Let the demo's other people vote; outside demo mode nobody may."""
    found = Person.objects.get(public_id=by, synthetic=settings.DEMO)
    return others_vote(by=found, now=timezone.now(), to_the_end=to_the_end)


@shared_task(name="planning.demo_others")
def demo_others(what: str, year: int, by: str) -> int:
    """Let the demo's others ask for investment, share it out, report, divide surpluses; outside the demo nobody may."""
    acts = {
        "ask": others_ask, "share": others_share, "report": others_report, "made": others_made, "divide": others_divide,
    }  # fmt: skip
    cycle = Cycle.objects.select_related("baseline").get(year=year)
    coordinator = Person.objects.get(public_id=by, synthetic=settings.DEMO)
    return acts[what](cycle=cycle, by=coordinator, now=timezone.now())


@shared_task(name="planning.stress_test")
def stress_test(plan: str, drops: list[str], asker: str) -> None:
    """Find out what of a plan breaks first."""
    found = Plan.objects.select_related("cycle", "scenario").get(public_id=uuid.UUID(plan))
    stress_answer(plan=found, drops=drops, asker=asker)


@shared_task(name="planning.record_root")
def publish_record_root() -> None:
    """Publish the Merkle root of the record so far."""
    record_root(now=timezone.now())
