"""Iterations: started once, cancelled, picked up again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Q

from planning import permissions, policies
from planning.models import Round, Run
from planning.runner.claims import lost
from planning.runner.execute import run_lay_down
from planning.transitions import RUN, after
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append

logger = logging.getLogger(__name__)
UNDER_WAY = (Run.State.QUEUED, Run.State.RUNNING)
FORGOTTEN = timedelta(seconds=30)  # a run that waits for longer may have lost its message


def enqueue(run: Run) -> None:
    """Hand the run to a worker; if the broker is away, the sweep does it later."""
    try:
        current_app.send_task("planning.run_iteration", args=[str(run.public_id)])
    except Exception:
        logger.warning("Run %s stays queued: the broker cannot be reached", run.public_id, exc_info=True)


@transaction.atomic
def run_start(
    *,
    round: Round,
    by: Person,
    now: datetime,
    procedure: str = "least_change",
    hand_over: Callable[[Run], None] = enqueue,
) -> Run:
    """Start an iteration of the round, or return the one already under way: pressed twice, it is one run.

    ``hand_over`` gets the run once the transaction has committed; a rehearsal works on it in its own process.
    """
    permissions.check_coordinate(by, now.date())
    round = Round.objects.select_for_update().select_related("cycle").get(pk=round.pk)
    policies.check_start_run(round)
    existing = Run.objects.filter(round=round, state__in=UNDER_WAY).first()
    if existing:
        return existing
    run = Run.objects.create(
        round=round,
        scenario_id=round.scenario_id,
        procedure=procedure,
        parameters=round.cycle.rules | ({} if round.number == 1 else {"reserve": 0.0}),
        requested_by=by,
        requested_at=now,
    )
    entry_append(
        kind="run.queued",
        by=by,
        subject=f"run:{run.public_id}",
        body={"round": str(round.public_id), "procedure": procedure, "rules": run.parameters},
        now=now,
    )
    transaction.on_commit(partial(hand_over, run))
    return run


@transaction.atomic
def run_cancel(*, run: Run, by: Person, now: datetime) -> Run:
    """Cancel a waiting run, or one whose worker is gone, at once; ask a working one to stop at its next beat."""
    permissions.check_coordinate(by, now.date())
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state not in UNDER_WAY:
        raise TooLate(f"This iteration is {run.get_state_display()}; there is nothing to cancel.")
    run.cancel_requested = True
    if run.state == Run.State.QUEUED or Run.objects.filter(lost(now), pk=run.pk).exists():
        run.state, run.finished_at = Run.State.CANCELLED, now
    run.save(update_fields=["cancel_requested", "state", "finished_at"])
    entry_append(kind="run.cancel", by=by, subject=f"run:{run.public_id}", body={}, now=now)
    return run


def runs_end(*, round: Round, by: Person, now: datetime) -> None:
    """Cancel at once what still waits or works in a round that goes on without it; its worker finds it taken away."""
    for run in Run.objects.select_for_update().filter(round=round, state__in=UNDER_WAY):
        run.state = after(RUN, run.state, "cancel")
        run.cancel_requested, run.finished_at = True, now
        run.save(update_fields=["cancel_requested", "state", "finished_at"])
        entry_append(kind="run.cancel", by=by, subject=f"run:{run.public_id}", body={}, now=now)


def runs_sweep(*, now: datetime) -> int:
    """Enqueue again the runs whose message or worker was lost; return how many.

    One that killed its worker too often, or was cancelled before its worker died, ends here.
    """
    for run in Run.objects.filter(lost(now)):
        run_lay_down(run.public_id, now=now)
    forgotten = Q(state=Run.State.QUEUED, requested_at__lt=now - FORGOTTEN)
    runs = list(Run.objects.filter(forgotten | lost(now)))
    for run in runs:
        enqueue(run)
    return len(runs)
