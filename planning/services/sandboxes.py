"""Sandboxes: opened from frozen figures, computed by a worker, shared by a link, copied, discarded.

What is private stands in no public record: the record begins where a sandbox is shared.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from planning import permissions_sandbox, policies_sandbox
from planning.models import Cycle, Plan, Round, Run, Sandbox, SandboxChange
from planning.rules import rules_in_force
from planning.runner.claims import lost
from planning.selectors.sandboxes import origin_of
from planning.services.runs import UNDER_WAY, enqueue
from planning.services.sandbox_changes import locked, parent_of, rewrite
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person, Scenario
from workplaces.record.services import entry_append, lock_chain
from workplaces.services.scenarios import scenario_close

NAME_LENGTH = 120


@transaction.atomic
def sandbox_open(
    *, parent: Scenario, name: str, by: Person, now: datetime, copied_from: Sandbox | None = None
) -> Sandbox:
    """Open a sandbox of one's own on a baseline, a round's figures or a plan's.

    Raises Invalid (name; a parent of another kind), TooLate (parent still open; too many sandboxes).
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        message = _("Give it a name of at most %(most)s characters.") % {"most": NAME_LENGTH}
        raise Invalid(message, fields={"name": message})
    policies_sandbox.check_open(by, parent)
    scenario = Scenario.objects.create(
        kind=Scenario.Kind.SANDBOX,
        name=_("Sandbox"),
        parent=parent,
        currency=parent.currency,
        source_note=parent.source_note,
        synthetic_note=parent.synthetic_note,
        created_by=by,
    )
    return Sandbox.objects.create(
        scenario=scenario,
        cycle=cycle_of(parent),
        name=name,
        owner=by,
        copied_from=copied_from,
        created_at=now,
    )


@transaction.atomic
def sandbox_copy(*, sandbox: Sandbox, name: str, by: Person, now: datetime) -> Sandbox:
    """Go on from a sandbox that one may read, in one of one's own with the same changes.

    Raises Forbidden, and what opening one raises.
    """
    permissions_sandbox.check_read(by, sandbox)
    copy = sandbox_open(parent=parent_of(sandbox), name=name, by=by, now=now, copied_from=sandbox)
    changes = [
        SandboxChange(
            sandbox=copy, number=c.number, kind=c.kind, entity=c.entity, part=c.part, old=c.old, new=c.new, at=now
        )
        for c in sandbox.changes.all()
    ]  # fmt: skip
    SandboxChange.objects.bulk_create(changes)
    for change in changes:
        rewrite(copy, change)
    copy.revision = len(changes)
    copy.save(update_fields=["revision"])
    return copy


@transaction.atomic
def sandbox_discard(*, sandbox: Sandbox, by: Person, now: datetime) -> Sandbox:
    """Put a sandbox away: it counts no more towards the limit. A shared one is withdrawn first."""
    sandbox = locked(sandbox, by)
    policies_sandbox.check_kept(sandbox)
    if sandbox.link is not None:
        raise TooLate(_("Others can read this sandbox; withdraw its link first."))
    for run in sandbox.scenario.runs.filter(state__in=UNDER_WAY):
        _cancel(run, now)
    sandbox.discarded_at = now
    sandbox.save(update_fields=["discarded_at"])
    return sandbox


