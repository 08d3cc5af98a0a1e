"""The cycle and its phases."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from planning import permissions
from planning.models import Cycle
from planning.policies_investment import can_begin, check_begin, invests
from planning.policies_settlement import check_start_from
from planning.rules import rules_in_force
from planning.services.guidelines import guidelines_apply, guidelines_settle, kept_note
from planning.services.keeping import keep_later
from planning.transitions import CYCLE, after
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person, Scenario
from workplaces.record.services import entry_append
from workplaces.services.scenarios import scenario_close, scenario_open


@transaction.atomic
def cycle_open(
    *,
    year: int,
    by: Person,
    now: datetime,
    baseline: Scenario | None = None,
    rules: dict[str, Any] | None = None,
) -> Cycle:
    """Open the cycle of a plan year on a baseline, the newest unless given.

    The charter's rules of that day hold for all of it. Raises TooLate where an earlier cycle started from that
    baseline: the next one starts from what its settlement draws.
    """
    permissions.check_coordinate(by, now.date())
    baseline = baseline or newest_baseline()
    _check_baseline(year, baseline)
    version, in_force = rules_in_force(now.date())
    cycle = Cycle.objects.create(
        year=year,
        baseline=baseline,
        charter_version=version,
        rules={**in_force, **(rules or {})},
        created_by=by,
    )
    entry_append(
        kind="cycle.opened",
        by=by,
        subject=f"cycle:{cycle.public_id}",
        body={"year": year, "baseline": str(baseline.public_id), "charter": version, "rules": cycle.rules},
        now=now,
    )
    return cycle


def newest_baseline() -> Scenario:
    """Return the baseline with the highest number; raise TooLate where there is none yet."""
    newest = Scenario.objects.filter(kind=Scenario.Kind.BASELINE).order_by("-number").first()
    if newest is None:
        raise TooLate(_("There is no baseline yet; enter or import the economy first."))
    return newest


def _check_baseline(year: int, baseline: Scenario) -> None:
    if baseline.kind != Scenario.Kind.BASELINE:
        raise Invalid(_("A cycle starts from a baseline; “%(name)s” is none.") % {"name": baseline.name})
    if Cycle.objects.filter(year=year).exists():
        raise TooLate(_("There is a cycle of %(year)s already.") % {"year": year})
    under_way = Cycle.objects.filter(phase__in=list(CYCLE)[:6]).first()
    if under_way:
        raise TooLate(_("%(cycle)s is still being planned; finish it first.") % {"cycle": under_way})
    check_start_from(baseline)


@transaction.atomic
def cycle_move(*, cycle: Cycle, event: str, by: Person, now: datetime, note: str = "") -> Cycle:
    """Move the cycle to its next phase.  Freezing closes the baseline; the end of priorities sets the guidelines;
    proposals open a scenario to write in, with the guidelines applied to it.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    phase = after(CYCLE, cycle.phase, event)
    if event == "freeze" and cycle.baseline.state == Scenario.State.OPEN:
        scenario_close(scenario=cycle.baseline, by=by, now=now)
    if event == "freeze":
        keep_later("planning.baseline_keep", cycle.public_id)
    if event == "settle_priorities":
        guidelines_settle(cycle=cycle, by=by, now=now)
    cycle = _enter(cycle, event, by, now, note)
    if phase == Cycle.Phase.PROPOSALS:
        scenario = standing_open(cycle=cycle, parent=cycle.baseline, number=1, by=by, now=now)
        guidelines_apply(cycle=cycle, scenario=scenario, by=by)
    return cycle


@transaction.atomic
def cycle_voted(*, cycle: Cycle, event: str, by: Person | None, now: datetime, note: str = "") -> Cycle:
    """Move the cycle to where the councils' votes on its plan take it: in force, or back to the rounds.

    Whoever calls has checked who may; ``by=None`` is the clock, which counts in what was decided.
    """
    return _enter(Cycle.objects.select_for_update().get(pk=cycle.pk), event, by, now, note)


def _enter(cycle: Cycle, event: str, by: Person | None, now: datetime, note: str) -> Cycle:
    """Write the locked cycle's next phase, and that it was entered; raises TooLate where the event leads nowhere."""
    cycle.phase = after(CYCLE, cycle.phase, event)
    cycle.save(update_fields=["phase"])
    entry_append(
        kind=f"cycle.{event}",
        by=by,
        subject=f"cycle:{cycle.public_id}",
        body={"phase": cycle.phase, "note": note},
        now=now,
    )
    return cycle


@transaction.atomic
def cycle_begin_proposals(*, cycle: Cycle, by: Person, now: datetime) -> Cycle:
    """Go from preparation to proposals; where no programmes were put to a vote, last year's guidelines stay.

    Priorities that are open to programmes end first, which raises TooLate while programmes can be published or votes are
    open; nor are they skipped over the heads of people who have a programme. Where a guideline or the charter sets
    something aside for investment the cycle waits in the phase of envelopes until the board has settled them; called again
    after that, proposals begin.
    """
    permissions.check_coordinate(by, now.date())
    if cycle.phase not in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES, Cycle.Phase.ENVELOPES}:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; its proposals have begun already.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    if cycle.phase == Cycle.Phase.ENVELOPES:
        check_begin(cycle)
    for event in ("freeze", "settle_priorities", "settle_envelopes"):
        if event == "settle_envelopes" and not can_begin(cycle):
            break
        if event in CYCLE[cycle.phase]:
            note = _note(cycle, event)
            cycle = cycle_move(cycle=cycle, event=event, by=by, now=now, note=note)
    return cycle


def _note(cycle: Cycle, event: str) -> str:
    """Say for the record which phases were passed over."""
    if event == "freeze" or (event == "settle_envelopes" and invests(cycle)):
        return ""
    asked = cycle.guideline_questions.exists()
    return _("The guidelines were voted on.") if asked else kept_note(cycle)


def standing_open(
    *, cycle: Cycle, parent: Scenario, number: int, by: Person | None, now: datetime
) -> Scenario:
    """Open the scenario that holds the proposals with which round ``number`` will begin."""
    return scenario_open(
        kind=Scenario.Kind.ROUND,
        parent=parent,
        name=f"{cycle.year} · {number}",
        by=by,
        now=now,
    )


def standing(cycle: Cycle) -> Scenario | None:
    """Return the open scenario in which the cycle's proposals stand between rounds, if there is one."""
    before = Q(parent=cycle.baseline_id) | Q(parent__in=cycle.rounds.values("scenario"))
    return Scenario.objects.filter(
        before,
        kind=Scenario.Kind.ROUND,
        state=Scenario.State.OPEN,
        name__startswith=f"{cycle.year} · ",
    ).first()
