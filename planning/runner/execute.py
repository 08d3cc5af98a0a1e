"""One iteration from the claim to the written result."""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from planning.engine.errors import Cancelled, EngineError
from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult, StepInfo
from planning.engine.solve import solve
from planning.models import Run
from planning.runner import naming
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.claims import ATTEMPTS, Holder, Lost, claim, lost
from planning.runner.keeping import run_keep
from planning.runner.read import State, read_state
from planning.runner.write import summarise, write_result
from workplaces.errors import Invalid, Refused
from workplaces.record.services import entry_append

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def run_execute(run: uuid.UUID, *, clock: Clock) -> str:
    """Work on the run if it is to be had and return its state afterwards; ``busy`` while another worker holds it.

    Safe to call again at any time: a finished, failed or cancelled run is left as it is.
    """
    run_lay_down(run, now=clock())
    token = claim(run, clock=clock)
    if token is None:
        state = Run.objects.values_list("state", flat=True).get(public_id=run)
        return "busy" if state == Run.State.RUNNING else state
    holder = Holder(run, token, clock)
    try:
        with holder.alive():
            _work(Run.objects.get(public_id=run), holder, clock)
    except (Lost, Cancelled):
        return _end(holder, clock, state=Run.State.CANCELLED)
    except (EngineError, Refused) as problem:
        return _end(holder, clock, state=Run.State.FAILED, error=str(problem))
    except Exception:
        logger.exception("Run %s failed", run)
        message = _(
            "Something went wrong that is not your doing. The operator's log has it under run %(run)s."
        )
        _end(holder, clock, state=Run.State.FAILED, error=message % {"run": run})
        raise
    run_keep(Run.objects.select_related("scenario", "round").get(public_id=run))
    return Run.State.FINISHED


@transaction.atomic
def run_lay_down(run: uuid.UUID, *, now: datetime) -> None:
    """End a run that no worker holds any more and none shall take: cancelled, or it killed too many workers."""
    spent = lost(now) & (Q(attempts__gte=ATTEMPTS) | Q(cancel_requested=True))
    found = Run.objects.select_for_update().filter(spent, public_id=run).first()
    if found is None:
        return
    error = _(
        "%(attempts)s workers stopped in the middle of it, so it is not tried again. It may need more memory than a worker "
        "has; the operator's log has it under run %(run)s."
    ) % {"attempts": found.attempts, "run": run}  # fmt: skip
    found.state = Run.State.CANCELLED if found.cancel_requested else Run.State.FAILED
    found.error = "" if found.cancel_requested else error
    found.finished_at = now
    found.save(update_fields=["state", "error", "finished_at"])
    _record(found, found.state, {"error": found.error}, now)


def _work(run: Run, holder: Holder, clock: Clock) -> None:
    started = time.perf_counter()
    rules = Rules.of(run.parameters)
    holder.report(_("Reading proposals and techniques"), 0.05)
    state = read_state(run.scenario_id, band=rules.band)
    problem, layout = _problem(state, rules)
    read = time.perf_counter()
    result = _solved(state, problem, holder)
    solved = time.perf_counter()
    holder.report(_("Writing what was found"), 0.9)
    seconds = {"read": read - started, "solve": solved - read}
    _finish(run, holder, clock, state, problem, layout, result, seconds)


def _problem(state: State, rules: Rules) -> tuple[PlanProblem, Layout]:
    try:
        with np.errstate(all="ignore"):  # what overflows is refused and named
            return build_problem(state, rules)
    except Invalid as problem:
        raise Invalid(naming.removed(state) or problem.message) from problem
    except EngineError as refusal:
        raise Invalid(naming.engine_sentence(refusal, state)) from refusal


def _solved(state: State, problem: PlanProblem, holder: Holder) -> PlanResult:
    """Solve; a failure says which line it comes from."""
    try:
        with np.errstate(all="ignore"):  # what overflows is found below and named
            result = solve(problem, progress=_progress(holder), cancelled=holder.cancelled.is_set)
    except Cancelled:
        raise
    except EngineError as refusal:
        raise Invalid(naming.engine_sentence(refusal, state)) from refusal
    naming.check_finite(state, result)
    return result


def _progress(holder: Holder) -> Callable[[StepInfo], None]:
    """Translate Newton steps into a bar that only ever grows."""

    def step(info: StepInfo) -> None:
        done = 0.3 + 0.6 * (1 - 0.7**info.step)
        holder.report(_("Balancing, step %(step)s") % {"step": info.step}, done)

    return step


def _finish(
    run: Run, holder: Holder, clock: Clock, state: State, problem: PlanProblem, layout: Layout, result: PlanResult,
    seconds: dict[str, float],
) -> None:  # fmt: skip
    """Write everything and mark the run finished in one transaction, if it is still held."""
    begun = time.perf_counter()
    with transaction.atomic():
        if not holder.mine.select_for_update().exists():
            raise Lost
        write_result(run, problem, layout, result)
        summary = summarise(state, problem, layout, result)
        now = clock()
        certificate = result.certificate.as_dict()
        holder.mine.update(
            state=Run.State.FINISHED,
            finished_at=now,
            progress=1.0,
            stage="",
            certificate=certificate,
            input_digest=result.certificate.digest,
            summary=summary,
            seconds={**seconds, "write": time.perf_counter() - begun},
        )
        body = {"summary": summary, "inputs": result.certificate.digest, "gap": certificate["gap"]}
        _record(run, Run.State.FINISHED, body, now)


def _end(holder: Holder, clock: Clock, **fields: Any) -> str:
    """Mark a held run as ended; a run that is no longer ours stays as it is."""
    with transaction.atomic():
        run = holder.mine.select_for_update().first()
        if run is None:
            return str(Run.State.CANCELLED)
        now = clock()
        holder.mine.update(finished_at=now, **fields)
        _record(run, fields["state"], {"error": fields.get("error", "")}, now)
    return str(fields["state"])


def _record(run: Run, state: str, body: dict[str, Any], now: datetime) -> None:
    """Note how a run ended in the record, unless it only tried figures out: a sandbox is private."""
    if run.round_id is not None:
        subject = f"run:{run.public_id}"
        entry_append(kind=f"run.{state}", by=run.requested_by, subject=subject, body=body, now=now)
