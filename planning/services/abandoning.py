"""Abandoning a cycle: the way out where no plan comes about, so that the next one can begin."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.services.ballots import ballot_void
from planning import permissions, policies
from planning.models import Cycle, Plan, Round
from planning.selectors.guidelines import questions_of
from planning.services.cycles import cycle_move, standing
from planning.services.guidelines import ballot_of
from planning.services.leftovers import abandoned_return
from planning.services.plans import ballots_void, plan_under_way, subject
from planning.services.runs import runs_end
from planning.transitions import PLAN, ROUND, after
from workplaces.errors import Invalid
from workplaces.models import Person
from workplaces.record.services import entry_append
from workplaces.services.scenarios import scenario_close

REASON_LIMIT = 2000


@transaction.atomic
def cycle_abandon(*, cycle: Cycle, reason: str, by: Person, now: datetime) -> Cycle:
    """End a cycle without a plan, for a reason that goes on the record; its baseline can serve the next cycle.

    What is open closes: the round and its runs, the votes on the plan, the proposals; what was set aside for investment goes
    back to the year's output. Raises Forbidden, TooLate once a plan is in force, Invalid without a reason.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies.check_abandon(cycle)
    said = reason.strip()[:REASON_LIMIT]
    if not said:
        raise Invalid(_("Say why the cycle is abandoned."), fields={"reason": _("A reason is needed.")})
    for round in cycle.rounds.exclude(state=Round.State.CLOSED).select_for_update():
        _close_round(round, said, by, now)
    plan = plan_under_way(cycle)
    if plan is not None:
        _abandon_plan(plan, said, by, now)
    _end_votes(cycle, said, by, now)
    proposals = standing(cycle)
    if proposals is not None:
        scenario_close(scenario=proposals, by=by, now=now)
    abandoned_return(cycle=cycle, by=by, now=now)
    return cycle_move(cycle=cycle, event="abandon", by=by, now=now, note=said)


def _end_votes(cycle: Cycle, reason: str, by: Person, now: datetime) -> None:
    """Declare the votes on the cycle's guidelines void: nothing follows from them any more."""
    for question in questions_of(cycle):
        ballot = ballot_of(question)
        if ballot and ballot.state == Ballot.State.OPEN:
            sentence = _("The cycle was abandoned: %(reason)s") % {"reason": reason}
            ballot_void(ballot=ballot, reason=sentence, by=by, now=now)


def _close_round(round: Round, reason: str, by: Person, now: datetime) -> None:
    runs_end(round=round, by=by, now=now)
    round.state, round.closed_by, round.closed_at = after(ROUND, round.state, "close"), by, now
    round.save(update_fields=["state", "closed_by", "closed_at"])
    body = {"abandoned": reason}
    entry_append(kind="round.closed", by=by, subject=f"round:{round.public_id}", body=body, now=now)


def _abandon_plan(plan: Plan, reason: str, by: Person, now: datetime) -> None:
    ballots_void(
        plan=plan, reason=_("The cycle was abandoned: %(reason)s") % {"reason": reason}, by=by, now=now
    )
    plan.state = after(PLAN, plan.state, "abandon")
    plan.save(update_fields=["state"])
    entry_append(kind="plan.abandoned", by=by, subject=subject(plan), body={"reason": reason}, now=now)
