"""When something may be done with a sandbox, and how many of them and of their runs one person may have."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from planning.models import Run, Sandbox
from workplaces.errors import Invalid, TooLate, passes
from workplaces.models import Person, Scenario

SANDBOXES, RUNS_A_DAY, CHANGES = 12, 24, 100
UNDER_WAY = (Run.State.QUEUED, Run.State.RUNNING)
TRIED = (Scenario.Kind.BASELINE, Scenario.Kind.ROUND, Scenario.Kind.REVISION)


def check_open(person: Person, parent: Scenario) -> None:
    """A sandbox branches from frozen figures, and a person keeps so many of them."""
    if parent.kind not in TRIED:
        raise Invalid(_("Other figures are tried on a baseline, a round or a plan."))
    if parent.state != Scenario.State.CLOSED:
        raise TooLate(
            _("“%(name)s” is still being written; other figures can be tried once it is frozen.")
            % {"name": parent.name}
        )
    if Sandbox.objects.filter(owner=person, discarded_at__isnull=True).count() >= SANDBOXES:
        raise TooLate(
            _("You keep %(most)s sandboxes, which is the limit; discard one first.") % {"most": SANDBOXES}
        )


def check_change(sandbox: Sandbox) -> None:
    """Figures change while the sandbox is open and nothing computes with them."""
    check_undo(sandbox)
    if sandbox.changes.count() >= CHANGES:
        raise TooLate(
            _("A sandbox holds %(most)s changes at most; undo one first, or start from another round.")
            % {"most": CHANGES}
        )


def check_undo(sandbox: Sandbox) -> None:
    """Undoing is a change as well, and is possible when the list is full."""
    check_kept(sandbox)
    if sandbox.is_frozen:
        raise TooLate(_("This sandbox was shared, so its figures are frozen; copy it to go on from it."))
    if sandbox.scenario.runs.filter(state__in=UNDER_WAY).exists():
        raise TooLate(_("A worker computes with these figures; wait until it is done, or cancel it."))


def check_kept(sandbox: Sandbox) -> None:
    """What was discarded is over."""
    if sandbox.discarded_at is not None:
        raise TooLate(_("This sandbox was discarded."))


def check_compute(sandbox: Sandbox, now: datetime) -> None:
    """One computation at a time and so many a day for each person: workers are there for the rounds first."""
    check_kept(sandbox)
    mine = Run.objects.filter(round__isnull=True, scenario__sandbox__owner=sandbox.owner)
    if mine.filter(state__in=UNDER_WAY).exists():
        raise TooLate(_("A worker computes one of your sandboxes already; wait for it, or cancel it."))
    if mine.filter(requested_at__gt=now - timedelta(days=1)).count() >= RUNS_A_DAY:
        raise TooLate(
            _("You had %(most)s computations in the last 24 hours, which is the limit; go on tomorrow.")
            % {"most": RUNS_A_DAY}
        )


def can_compute(sandbox: Sandbox, now: datetime) -> bool:
    """Say whether the sandbox may be computed now."""
    return passes(check_compute, sandbox, now)


def check_share(sandbox: Sandbox) -> None:
    """What is shared holds at least one change and is not being computed."""
    check_kept(sandbox)
    if sandbox.link is not None:
        raise TooLate(_("This sandbox is shared already."))
    if not sandbox.changes.exists():
        raise TooLate(_("Nothing differs from where this sandbox began; change a figure first."))
    if not sandbox.is_frozen and sandbox.scenario.runs.filter(state__in=UNDER_WAY).exists():
        raise TooLate(_("A worker computes with these figures; wait until it is done, or cancel it."))
