"""Ending a negotiation without a plan: rounds close, votes on a plan are void, proposals are sealed as they stand."""

from datetime import datetime

from planning.models import Cycle, Plan, Round
from planning.services.cycles import standing
from planning.services.plans import ballots_void, subject
from planning.services.runs import runs_end
from planning.transitions import PLAN, ROUND, after
from workplaces.models import Person
from workplaces.record.services import entry_append
from workplaces.services.scenarios import scenario_close


def negotiation_end(*, cycle: Cycle, sentence: str, reason: str, by: Person, now: datetime) -> None:
    """End what is open in a locked cycle: the round and its runs, the plan that councils vote on, the proposals.

    ``sentence`` is what voters read beside a vote that became void, ``reason`` what stands on the record. A plan in force
    is not touched.
    """
    for round in cycle.rounds.exclude(state=Round.State.CLOSED).select_for_update():
        _close_round(round, reason, by, now)
    alive = cycle.plans.filter(state__in=[Plan.State.PROPOSED, Plan.State.RATIFIED])
    for plan in alive.select_for_update():
        _abandon_plan(plan, sentence, reason, by, now)
    proposals = standing(cycle)
    if proposals is not None:
        scenario_close(scenario=proposals, by=by, now=now)


def _close_round(round: Round, reason: str, by: Person, now: datetime) -> None:
    runs_end(round=round, by=by, now=now)
    round.state, round.closed_by, round.closed_at = after(ROUND, round.state, "close"), by, now
    round.save(update_fields=["state", "closed_by", "closed_at"])
    body = {"abandoned": reason}
    entry_append(kind="round.closed", by=by, subject=f"round:{round.public_id}", body=body, now=now)


def _abandon_plan(plan: Plan, sentence: str, reason: str, by: Person, now: datetime) -> None:
    ballots_void(plan=plan, reason=sentence, by=by, now=now)
    plan.state = after(PLAN, plan.state, "abandon")
    plan.save(update_fields=["state"])
    entry_append(kind="plan.abandoned", by=by, subject=subject(plan), body={"reason": reason}, now=now)