@transaction.atomic
def sandbox_compute(
    *, sandbox: Sandbox, by: Person, now: datetime, hand_over: Callable[[Run], None] = enqueue
) -> Run:
    """Have a worker run the iteration on the figures that are tried, and on the parent's where nobody has yet.

    Raises Forbidden, TooLate (one under way already; the day's computations are used up).
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    sandbox = locked(sandbox, by)
    policies_sandbox.check_compute(sandbox, now)
    parent = Scenario.objects.select_for_update(no_key=True).get(pk=parent_of(sandbox).pk)
    before = reference_run(parent)
    asked = {"requested_by": by, "requested_at": now}
    rules = _rules(sandbox, before, now)
    if before is None and not parent.runs.filter(state__in=UNDER_WAY, round__isnull=True).exists():
        reference = Run.objects.create(round=None, scenario=parent, parameters=rules, **asked)
        transaction.on_commit(partial(hand_over, reference))
    run = Run.objects.create(
        round=None, scenario=sandbox.scenario, parameters={**rules, "revision": sandbox.revision}, **asked
    )
    transaction.on_commit(partial(hand_over, run))
    return run


@transaction.atomic
def sandbox_stop(*, sandbox: Sandbox, by: Person, now: datetime) -> None:
    """Cancel a computation that waits, or ask the worker to stop at its next beat. Raises TooLate if none is there."""
    sandbox = locked(sandbox, by)
    run = sandbox.scenario.runs.select_for_update().filter(state__in=UNDER_WAY).first()
    if run is None:
        raise TooLate(_("Nothing is being computed here; there is nothing to cancel."))
    _cancel(run, now)


@transaction.atomic
def sandbox_share(*, sandbox: Sandbox, by: Person, now: datetime) -> Sandbox:
    """Freeze a sandbox, with its digest, and make the link by which members read it; shared anew, it gets a new link.

    The record then holds the digest, neither the link nor the figures. Raises Forbidden, TooLate (nothing changed,
    shared already, being computed).
    """
    lock_chain()
    sandbox = locked(sandbox, by)
    policies_sandbox.check_share(sandbox)
    if not sandbox.is_frozen:
        sandbox.scenario = scenario_close(scenario=sandbox.scenario, by=by, now=now)
    sandbox.link, sandbox.shared_at, sandbox.withdrawn_at = uuid4(), now, None
    sandbox.save(update_fields=["link", "shared_at", "withdrawn_at"])
    _record(sandbox, "sandbox.shared", by, now)
    return sandbox


@transaction.atomic
def sandbox_withdraw(*, sandbox: Sandbox, by: Person, now: datetime, under_motion: bool = False) -> Sandbox:
    """Take the link away. Raises Forbidden, TooLate where it is not shared, or a council deals with it."""
    lock_chain()
    sandbox = locked(sandbox, by)
    if sandbox.link is None:
        raise TooLate(_("This sandbox is not shared; there is nothing to withdraw."))
    if under_motion:
        raise TooLate(_("A motion rests on this sandbox, so those who decide must be able to read it."))
    sandbox.link, sandbox.withdrawn_at = None, now
    sandbox.save(update_fields=["link", "withdrawn_at"])
    _record(sandbox, "sandbox.withdrawn", by, now)
    return sandbox


def cycle_of(scenario: Scenario) -> Cycle | None:
    """Return the cycle whose baseline, round or plan the figures are."""
    round = Round.objects.filter(scenario=scenario).select_related("cycle").first()
    if round is not None:
        return round.cycle
    return Cycle.objects.filter(baseline=scenario).order_by("-year").first()


def reference_run(scenario: Scenario) -> Run | None:
    """Return the run that a sandbox's result is held against: the plan's, the published, the latest finished one."""
    return reference_at(scenario, origin_of(scenario))


def reference_at(scenario: Scenario, origin: Plan | Round | None) -> Run | None:
    """Return that run, the plan or round being known whose figures the scenario holds."""
    if isinstance(origin, Plan):
        return origin.run
    if origin is not None and origin.published_run_id is not None:
        return origin.published_run
    return scenario.runs.filter(state=Run.State.FINISHED).order_by("-requested_at").first()


def result_of(sandbox: Sandbox) -> Run | None:
    """Return the latest finished run; ``is_current`` says whether it knew all changes."""
    return sandbox.scenario.runs.filter(state=Run.State.FINISHED).order_by("-requested_at").first()


def is_current(sandbox: Sandbox, run: Run) -> bool:
    """Say whether a run computed the figures as they are now."""
    return bool(run.parameters.get("revision") == sandbox.revision)


def _rules(sandbox: Sandbox, before: Run | None, now: datetime) -> dict[str, Any]:
    """What is compared is computed by the same rules: the parent's run's, else its cycle's, else today's charter's."""
    if before is not None:
        return {name: value for name, value in before.parameters.items() if name != "revision"}
    return dict(sandbox.cycle.rules) if sandbox.cycle else rules_in_force(now.date())[1]


def _cancel(run: Run, now: datetime) -> None:
    run.cancel_requested = True
    if run.state == Run.State.QUEUED or Run.objects.filter(lost(now), pk=run.pk).exists():
        run.state, run.finished_at = Run.State.CANCELLED, now
    run.save(update_fields=["cancel_requested", "state", "finished_at"])


def _record(sandbox: Sandbox, kind: str, by: Person, now: datetime) -> None:
    body = {"digest": sandbox.scenario.digest, "parent": str(parent_of(sandbox).public_id)}
    entry_append(kind=kind, by=by, subject=f"sandbox:{sandbox.public_id}", body=body, now=now)
